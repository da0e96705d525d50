import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialist.stats.dunnett import dunnett_p
from trialist.stats.dunnett_looks import Family, dunnett_thresholds, simulated_thresholds
from trialist.stats.dunnett_table import TABLE, TABLE_ALPHA
from trialist.stats.sequential import spending, thresholds
from trialist.values.errors import ConfigError

BOTH = pytest.mark.parametrize("paired", [True, False])
LOOKS = (5, 8, 12, 20)


@BOTH
def test_one_comparison_has_the_thresholds_of_the_t_test(paired):
    assert dunnett_thresholds(LOOKS, alpha=0.05, k=1, paired=paired) == thresholds(
        LOOKS, alpha=0.05, paired=paired
    )


@BOTH
def test_the_simulation_knows_one_comparison(paired):
    """With k = 1 the exact thresholds are there to compare with."""
    found = simulated_thresholds(
        LOOKS, alpha=0.05, family=Family(k=1, paired=paired), draws=400_000
    )
    assert found == pytest.approx(thresholds(LOOKS, alpha=0.05, paired=paired), rel=0.02)


@BOTH
@pytest.mark.parametrize("k", [2, 6])
def test_each_look_spends_what_it_may(k, paired):
    """Whole studies, drawn run by run, with the sums of squares of the textbook."""
    rng = np.random.default_rng(20 + k)
    studies = 40_000
    runs = rng.standard_normal((studies, k + 1, LOOKS[-1]))
    ended = np.zeros(studies, dtype=bool)
    row = dunnett_thresholds(LOOKS, alpha=0.05, k=k, paired=paired)
    for n, threshold, allowed in zip(LOOKS, row, spending(LOOKS, 0.05), strict=True):
        family = Family(k=k, paired=paired)
        ended |= largest_t(runs[..., :n], paired) >= family.critical(threshold, n)
        error = math.sqrt(allowed * (1 - allowed) / studies)
        assert abs(ended.mean() - allowed) < 4 * error


def largest_t(runs, paired):
    means = runs.mean(axis=2)
    left = runs - means[..., None]
    if paired:
        left = left - left.mean(axis=1, keepdims=True)
    k, n = runs.shape[1] - 1, runs.shape[2]
    df = (k if paired else k + 1) * (n - 1)
    sd = np.sqrt((left**2).sum(axis=(1, 2)) / df)
    return np.abs(means[:, 1:] - means[:, :1]).max(axis=1) / (sd * math.sqrt(2 / n))


@pytest.mark.parametrize("key", [((5, 8, 12), 3, True), ((3, 5, 10), 6, False)])
def test_an_entry_of_the_table_can_be_drawn_again(key):
    looks, k, paired = key
    again = simulated_thresholds(
        looks, alpha=TABLE_ALPHA, family=Family(k=k, paired=paired), draws=400_000
    )
    assert again == pytest.approx(TABLE[key], rel=0.025)
    assert again[0] == TABLE[key][0]


def test_the_table_has_every_common_schedule():
    assert len(TABLE) == 6 * 7 * 2
    for (looks, k, paired), row in TABLE.items():
        assert row[0] == pytest.approx(0.05 * (looks[0] / looks[-1]) ** 2, rel=1e-5)
        assert list(row) == sorted(row)
        assert dunnett_thresholds(looks, alpha=0.05, k=k, paired=paired) == row
        for place, share in enumerate(spending(looks, 0.05)):
            before = spending(looks, 0.05)[place - 1] if place else 0.0
            assert share - before <= row[place] + 1e-6 <= share + 2e-6
        # the statistics of more comparisons are less alike from look to look than those of one
        assert row == pytest.approx(thresholds(looks, alpha=0.05, paired=paired), rel=0.06)


@BOTH
def test_other_schedules_are_drawn_the_same_way_every_time(paired):
    ask = {"alpha": 0.025, "k": 7, "paired": paired}
    row = dunnett_thresholds((4, 9), **ask)
    simulated_thresholds.cache_clear()
    assert dunnett_thresholds((4, 9), **ask) == row
    assert row[0] == pytest.approx(0.025 * 16 / 81)
    assert 0.025 * (1 - 16 / 81) < row[1] < 0.025


@BOTH
def test_a_smaller_rate_has_smaller_thresholds(paired):
    rows = [
        simulated_thresholds(
            (4, 6, 9), alpha=alpha, family=Family(k=3, paired=paired), draws=50_000
        )
        for alpha in (0.01, 0.025, 0.05)
    ]
    for lower, higher in pairwise(rows):
        assert all(a < b for a, b in zip(lower, higher, strict=True))


@BOTH
def test_a_look_without_noise_has_no_threshold(paired):
    assert dunnett_thresholds((1, 4), alpha=0.05, k=2, paired=paired) == (0.0, 0.05)
    assert dunnett_thresholds((1,), alpha=0.05, k=2, paired=paired) == (0.0,)
    first, *rest = dunnett_thresholds((1, 2, 3), alpha=0.05, k=2, paired=paired)
    assert first == 0.0
    assert rest[0] == pytest.approx(0.05 * 4 / 9, rel=1e-5)


@settings(max_examples=10)
@given(st.integers(2, 9), st.integers(2, 40), st.floats(1, 6), st.booleans())
def test_a_family_knows_its_p_and_its_critical_value(k, n, t, paired):
    family = Family(k=k, paired=paired)
    df = (k if paired else k + 1) * (n - 1)
    p = dunnett_p(t, df=df, n_baseline=n, n_others=(n,) * k)
    assert family.p(t, n) == p
    assert family.critical(p, n) == pytest.approx(t, rel=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"looks": (8, 5), "alpha": 0.05, "k": 2},
        {"looks": (), "alpha": 0.05, "k": 2},
        {"looks": (5, 8), "alpha": 1.5, "k": 2},
        {"looks": (5, 8), "alpha": 0.05, "k": 0},
    ],
)
def test_refuses_what_cannot_be(wrong):
    with pytest.raises(ConfigError):
        dunnett_thresholds(wrong["looks"], alpha=wrong["alpha"], k=wrong["k"], paired=True)
