from __future__ import annotations

from dataclasses import replace

import pytest

from trialist.decide.procedure import procedure_of
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Protocol
from trialist.values.procedure import Correction, Spending

TWO = Protocol(
    metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
    variants=("baseline", "dropout", "wide"),
    baseline="baseline",
    looks=(Look(n=10, thresholds=(0.05, 0.025)),),
    paired=False,
)


@pytest.mark.parametrize(
    ("changes", "correction"),
    [
        ({}, Correction.HOLM),
        ({"mode": Mode.EXPLORE}, Correction.BENJAMINI_HOCHBERG),
        ({"variance": Variance.POOLED}, Correction.DUNNETT),
        ({"variants": ("baseline", "dropout")}, Correction.NONE),
        ({"variants": ("baseline", "dropout"), "n_earlier": 1}, Correction.HOLM),
    ],
)
def test_a_family_is_corrected_as_it_is_judged(changes, correction):
    assert procedure_of(replace(TWO, **changes)).correction is correction


def test_looks_spend_unless_the_test_holds_at_any_time():
    looks = (Look(n=5, thresholds=(0.01,)), Look(n=8, thresholds=(0.04,)))
    assert procedure_of(TWO).spending is Spending.NONE
    assert procedure_of(replace(TWO, looks=looks)).spending is Spending.POWER2
    assert procedure_of(replace(TWO, looks=looks, is_open=True)).spending is Spending.ANY_TIME


def test_what_the_protocol_says_is_kept():
    found = procedure_of(
        replace(TWO, n_earlier=3, paired=True), shared=("init",), varied=("order",)
    )
    assert (found.n_comparisons, found.n_earlier, found.alpha) == (5, 3, 0.05)
    assert (found.shared, found.varied, found.looks) == (("init",), ("order",), (10,))
    assert found.paired
    assert found.registered
