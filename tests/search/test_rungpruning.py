import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.search.hyperband import bracket_of
from trialist.search.pruning import Decision, Fate
from trialist.search.rungpruning import RungPruning
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner

ASHA = Pruner(name="asha", resource=100, audit=0.0)


def rule(pruner: Pruner = ASHA, goal: Goal = Goal.MINIMIZE, seed: int = 0) -> RungPruning:
    return RungPruning(pruner, goal, seed=seed)


def report_all(pruning: RungPruning, values: list[float], step: int = 10) -> list[Decision]:
    return [pruning.report(trial, step, value) for trial, value in enumerate(values)]


def test_nobody_is_cut_before_enough_others_were_there() -> None:
    found = report_all(rule(), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    assert [one.fate for one in found] == [Fate.KEEP] * 6 + [Fate.CUT]
    assert found[5].reason == "the first 6 trials run in full"
    assert not any(one.is_divergence for one in found)
    assert found[6] == Decision(
        fate=Fate.CUT, rung=10, n_compared=7, threshold=0.2, reason="it is not in the best 1/3"
    )


def test_a_larger_eta_needs_more_others_whatever_the_plan_says() -> None:
    pruner = Pruner(name="asha", resource=100, eta=5, startup=1, audit=0.0)
    found = report_all(rule(pruner), [0.1 * n for n in range(12)])
    assert [one.goes_on for one in found] == [True] * 10 + [False] * 2


def test_a_later_rung_needs_enough_others_too() -> None:
    pruning = rule()
    report_all(pruning, [0.5 - trial / 100 for trial in range(20)])
    for trial in range(19, 13, -1):
        assert pruning.report(trial, 30, 0.1 + trial / 100).goes_on
    few = pruning.report(13, 30, 9.0)
    assert not few.goes_on
    assert few.n_compared == 7
    assert pruning.report(12, 90, 9.0).reason == "0 others had been there, of the 6 that it takes"


def test_the_first_trials_run_in_full_at_all_rungs() -> None:
    pruning = rule()
    report_all(pruning, [9.0] * 6 + [0.5 - trial / 100 for trial in range(12)])
    for trial in range(6, 18):
        pruning.report(trial, 30, 0.1)
    assert pruning.report(0, 30, 99.0).fate is Fate.KEEP


@pytest.mark.parametrize("goal", list(Goal))
def test_either_goal_is_the_mirror_of_the_other(goal) -> None:
    values = [random.Random(trial).random() for trial in range(40)]
    ours = report_all(rule(goal=goal), [-goal.sign * value for value in values])
    losses = report_all(rule(), values)
    assert [one.fate for one in ours] == [one.fate for one in losses]
    thresholds = [one.threshold for one in ours if one.threshold is not None]
    assert thresholds == [-goal.sign * one.threshold for one in losses if one.threshold is not None]


@pytest.mark.parametrize(("name", "kept"), [("asha", 1 / 3), ("median", 1 / 2)])
def test_the_rule_keeps_its_share(name, kept) -> None:
    pruner = Pruner(name=name, resource=100, audit=0.0)
    rng = random.Random(1)
    found = report_all(rule(pruner), [rng.random() for _ in range(600)])
    assert sum(one.goes_on for one in found[100:]) / 500 == pytest.approx(kept, abs=0.05)


def test_values_are_compared_at_the_same_step_only() -> None:
    pruning = rule()
    report_all(pruning, [0.1] * 10)
    assert pruning.report(10, 11, 99.0).n_compared == 1  # it is evaluated at other steps
    assert pruning.report(11, 10, 99.0).fate is Fate.CUT


def test_a_report_between_rungs_says_nothing() -> None:
    pruning = rule()
    assert pruning.report(0, 9, 1.0) == Decision()
    assert pruning.report(0, 10, 1.0).rung == 10
    assert pruning.report(0, 20, 1.0) == Decision()
    assert pruning.report(0, 35, 1.0).rung == 30


def test_who_skips_a_rung_is_judged_at_the_last_one() -> None:
    pruning = rule()
    assert pruning.report(0, 95, 1.0).rung == 90
    assert pruning.report(0, 30, 1.0) == Decision()


def test_a_resumed_trial_changes_nothing_and_a_cut_one_stays_cut() -> None:
    pruning, twice = rule(), rule()
    values = [random.Random(trial).random() for trial in range(30)]
    for trial, value in enumerate(values):
        first = twice.report(trial, 10, value)
        again = twice.report(trial, 10, -1.0)
        assert again == (first if first.fate is Fate.CUT else Decision())
        assert pruning.report(trial, 10, value) == first
    cut = next(trial for trial in range(30) if twice.report(trial, 30, -1.0).fate is Fate.CUT)
    assert twice.report(cut, 90, -1.0).rung == 10


def test_a_value_that_is_no_number_is_cut_and_compared_with_nobody() -> None:
    pruning = rule()
    found = pruning.report(0, 10, math.nan)
    assert (found.fate, found.rung, found.n_compared) == (Fate.CUT, 10, 0)
    assert found.is_divergence
    assert report_all(pruning, [0.1] * 3)[-1].n_compared == 2  # trial 0 stays cut
    assert pruning.report(5, 10, math.inf).n_compared == 3


def test_audited_trials_run_on_and_change_nothing() -> None:
    audited_plan = Pruner(name="asha", resource=100, audit=0.25)
    with_audit, without = rule(audited_plan), rule()
    rng = random.Random(3)
    for trial in range(60):
        for step in (10, 30, 90):
            value = rng.random()
            one, other = with_audit.report(trial, step, value), without.report(trial, step, value)
            if one.fate is Fate.AUDIT:
                assert other.fate is Fate.CUT
            elif trial not in with_audit.audited:
                assert one == other
            else:
                assert one.goes_on
    assert len(with_audit.audited) >= 8


def test_the_audit_is_drawn_by_the_seed() -> None:
    values = [float(trial) for trial in range(60)]
    plan = Pruner(name="asha", resource=100, audit=0.1)
    found = set()
    for seed in range(5):
        pruning = rule(plan, seed=seed)
        report_all(pruning, values)
        found.add(pruning.audited)
    assert len(found) == 5


def test_hyperband_compares_within_a_bracket_and_skips_its_rungs() -> None:
    pruner = Pruner(name="hyperband", resource=100, audit=0.0)
    pruning = rule(pruner)
    reasons = set()
    for trial in range(200):
        bracket = bracket_of(trial, 3, 3)
        first = (10, 30, 90, None)[bracket]
        for step in (10, 30, 90):
            found = pruning.report(trial, step, float(trial))
            if first is None or step < first:
                assert found == Decision()
            reasons.add(found.reason)
            if not found.goes_on:
                break
    assert "it is not in the best 1/3 of its bracket" in reasons


@given(
    name=st.sampled_from(["asha", "median", "hyperband"]),
    seed=st.integers(0, 99),
    order=st.randoms(use_true_random=False),
)
def test_the_same_reports_give_the_same_decisions(name, seed, order) -> None:
    pruner = Pruner(name=name, resource=100)
    reports = [(trial, step) for trial in range(12) for step in (10, 30, 90)]
    order.shuffle(reports)
    told = [(trial, step, order.random()) for trial, step in reports]
    once, again = rule(pruner, seed=seed), rule(pruner, seed=seed)
    for trial, step, value in told[:24]:
        found = once.report(trial, step, value)
        if found.rung is not None:
            again.recall(trial, rung=found.rung, step=step, value=value)
    assert once.audited == again.audited
    assert [once.report(*one) for one in told] == [again.report(*one) for one in told]
    assert once.audited == again.audited
