from __future__ import annotations

import math

import pytest

from trialist.decide.ruling import rulings_at
from trialist.values.evidence import Interval
from trialist.values.verdict import VerdictCode

NOISE = (-0.02, 0.01, 0.0, -0.01, 0.02)


def rule(judged, values, baseline=NOISE, *, relevant=None, looks=((0, 0.05),), paired=False):
    case = judged(
        {"baseline": baseline, "dropout": values}, relevant=relevant, looks=looks, paired=paired
    )
    rulings = rulings_at(case.protocol, case.evidence[0], names=("dropout",), n_unrejected=1)
    return rulings["dropout"]


@pytest.mark.parametrize(
    ("shift", "relevant", "code"),
    [
        (0.5, 0.1, VerdictCode.RELEVANT_IMPROVEMENT),
        (0.5, 0.5, VerdictCode.IMPROVEMENT),
        (0.5, 0.9, VerdictCode.IMPROVEMENT),
        (0.5, None, VerdictCode.IMPROVEMENT),
        (-0.5, 0.1, VerdictCode.REGRESSION),
        (-0.5, None, VerdictCode.REGRESSION),
        (0.001, 0.1, VerdictCode.EQUIVALENT),
        (-0.02, 0.03, VerdictCode.NO_RELEVANT_IMPROVEMENT),
        (0.001, 0.01, VerdictCode.INCONCLUSIVE),
        (0.001, None, VerdictCode.INCONCLUSIVE),
    ],
)
def test_the_first_code_that_holds(judged, shift, relevant, code):
    values = [x + shift for x in reversed(NOISE)]
    assert rule(judged, values, relevant=relevant).code is code


@pytest.mark.parametrize(
    ("n", "sds", "code"),
    [
        (3, 2.9, VerdictCode.NO_RELEVANT_IMPROVEMENT),
        (3, 3.1, VerdictCode.EQUIVALENT),
        (4, 2.4, VerdictCode.NO_RELEVANT_IMPROVEMENT),
        (4, 2.6, VerdictCode.EQUIVALENT),
        (5, 1.9, VerdictCode.EQUIVALENT),
    ],
)
def test_few_seeds_call_two_variants_equal_only_where_the_noise_is_small(judged, n, sds, code):
    values = [float(k % 3) for k in range(n)]
    sd = math.sqrt(sum((x - sum(values) / n) ** 2 for x in values) / (n - 1))
    assert rule(judged, values, values[::-1], relevant=sds * sd).code is code


def test_an_end_on_the_relevant_difference_is_not_beyond_it(judged):
    values = [x + 0.5 for x in reversed(NOISE)]
    low = rule(judged, values).interval.low
    assert rule(judged, values, relevant=low).code is VerdictCode.IMPROVEMENT
    assert (
        rule(judged, values, relevant=math.nextafter(low, 0)).code
        is VerdictCode.RELEVANT_IMPROVEMENT
    )


def test_a_look_that_spends_no_error_gives_no_interval_and_no_answer(judged):
    found = rule(judged, [9.0, 9.1, 9.2], (0.0, 0.1, 0.2), looks=((3, 0.0), (5, 0.05)))
    assert found.code is VerdictCode.INCONCLUSIVE
    assert not isinstance(found.interval, Interval)


def test_an_untestable_metric_settles_the_comparison(judged):
    found = rule(judged, [0.5] * 5, [0.5] * 5)
    assert found.code is VerdictCode.REFUSED
    assert found.settles


def test_one_run_does_not_settle_anything(judged):
    found = rule(judged, [0.5], [0.4])
    assert found.code is VerdictCode.REFUSED
    assert not found.settles
