import pytest

from trialist.analysis.equaltrials import equal_trials
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.space import Arm


def two(cases, few, many, *, steps=(None, None), **more):
    trials = [
        *cases.along(range(few), range(few), variant="adam", steps=steps[0]),
        *cases.along(range(many), range(many), variant="sgd", steps=steps[1]),
    ]
    return cases.table(trials, **more)


def test_equal_numbers_are_fine(cases):
    (check,) = equal_trials(two(cases, 8, 8))
    assert check.level is Level.OK
    assert check.sentence == "The variants had equally many trials: adam 8, sgd 8."


def test_a_lost_trial_is_let_pass(cases):
    (check,) = equal_trials(two(cases, 15, 16))
    assert check.level is Level.OK
    assert "about equally many trials: adam 15, sgd 16" in check.sentence


def test_unequal_numbers_block_and_are_compared_at_the_common_one(cases):
    (check,) = equal_trials(two(cases, 8, 32))
    assert check.level is Level.UNEQUAL
    assert check.blocks
    assert check.n == 8
    assert check.change.to_dict() == {"kind": "equal_trials", "amount": 32}
    assert check.sentence == (
        "The variants had different numbers of trials, adam 8, sgd 32: the one with more finds a "
        "better best by that alone. The expected best of 8 trials each: adam 0, sgd 2.667."
    )


def test_higher_is_better_is_compared_so(cases):
    (check,) = equal_trials(two(cases, 8, 32, goal=Goal.MAXIMIZE))
    assert check.sentence.endswith("adam 7, sgd 28.33.")


def test_what_cannot_be_compared_at_the_common_number_is_not(cases):
    trials = [
        *cases.along(range(2), range(2), variant="adam"),
        *cases.along(range(8), [1.0, 2.0, *[None] * 6], variant="sgd"),
    ]
    (check,) = equal_trials(cases.table(trials))
    assert check.sentence.endswith("by that alone.")


def test_pruned_and_diverged_trials_were_trials_and_failed_ones_were_not(cases):
    trials = [
        *cases.along(range(4), [1.0, 2.0, None, 3.0], variant="adam"),
        *cases.along(range(2), [1.0, 2.0], variant="sgd"),
        *cases.along(range(2), [None, None], variant="sgd", first=2, status=RunStatus.PRUNED),
        *cases.along(range(5), [None] * 5, variant="sgd", first=4, status=RunStatus.FAILED),
    ]
    (check,) = equal_trials(cases.table(trials))
    assert check.numbers == {"fewest": 4, "most": 4}


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.QUEUED])
def test_searches_that_still_run_are_undecided(cases, status):
    table = two(cases, 2, 4)
    more = cases.along([0.5], [None], variant="adam", first=9, status=status)
    (check,) = equal_trials(cases.replace(table, trials=(*table.trials, *more)))
    assert check.level is Level.UNDECIDED
    assert not check.blocks
    assert check.sentence == "The searches are not at their end: trials so far adam 2, sgd 4."


def test_a_variant_without_trials_is_undecided(cases):
    arms = tuple(Arm(variant=one, parameters=(cases.X,)) for one in ("adam", "sgd"))
    table = cases.table(cases.along([0.5], [1.0], variant="adam"), arms=arms)
    assert equal_trials(table)[0].level is Level.UNDECIDED


def test_one_searched_variant_is_not_compared(cases):
    arms = (Arm(variant="base"), Arm(variant="tuned", parameters=(cases.X,)))
    assert equal_trials(cases.table(cases.along([0.5], [1.0], variant="tuned"), arms=arms)) == ()


def test_unequal_lengths_block(cases):
    count, steps = equal_trials(two(cases, 8, 8, steps=(1000, 2000)))
    assert count.level is Level.OK
    assert steps.level is Level.UNEQUAL
    assert steps.blocks
    assert steps.sentence == (
        "The variants trained for different numbers of steps: adam 1,000, sgd 2,000."
    )


def test_about_equal_lengths_are_fine(cases):
    steps = equal_trials(two(cases, 8, 8, steps=(1000, 1050)))[1]
    assert steps.level is Level.OK
    assert not steps.blocks


@pytest.mark.parametrize(("steps", "budget"), [((1000, 2000), 2000), ((1000, None), None)])
def test_lengths_are_not_compared_where_there_is_one_budget_or_they_are_unknown(
    cases, steps, budget
):
    assert len(equal_trials(two(cases, 8, 8, steps=steps, max_steps=budget))) == 1
