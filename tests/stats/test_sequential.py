import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from trialist.stats.sequential import spending, thresholds
from trialist.values.errors import ConfigError

BOTH = pytest.mark.parametrize("paired", [False, True])
schedules = st.sets(st.integers(1, 30), min_size=1, max_size=5).map(lambda n: tuple(sorted(n)))

# Monte Carlo of 4 million (looks 5, 8, 12, 20) and 400,000 draws, statistics.md 2.5
SIMULATED = [
    ((5, 8, 12, 20), 0.05, True, (0.00313, 0.00544, 0.01191, 0.0382), 0.015),
    ((5, 8, 12, 20), 0.025, True, (0.00156, 0.00265, 0.00579, 0.0185), 0.015),
    ((5, 8, 12, 20), 0.05, False, (0.00313, 0.00571, 0.0126, 0.0394), 0.015),
    ((5, 8, 12, 20), 0.025, False, (0.00156, 0.00280, 0.00612, 0.0191), 0.025),
    ((3, 5, 8, 12, 20), 0.05, True, (0.00114, 0.00199, 0.00531, 0.01213, 0.0388), 0.045),
    ((3, 5, 8, 12, 20), 0.05, False, (0.00118, 0.00207, 0.00544, 0.01209, 0.0395), 0.06),
    ((3, 5, 10), 0.05, True, (0.00452, 0.00852, 0.04017), 0.02),
    ((3, 5, 10), 0.05, False, (0.00432, 0.00879, 0.04092), 0.045),
    ((3, 5, 8, 12), 0.05, True, (0.00307, 0.0058, 0.01529, 0.03587), 0.02),
    ((3, 5, 8, 12), 0.05, False, (0.00323, 0.00584, 0.01573, 0.03678), 0.04),
]


@pytest.mark.parametrize(("looks", "alpha", "paired", "simulated", "tolerance"), SIMULATED)
def test_agrees_with_the_simulation_of_the_specification(
    looks, alpha, paired, simulated, tolerance
):
    assert thresholds(looks, alpha=alpha, paired=paired) == pytest.approx(simulated, rel=tolerance)


@pytest.mark.parametrize(
    ("paired", "pinned"),
    [
        (True, (0.003125, 0.00543839, 0.0120638, 0.0384391)),
        (False, (0.003125, 0.00564138, 0.0125454, 0.0393271)),
    ],
)
def test_the_thresholds_of_the_default_looks_stay(paired, pinned):
    found = thresholds((5, 8, 12, 20), alpha=0.05, paired=paired)
    assert found == pytest.approx(pinned, rel=2e-6)


def test_spends_with_the_square_of_the_share_of_seeds():
    assert spending((5, 10, 20), 0.05) == (0.003125, 0.0125, 0.05)
    assert spending([7], 0.05) == (0.05,)


@BOTH
@pytest.mark.parametrize("alpha", [0.05, 0.05 / 3])
def test_a_single_look_has_the_whole_alpha(paired, alpha):
    assert thresholds((5,), alpha=alpha, paired=paired) == (alpha,)


@BOTH
def test_looks_without_a_t_test_cannot_reject_and_pass_their_share_on(paired):
    assert thresholds((1,), alpha=0.05, paired=paired) == (0.0,)
    assert thresholds((1, 5), alpha=0.05, paired=paired) == (0.0, 0.05)
    later = thresholds((1, 4, 8), alpha=0.05, paired=paired)
    assert later == (0.0, *thresholds((4, 8), alpha=0.05, paired=paired))


@BOTH
@settings(max_examples=40)
@given(looks=schedules, alpha=st.sampled_from([0.2, 0.05, 0.0025, 1e-9]))
def test_thresholds_lie_between_the_increment_and_what_is_spent(paired, looks, alpha):
    spent = spending(looks, alpha)
    before = 0.0
    for n, threshold, now in zip(
        looks, thresholds(looks, alpha=alpha, paired=paired), spent, strict=True
    ):
        if n < 2:
            assert threshold == 0.0
            continue
        assert (now - before) * (1 - 1e-5) <= threshold <= now * (1 + 1e-5)
        before = now


@BOTH
@settings(max_examples=25)
@given(looks=schedules)
def test_a_larger_alpha_gives_larger_thresholds(paired, looks):
    small = thresholds(looks, alpha=0.01, paired=paired)
    large = thresholds(looks, alpha=0.05, paired=paired)
    assert all(s < b or s == b == 0.0 for s, b in zip(small, large, strict=True))


@pytest.mark.parametrize("looks", [(), (0, 5), (5, 5), (8, 5), (-3, 5)])
def test_refuses_looks_that_do_not_increase(looks):
    with pytest.raises(ConfigError):
        thresholds(looks, alpha=0.05, paired=True)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, 5.0, math.nan])
def test_refuses_an_impossible_alpha(alpha):
    with pytest.raises(ConfigError):
        thresholds((5, 8), alpha=alpha, paired=True)


@BOTH
def test_extreme_schedules_give_numbers_without_warning(paired):
    for looks in [(2, 3), (2, 10_000), (9_999, 10_000), tuple(range(2, 13))]:
        for alpha in (1e-15, 0.05, 0.99):
            found = thresholds(looks, alpha=alpha, paired=paired)
            assert all(0 < p <= alpha * (1 + 1e-5) for p in found)


def test_six_digits_are_kept_so_that_plans_agree_between_machines():
    for p in thresholds((5, 8, 12, 20), alpha=0.05 / 3, paired=True):
        assert p == float(f"{p:.6g}")


def test_a_family_of_twenty_is_planned_within_moments():
    started = time.process_time()
    for r in range(1, 21):
        thresholds((3, 5, 8, 12, 20), alpha=0.0499 / r, paired=True)
    assert time.process_time() - started < 3  # measured 0.26 s


@BOTH
@pytest.mark.parametrize("looks", [(5, 8, 12, 20), (3, 5, 10)])
def test_five_percent_of_studies_without_a_difference_reject(looks, paired):
    rng = np.random.default_rng(looks[0] + paired)
    rounds = 20_000
    a, b = rng.standard_normal((2, rounds, looks[-1]))
    rejected = np.zeros(rounds, dtype=bool)
    for n, threshold in zip(looks, thresholds(looks, alpha=0.05, paired=paired), strict=True):
        if paired:
            d = (b - a)[:, :n]
            t, df = d.mean(axis=1) / d.std(axis=1, ddof=1) * math.sqrt(n), n - 1
        else:
            var = a[:, :n].var(axis=1, ddof=1) + b[:, :n].var(axis=1, ddof=1)
            t = (b[:, :n].mean(axis=1) - a[:, :n].mean(axis=1)) / np.sqrt(var / n)
            df = 2 * n - 2
        rejected |= 2 * stdtr(df, -np.abs(t)) <= threshold
    assert 0.045 <= rejected.mean() <= 0.055
