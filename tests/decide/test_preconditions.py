"""What the checks forbid."""

from __future__ import annotations

import pytest

from trialist.decide.preconditions import (
    bars_by,
    bars_of_checks,
    forbids,
    is_beside,
    leans,
    with_preconditions,
)
from trialist.values.missing import Missing
from trialist.values.playbook import Check, Level
from trialist.values.verdict import VerdictCode

EDGE = Check(
    check="boundary",
    level=Level.EDGE,
    subject="adam.lr",
    variant="adam",
    sentence="the best learning rate of adam lies at the edge of its range (EDGE, lr >= 0.09)",
    blocks=True,
)
BETTER = {"sgd": (0.90, 0.91, 0.92, 0.91), "adam": (0.95, 0.96, 0.95, 0.97)}


@pytest.mark.parametrize("level", [Level.EDGE, Level.UNEQUAL])
def test_these_levels_forbid_a_comparison_even_where_the_check_does_not_say_so(level):
    assert forbids(Check(check="any", level=level))


@pytest.mark.parametrize("level", [Level.OVERFITTING, Level.INFEASIBLE, Level.BUG])
def test_other_levels_forbid_only_where_the_check_says_so(level):
    assert not forbids(Check(check="any", level=level))
    assert forbids(Check(check="any", level=level, blocks=True))


@pytest.mark.parametrize("numbers", [{"objective": "val/loss"}, {"role": "scientific"}])
def test_a_range_that_no_verdict_rests_on_forbids_nothing(numbers):
    check = Check(
        check="boundary", level=Level.EDGE, variant="sgd", numbers={**numbers, "leans": True}
    )
    assert is_beside(check)
    assert not forbids(check)
    assert not leans(check)
    bars = bars_by([check], candidates=["adam"], baseline="sgd")
    assert (bars.candidates, bars.losers) == ({}, {})


def test_an_edge_is_not_comparable_and_names_the_cure(judged):
    verdict = with_preconditions([judged(BETTER).verdict], [EDGE])[0]
    assert verdict.name is VerdictCode.NOT_COMPARABLE
    assert verdict.sentence == (
        "**These cannot be compared (adam and sgd):** the best learning rate of adam lies at the "
        "edge of its range (EDGE, lr >= 0.09). `trialist next` proposes what to do."
    )
    assert isinstance(verdict.estimate, Missing)


def test_a_check_of_the_baseline_counts_for_every_comparison_with_it(judged):
    groups = {**BETTER, "rmsprop": (0.93, 0.94, 0.95, 0.94)}
    check = Check(check="boundary", level=Level.EDGE, variant="sgd", sentence="at the end")
    verdicts = with_preconditions(judged(groups).judgement.verdicts, [check])
    assert {one.name for one in verdicts} == {VerdictCode.NOT_COMPARABLE}
    assert "at the end (EDGE)" in verdicts[0].sentence


def test_a_check_of_another_variant_does_not_count(judged):
    groups = {**BETTER, "rmsprop": (0.93, 0.94, 0.95, 0.94)}
    case = judged(groups)
    adam, rmsprop = with_preconditions(case.judgement.verdicts, [EDGE])
    assert adam.name is VerdictCode.NOT_COMPARABLE
    assert rmsprop == case.verdicts["rmsprop"]


def test_without_forbidding_checks_verdicts_stay_as_they_are(judged):
    verdicts = judged(BETTER).judgement.verdicts
    assert with_preconditions(verdicts, [Check(check="curve", level=Level.NOISY)]) == verdicts


def test_a_refused_comparison_stays_refused(judged):
    verdict = judged({"sgd": (0.9,), "adam": (0.95,)}).verdict
    assert verdict.name is VerdictCode.REFUSED
    assert with_preconditions([verdict], [EDGE]) == (verdict,)


def test_several_reasons_come_most_fundamental_first_and_each_once():
    infeasible = Check(
        check="infeasible", level=Level.INFEASIBLE, variant="adam", sentence="80 % diverged.",
        blocks=True,
    )  # fmt: skip
    bare = Check(check="boundary", level=Level.EDGE)
    other = Check(check="odd", level=Level.NOTE, sentence="something odd", blocks=True)
    checks = [other, EDGE, EDGE, bare, infeasible]
    bar = bars_of_checks(checks, candidates=("adam",), baseline="sgd")["adam"]
    clauses = bar.why.split("; ")
    assert clauses[0] == "80 % diverged (INFEASIBLE)"
    assert clauses[1] == EDGE.sentence
    assert clauses[2] == "boundary (EDGE)"
    assert clauses[3].startswith("something odd (NOTE).")
