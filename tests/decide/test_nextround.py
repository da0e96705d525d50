"""What is proposed after a study."""

from __future__ import annotations

from dataclasses import replace

import pytest

from trialist.decide.nextround import proposals_of
from trialist.values.adoption import Adoption, Decision
from trialist.values.baselinehistory import BaselineRound, Validation
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.nextround import Standing, Step
from trialist.values.playbook import Change, Check, Level
from trialist.values.searchplan import Tuned

OPEN = Standing(study="opt", is_finished=True, file="opt.yaml")


def decided(decision, variant="adam", more=None):
    return Adoption(
        variant=variant,
        baseline="sgd",
        decision=decision,
        price=0.0,
        estimate=0.01,
        interval=Interval(low=0.0, high=0.02),
        more=more or Missing("not asked"),
        sentence=f"**{decision.words} {variant}:** because.",
    )


def adopted(n=None):
    validation = None
    if n is not None:
        validation = Validation(study="v", n=n, mean=0.9, interval=Missing("none"))
    return BaselineRound(
        number=1,
        study="opt",
        plan_hash="sha256:0",
        variant="adam",
        baseline="sgd",
        decision="adopt",
        verdict="improvement",
        estimate=0.01,
        interval=(0.0, 0.02),
        price=0.0,
        changes=(),
        config={"lr": 0.1},
        learned="adam helps.",
        reason=None,
        source="the variant adam",
        by="me",
        time=0.0,
        validation=validation,
    )


def edge(variant="adam", low=1e-4, high=1.0, *, blocks=True):
    change = Change(kind="extend_range", parameter="lr", variant=variant, low=low, high=high)
    return Check(
        check="boundary",
        level=Level.EDGE if blocks else Level.SUSPECT,
        variant=variant,
        sentence=f"the best lr of {variant} lies at the upper edge of its range",
        change=change,
        blocks=blocks,
    )


def first(standing):
    return proposals_of(standing)[0]


def test_an_unfinished_study_is_finished_first():
    found = proposals_of(replace(OPEN, is_finished=False, checks=(edge(),)))
    assert [one.step for one in found] == [Step.FINISH]
    assert found[0].command == "trialist run opt.yaml"
    assert "same Python script" in first(replace(OPEN, is_finished=False, file=None)).command


def test_an_edge_extends_the_range_of_all_variants_that_have_one():
    standing = replace(OPEN, checks=(edge(), edge("sgd", high=10.0)))
    found = first(standing)
    assert found.step is Step.EXTEND
    assert found.title == "search lr of adam from 0.0001 to 1 and lr of sgd from 0.0001 to 10"
    assert found.why.startswith("The best lr of adam lies at the upper edge of its range. The best")
    assert found.command == "trialist next opt --write FILE"
    assert len(found.changes) == 2


def test_what_blocks_comes_before_the_decision_and_the_most_fundamental_first():
    checks = (
        edge(),
        Check(check="density", level=Level.SPARSE, change=Change(kind="more_trials", amount=64)),
        Check(check="infeasible", level=Level.BUG, sentence="80 % diverged.", blocks=True),
        Check(check="density", level=Level.UNEQUAL, change=Change(kind="equal_trials", amount=32)),
    )
    standing = replace(OPEN, checks=checks, adoptions=(decided(Decision.ADOPT),))
    steps = [one.step for one in proposals_of(standing)]
    assert steps == [Step.FIX_CODE, Step.EQUAL_TRIALS, Step.EXTEND]
    assert first(standing).command == "trialist doctor opt.yaml"


@pytest.mark.parametrize(
    ("level", "step"),
    [
        (Level.INSTABILITY, Step.TAME),
        (Level.OVERFITTING, Step.SHORTER_RUNS),
        (Level.INFEASIBLE, Step.FIX_CODE),
    ],
)
def test_a_check_that_says_no_change_still_says_a_step(level, step):
    found = first(replace(OPEN, checks=(Check(check="x", level=level, blocks=True),)))
    assert found.step is step
    assert found.why == f"X: {level.value}."
    assert "--write" not in found.command


def test_an_instability_is_looked_at_by_a_learning_rate_sweep():
    check = Check(check="boundary", level=Level.INSTABILITY, blocks=True)
    assert first(replace(OPEN, checks=(check,))).command == "trialist lr-find opt.yaml"
    assert first(replace(OPEN, checks=(check,), file=None)).command == ""


def test_a_blocking_check_that_nobody_knows_a_step_for_is_told():
    check = Check(check="odd", level=Level.NOTE, sentence="something is odd?", blocks=True)
    found = proposals_of(replace(OPEN, checks=(check,)))
    assert len(found) == 1
    assert found[0].title == "mend what keeps the variants from being compared"
    assert found[0].why == "Something is odd?"


