import math

import numpy as np
import pytest

from trialist.design.twoways import cures_of, ways_at
from trialist.stats.power import power_of_t
from trialist.values.missing import Missing

BOTH = pytest.mark.parametrize("paired", [False, True])


@BOTH
def test_ruling_out_has_the_chance_of_finding(paired):
    n, effect, rng = 6, 1.1, np.random.default_rng(2)
    ways = ways_at(effect, n, paired=paired, alpha=0.05)
    from scipy import stats

    b = rng.standard_normal((20_000, n))
    a = np.zeros_like(b) if paired else rng.standard_normal((20_000, n))
    df = n - 1 if paired else 2 * n - 2
    variance = b.var(axis=1, ddof=1) + a.var(axis=1, ddof=1)
    half = stats.t.ppf(0.975, df) * np.sqrt(variance / n)
    share = (b.mean(axis=1) - a.mean(axis=1) + half < effect).mean()
    assert ways.ruled_out == pytest.approx(share, abs=4 * 0.5 / math.sqrt(20_000))
    assert ways.found == ways.ruled_out


@BOTH
def test_a_fair_plan_has_a_fifth_or_more(paired):
    assert not ways_at(0.3, 4, paired=paired, alpha=0.05).is_fair
    assert ways_at(2.0, 5, paired=paired, alpha=0.05).is_fair


def test_what_would_help_does():
    found = cures_of(0.5, 5, paired=False, alpha=0.05, power=0.8)
    assert power_of_t(0.5, found.seeds, paired=False, alpha=0.05) >= 0.8
    assert power_of_t(found.relevant, 5, paired=False, alpha=0.05) == pytest.approx(0.8)
    in_pairs = 0.5 / math.sqrt(2 * (1 - found.correlation))
    assert power_of_t(in_pairs, 5, paired=True, alpha=0.05) == pytest.approx(0.8)


def test_what_would_not_help_is_missing():
    pairs = cures_of(0.5, 5, paired=True, alpha=0.05, power=0.8)
    assert isinstance(pairs.correlation, Missing)
    lonely = cures_of(0.5, 1, paired=False, alpha=0.05, power=0.8)
    assert isinstance(lonely.relevant, Missing)
    tiny = cures_of(1e-6, 5, paired=False, alpha=0.05, power=0.8)
    assert isinstance(tiny.seeds, Missing)
    assert tiny.correlation == pytest.approx(1.0)
    assert cures_of(9.0, 5, paired=False, alpha=0.05, power=0.8).correlation == pytest.approx(0.0)
