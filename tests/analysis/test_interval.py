import math

import numpy as np
import pytest
from scipy import stats

from trialist.analysis.direct import records_of
from trialist.analysis.evidence import evidence_at
from trialist.analysis.interval import TOO_FEW_AT_ANY_TIME, critical_of, interval_at
from trialist.stats.anytime import critical_t
from trialist.values.evidence import Interval
from trialist.values.judging import Variance
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Look, Protocol

RNG = np.random.default_rng(3)
GROUPS = {name: list(RNG.normal(k, 1, size=6)) for k, name in enumerate("abc")}


def contrasts(groups=GROUPS, **changes):
    paired = changes.get("paired", False)
    protocol = Protocol(
        metric=Metric(name="val/x", goal=Goal.MAXIMIZE),
        variants=tuple(groups),
        baseline="a",
        looks=(Look(n=6, thresholds=(0.05, 0.025)),),
        **{"paired": paired, **changes},
    )
    records = records_of(groups, paired=paired)
    return evidence_at(protocol, records, look_index=1, seeds=None).contrasts


def test_a_t_interval_equals_scipys():
    found = interval_at(contrasts()["b"], 0.05)
    expected = stats.ttest_ind(GROUPS["b"], GROUPS["a"], equal_var=False).confidence_interval()
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_dunnetts_intervals_equal_scipys():
    found = contrasts(variance=Variance.POOLED)
    expected = stats.dunnett(
        GROUPS["b"], GROUPS["c"], control=GROUPS["a"], rng=np.random.default_rng(0)
    ).confidence_interval()
    for name, low, high in zip("bc", expected.low, expected.high, strict=True):
        interval = interval_at(found[name], 0.05)
        assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.02)


@pytest.mark.parametrize("paired", [True, False])
def test_an_interval_at_any_time_is_wider(paired):
    plain = interval_at(contrasts(paired=paired)["b"], 0.05)
    one = contrasts(paired=paired, is_open=True)["b"]
    wide = interval_at(one, 0.05)
    assert wide.low < plain.low < plain.high < wide.high
    assert critical_of(one, one.df, 0.05) == critical_t(0.05, 6, None if paired else 6)


def test_three_pairs_have_no_interval_at_any_time():
    few = {name: values[:3] for name, values in GROUPS.items()}
    one = contrasts(few, paired=True, is_open=True)["b"]
    assert interval_at(one, 0.05) == Missing(TOO_FEW_AT_ANY_TIME)
    assert math.isinf(critical_of(one, one.df, 0.05))


def test_no_error_to_spend_gives_no_interval():
    assert isinstance(interval_at(contrasts()["b"], 0.0), Missing)


def test_one_run_has_no_interval():
    single = {name: values[:1] for name, values in GROUPS.items()}
    assert isinstance(interval_at(contrasts(single)["b"], 0.05), Missing)


def test_a_constant_difference_has_no_interval():
    equal = {"a": [1.0, 1.0, 1.0], "b": [2.0, 2.0, 2.0]}
    assert not isinstance(interval_at(contrasts(equal)["b"], 0.05), Interval)