def test_what_is_better_is_adopted():
    found = first(replace(OPEN, adoptions=(decided(Decision.ADOPT),)))
    assert (found.step, found.command) == (Step.ADOPT, "trialist adopt opt adam")
    assert found.why == "ADOPT adam: because."


def test_of_an_open_recipe_more_searches_are_proposed_and_not_more_seeds():
    standing = replace(
        OPEN,
        adoptions=(decided(Decision.INCONCLUSIVE, more=(2, 6)),),
        tuned=Tuned.RECIPE,
        replicates=4,
    )
    found = first(standing)
    assert (found.step, found.amount) == (Step.MORE_REPLICATES, 10)
    assert "more seeds of the same winners do not help" in found.caveat
    unknown = replace(standing, adoptions=(decided(Decision.INCONCLUSIVE),))
    assert first(unknown).amount == 8


def test_an_open_comparison_is_followed_up_with_new_seeds():
    standing = replace(OPEN, adoptions=(decided(Decision.INCONCLUSIVE, more=(5, 9)),), n_seeds=8)
    found = first(standing)
    assert (found.step, found.amount) == (Step.MORE_SEEDS, 9)
    assert first(replace(standing, adoptions=(decided(Decision.INCONCLUSIVE),))).amount == 8


def test_what_was_adopted_on_few_seeds_is_validated():
    found = first(replace(OPEN, adopted=adopted(1), adoptions=(decided(Decision.ADOPT),)))
    assert found.step is Step.VALIDATE
    assert "has 1 fresh seed of its own" in found.why
    assert "has 0 fresh seeds" in first(replace(OPEN, adopted=adopted())).why


def test_after_the_validation_the_sealed_test_is_opened_once():
    standing = replace(OPEN, adopted=adopted(5), test_of="opt-validation")
    found = first(standing)
    assert (found.step, found.command) == (Step.OPEN_TEST, "trialist open-test opt-validation")
    done = first(replace(standing, is_tested=True))
    assert done.step is Step.DONE
    assert "configuration that was adopted" in done.why
    assert "baseline" in first(replace(OPEN, is_tested=True)).why


def test_without_a_sealed_test_the_next_question_is_asked():
    found = first(replace(OPEN, adopted=adopted(5)))
    assert found.step is Step.NEW_QUESTION
    assert "add `test:`" in found.caveat
    assert first(replace(OPEN, adopted=adopted(5), test_of="opt", is_tested=True)).caveat == ""


def test_where_nothing_is_better_the_baseline_stays():
    found = first(replace(OPEN, adoptions=(decided(Decision.REJECT),)))
    assert (found.step, found.why) == (Step.NEW_QUESTION, "REJECT adam: because.")
    assert first(OPEN).why == "Nothing was compared."


def test_checks_that_forbid_nothing_are_offered_after_the_decision():
    checks = (
        edge(blocks=False),
        Check(check="curve", level=Level.STILL_IMPROVING,
              change=Change(kind="longer_runs", amount=2000)),
        Check(check="importance", level=Level.NOTE,
              change=Change(kind="fix_parameter", parameter="beta1")),
        Check(check="boundary", level=Level.AT_LIMIT,
              change=Change(kind="remove_feature", parameter="dropout")),
        Check(check="boundary", level=Level.OK),
        Check(check="odd", level=Level.NOTE, change=Change(kind="something else")),
    )  # fmt: skip
    found = proposals_of(replace(OPEN, adoptions=(decided(Decision.ADOPT),), checks=checks))
    assert [one.step for one in found] == [
        *(Step.ADOPT, Step.EXTEND, Step.LONGER_RUNS, Step.REMOVE_FEATURE, Step.FIX_PARAMETER),
    ]
    titles = [one.title for one in found]
    assert titles[2] == "train longer: 2,000 steps"
    assert titles[3] == "try without what is best at its limit: dropout"
    assert "fix what makes no difference: beta1" in titles[4]


def test_a_range_without_ends_has_a_plain_title():
    check = Check(check="x", level=Level.EDGE, change=Change(kind="extend_range", parameter="lr"))
    assert first(replace(OPEN, checks=(check,))).title.startswith("change the ranges")
    longer = Check(check="x", level=Level.NOTE, change=Change(kind="longer_runs"))
    assert proposals_of(replace(OPEN, checks=(longer,)))[1].title == "train longer"


def test_a_proposal_as_plain_data():
    plain = first(replace(OPEN, checks=(edge(),))).to_dict()
    assert plain["step"] == "extend_range"
    assert plain["makes_study"] is True
    assert plain["changes"][0]["high"] == 1.0
