import math

import numpy as np
import pytest
from statsmodels.stats.weightstats import ttost_ind

from trialist.stats.equivalence import power_of_equivalence, seeds_for_equivalence
from trialist.values.errors import InsufficientDataError

BOTH = pytest.mark.parametrize("paired", [False, True])


@pytest.mark.parametrize(
    ("margin", "unpaired", "paired", "close_pairs"),
    [
        (0.25, 275, 139, 29),  # the specification says 276; 275 gives .8001, by quadrature too
        (0.5, 70, 36, 9),
        (1.0, 18, 11, 4),
        (1.5, 9, 6, 3),
        (2.0, 6, 4, 3),
        (3.0, 3, 3, 2),
    ],
)
def test_needs_the_seeds_of_the_specification(margin, unpaired, paired, close_pairs):
    # the specification's pairs have rho = .5 (the SD of a difference is that of a run) and .9
    found = [
        seeds_for_equivalence(margin, paired=False, alpha=0.10),
        seeds_for_equivalence(margin, paired=True, alpha=0.10),
        seeds_for_equivalence(margin / math.sqrt(0.2), paired=True, alpha=0.10),
    ]
    assert found == [unpaired, paired, close_pairs]


@BOTH
def test_is_the_share_of_simulated_intervals_within_the_margin(paired):
    rng, n, margin = np.random.default_rng(7), 8, 1.2
    found = power_of_equivalence(margin, n, paired=paired, alpha=0.05)
    a = np.zeros((20_000, n)) if paired else rng.standard_normal((20_000, n))
    d = rng.standard_normal((20_000, n)) - a if paired else rng.standard_normal((20_000, n))
    from scipy import stats

    if paired:
        half = stats.t.ppf(0.975, n - 1) * d.std(axis=1, ddof=1) / math.sqrt(n)
        middle = d.mean(axis=1)
    else:
        variance = a.var(axis=1, ddof=1) + d.var(axis=1, ddof=1)
        half = stats.t.ppf(0.975, 2 * n - 2) * np.sqrt(variance / n)
        middle = d.mean(axis=1) - a.mean(axis=1)
    share = (np.abs(middle) + half < margin).mean()
    assert found == pytest.approx(share, abs=4 * math.sqrt(0.25 / 20_000))


def test_two_one_sided_tests_are_the_interval_at_twice_alpha():
    rng = np.random.default_rng(3)
    a, b = rng.standard_normal(6), rng.standard_normal(6)
    p = ttost_ind(a, b, -1.5, 1.5)[0]
    sd = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
    from scipy import stats

    half = stats.t.ppf(0.95, 10) * sd * math.sqrt(2 / 6)
    inside = abs(b.mean() - a.mean()) + half < 1.5
    assert (p < 0.05) == inside


@BOTH
def test_what_has_no_interval_shows_nothing(paired):
    assert power_of_equivalence(5.0, 1, paired=paired, alpha=0.05) == 0.0
    assert power_of_equivalence(5.0, 9, paired=paired, alpha=0.0) == 0.0
    assert power_of_equivalence(1e-9, 200, paired=paired, alpha=0.05) == 0.0
    assert power_of_equivalence(1e9, 2, paired=paired, alpha=0.05) == pytest.approx(1.0, abs=1e-9)


@BOTH
def test_more_seeds_and_a_wider_margin_show_more(paired):
    by_n = [power_of_equivalence(1.0, n, paired=paired, alpha=0.05) for n in (2, 5, 9, 20, 80)]
    by_margin = [power_of_equivalence(m, 9, paired=paired, alpha=0.05) for m in (0.2, 0.8, 2, 5)]
    assert by_n == sorted(by_n)
    assert by_margin == sorted(by_margin)


def test_too_small_a_margin_is_told():
    with pytest.raises(InsufficientDataError, match="more than 50 seeds"):
        seeds_for_equivalence(0.1, paired=False, limit=50)
