import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower, TTestPower

from trialist.stats import power
from trialist.stats.power import LIMIT, detectable_effect, more_seeds, power_of_t, seeds_needed
from trialist.values.errors import InsufficientDataError

BOTH = pytest.mark.parametrize("paired", [False, True])


def reference(effect, n, paired, alpha):
    found = (TTestPower() if paired else TTestIndPower()).power(effect, n, alpha)
    if not math.isnan(found):
        return found
    # statsmodels gives NaN where the other tail is below what it can compute
    df, ncp = (n - 1, effect * math.sqrt(n)) if paired else (2 * n - 2, effect * math.sqrt(n / 2))
    return stats.nct.sf(stats.t.isf(alpha / 2, df), df, ncp)


@BOTH
@pytest.mark.parametrize("n", [2, 3, 5, 20, 200])
@pytest.mark.parametrize("effect", [0.1, 0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("alpha", [0.05, 0.003125])
def test_is_the_power_of_statsmodels(effect, n, paired, alpha):
    assert power_of_t(effect, n, paired=paired, alpha=alpha) == pytest.approx(
        reference(effect, n, paired, alpha), abs=1e-8
    )


@BOTH
def test_the_power_at_no_effect_is_alpha(paired):
    assert power_of_t(0.0, 6, paired=paired, alpha=0.03) == pytest.approx(0.03, abs=1e-12)
    assert power_of_t(-1.0, 6, paired=paired, alpha=0.03) == power_of_t(
        1.0, 6, paired=paired, alpha=0.03
    )


@BOTH
def test_a_test_that_cannot_be_done_finds_nothing(paired):
    assert power_of_t(9.0, 1, paired=paired, alpha=0.05) == 0.0
    assert power_of_t(9.0, 5, paired=paired, alpha=0.0) == 0.0
    assert power_of_t(math.inf, 2, paired=paired, alpha=0.05) == 1.0


@pytest.mark.parametrize(
    ("effect", "unpaired", "paired"),
    [(0.5, 64, 34), (0.75, 29, 16), (1.0, 17, 10), (1.5, 9, 6), (2.0, 6, 5)],
)
def test_needs_the_seeds_of_the_specification(effect, unpaired, paired):
    # the specification's pairs have rho = .5, so that the SD of a difference is that of a run
    assert seeds_needed(effect, paired=False) == unpaired
    assert seeds_needed(effect, paired=True) == paired


@BOTH
@pytest.mark.parametrize("effect", [0.03, 0.3, 0.9, 2.0, 50.0])
def test_needs_the_fewest_seeds_that_do(effect, paired):
    n = seeds_needed(effect, paired=paired, alpha=0.01)
    assert power_of_t(effect, n, paired=paired, alpha=0.01) >= 0.8
    assert n == 2 or power_of_t(effect, n - 1, paired=paired, alpha=0.01) < 0.8


@BOTH
@pytest.mark.parametrize("effect", [0.0, 0.001])
def test_says_that_no_number_of_seeds_will_do(effect, paired):
    with pytest.raises(InsufficientDataError, match="more than 100000"):
        seeds_needed(effect, paired=paired)
    with pytest.raises(InsufficientDataError, match="more than 50"):
        seeds_needed(0.1, paired=paired, limit=50)


@BOTH
@pytest.mark.parametrize("n", [2, 3, 5, 20, 1000])
@pytest.mark.parametrize("alpha", [0.05, 1e-6])
def test_the_detectable_effect_is_detected(n, paired, alpha):
    effect = detectable_effect(n, paired=paired, alpha=alpha)
    assert power_of_t(effect, n, paired=paired, alpha=alpha) == pytest.approx(0.8, abs=1e-6)


def test_one_seed_detects_nothing():
    with pytest.raises(InsufficientDataError):
        detectable_effect(1, paired=True, alpha=0.05)


def test_more_seeds_takes_the_sd_at_its_bounds():
    sd, df, n, relevant = 0.004, 4, 5, 0.005
    low_sd, high_sd = (sd * math.sqrt(df / stats.chi2.ppf(q, df)) for q in (0.8, 0.2))
    assert more_seeds(sd, df, n, relevant=relevant, paired=True, alpha=0.05) == (
        max(1, seeds_needed(relevant / low_sd, paired=True) - n),
        max(1, seeds_needed(relevant / high_sd, paired=True) - n),
    )


@BOTH
@pytest.mark.parametrize("sd", [1e-9, 0.01, 1.0, 1e6])
def test_more_seeds_is_a_range_from_one_up(sd, paired):
    low, high = more_seeds(sd, 4, 5, relevant=0.01, paired=paired, alpha=0.025)
    assert 1 <= low <= high < LIMIT


def test_the_upper_end_is_enough_in_four_of_five_cases():
    rng = np.random.default_rng(5)
    n, true = 5, seeds_needed(1.0, paired=True)
    sds = rng.standard_normal((1_000, n)).std(axis=1, ddof=1)
    enough = sum(
        n + more_seeds(sd, n - 1, n, relevant=1.0, paired=True, alpha=0.05)[1] >= true
        for sd in sds.tolist()
    )
    assert 0.77 <= enough / 1_000 <= 0.90


@BOTH
def test_the_search_starts_close_but_does_not_rest_on_it(paired, monkeypatch):
    asked = [(effect, alpha) for effect in (0.11, 0.4, 1.3, 6.0) for alpha in (0.05, 1e-4)]
    found = [seeds_needed(effect, paired=paired, alpha=alpha) for effect, alpha in asked]
    for start in (2, 7, 60, 5_000):
        monkeypatch.setattr(power, "_guess", lambda *_, start=start: start)
        again = [seeds_needed(effect, paired=paired, alpha=alpha) for effect, alpha in asked]
        assert again == found


def test_what_no_test_finds_needs_more_than_all_seeds():
    for effect, alpha in ((0.0, 0.05), (1.0, 0.0), (1e-9, 0.05), (1e-160, 0.05)):
        with pytest.raises(InsufficientDataError, match="more than 500 seeds"):
            seeds_needed(effect, paired=False, alpha=alpha, limit=500)


def test_a_level_that_depends_on_the_seeds_is_met_at_the_answer():
    def level(n):
        return 0.05 * (n / 40) ** 2

    n = seeds_needed(1.0, paired=True, alpha=level)
    assert power_of_t(1.0, n, paired=True, alpha=level(n)) >= 0.8
    assert power_of_t(1.0, n - 1, paired=True, alpha=level(n - 1)) < 0.8
