"""All checks on curves together: the best one by one, all of them counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.analysis.trainingcurves import (
    ORDER,
    alarm_rates,
    checks_of_curve,
    checks_of_curves,
    curve_checks,
)
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.playbook import Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale
from trialist.values.trialcurve import RateCourse, Track, TrialCurve

DOWN = tuple(2 - 0.15 * k for k in range(12))
UP = (1.0, 0.8, 0.6, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
CALM = (2.0, 1.8, 1.6, 1.4, 1.2, 1.0, 0.9, 0.8, 0.7, 0.71, 0.70, 0.71)


def curve(val=CALM, *, name="a-1", variant="a", loss=DOWN, **more):
    def track(values, metric):
        return Track(metric=metric, goal=Goal.MINIMIZE, values=tuple(values))

    return TrialCurve(
        variant=variant, name=name, steps=tuple(range(1, len(val) + 1)),
        val=track(val, "val/loss"), loss=track(loss[: len(val)], "train/loss"), **more,
    )  # fmt: skip


def test_every_check_says_something_of_a_curve():
    checks = checks_of_curve(curve(), noise=1.0)
    assert len(checks) == 7
    assert {check.check for check in checks} == {"curve"}
    assert [check.level for check in checks] == [
        Level.OK, Level.OK, Level.OK, Level.UNDECIDED, Level.OK, Level.UNDECIDED, Level.OK,
    ]  # fmt: skip


def test_every_level_of_a_curve_has_its_place_in_the_order():
    for one in (curve(), curve(UP), curve(DOWN), curve(DOWN[:5])):
        assert all(check.level in ORDER for check in checks_of_curve(one))


def test_good_curves_are_one_line():
    [check] = curve_checks([curve(is_best=True), curve(name="a-2", is_best=True)])
    assert check.level is Level.OK
    assert check.sentence == "The curves of the 2 best trials show nothing that needs attention."


def test_curves_that_cannot_be_judged_are_one_line():
    [check] = curve_checks([curve(CALM[:5], is_best=True)])
    assert check.level is Level.UNDECIDED
    assert check.sentence.startswith("5 evaluations of val/loss are too few")


def test_what_matters_most_comes_first():
    checks = curve_checks([curve(DOWN, name="a-2", is_best=True), curve(UP, is_best=True)])
    assert [check.level for check in checks] == [
        Level.OVERFITTING, Level.STILL_IMPROVING, Level.SATURATED, Level.NOTE,
    ]  # fmt: skip
    assert checks[0].blocks


def test_the_same_in_several_curves_is_told_once_and_names_them():
    runs = [f"a-{k}/seed-0/attempt-2" for k in range(3)]
    overfits, *_ = curve_checks([curve(UP, run=run, is_best=True) for run in runs])
    assert overfits.subject == runs[0]
    assert overfits.sentence.endswith(" Seen in a-0/seed-0, a-1/seed-0, a-2/seed-0.")


def test_two_kinds_of_bug_are_both_told():
    k = range(60)
    waves = tuple(1 + 0.2 * (one % 5) for one in k)
    rises = tuple(1 + 0.1 * one for one in k)
    checks = curve_checks([curve(waves, loss=rises, epoch=5.0, is_best=True)])
    assert [check.level for check in checks[:2]] == [Level.BUG, Level.BUG]


def test_the_others_are_counted():
    checks = curve_checks([curve(UP), curve(UP, name="a-2"), curve(name="a-3"), curve(DOWN[:5])])
    [count] = checks
    assert count.level is Level.NOTE
    assert not count.blocks
    assert count.n == 3
    assert count.sentence == "Of the 3 curves of all trials: OVERFITTING in 2, SATURATED in 2."
    assert count.numbers["overfitting"] == pytest.approx(2 / 3)


def test_a_loss_that_rises_in_every_trial_is_a_bug_whatever_the_settings():
    rises = [tuple(1.0 + slope * k for k in range(12)) for slope in (0.1, 0.2, 1, 5, 50)]
    curves = [curve(name=f"a-{k}", loss=loss) for k, loss in enumerate(rises)]
    first = curve_checks(curves)[0]
    assert first.level is Level.BUG
    assert first.blocks
    assert first.sentence.startswith("The training loss rises in all 5 trials")
    assert all(check.subject != "a-0" for check in curve_checks([*curves, curve(name="a-6")]))
    assert not any(check.blocks for check in curve_checks([*curves, curve(name="a-6")]))
    assert not any(check.blocks for check in curve_checks(curves[:4]))


def test_a_variant_without_curves_of_its_best_says_nothing():
    assert curve_checks([curve(), curve(name="a-2")]) == ()
    assert curve_checks([]) == ()


def test_alarm_rates_are_shares_of_what_can_be_judged():
    rates = alarm_rates([curve(UP), curve(), curve(DOWN), curve(), curve(UP[:5])])
    assert rates[Level.OVERFITTING] == pytest.approx(1 / 4)
    assert rates[Level.STILL_IMPROVING] == pytest.approx(1 / 4)
    assert alarm_rates([])[Level.BUG] == 0


def table(values, *, noise=None, variants=("a", "b")):
    rate = Parameter(name="lr", low=1e-3, high=10, scale=Scale.LOG)
    trials = [
        SearchTrial(
            variant=name.partition("-")[0],
            search=0,
            number=0,
            name=name,
            params={"lr": lr},
            status=RunStatus.FINISHED,
            value=value,
        )
        for name, (lr, value) in values.items()
    ]
    return SearchTable(
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        arms=tuple(Arm(variant=name, parameters=(rate,)) for name in variants),
        trials=tuple(trials),
        noise=noise,
    )


def test_a_table_marks_its_best_and_its_difference_judges_the_noise():
    wobbly = (*CALM[:8], *(0.7 + 0.1 * (k % 2) for k in range(8)))
    found = table({"a-1": (0.1, 0.5), "a-2": (1.0, 0.9), "b-1": (0.1, 0.51), "b-2": (1.0, 0.9)})
    curves = [
        curve(wobbly, name=name, variant=name[0], loss=tuple(2 - 0.1 * k for k in range(16)))
        for name in ("a-1", "a-2", "b-1", "b-2")
    ]
    checks = checks_of_curves(found, curves)
    noisy = [check for check in checks if check.level is Level.NOISY]
    assert [check.subject for check in noisy] == ["a-1", "b-1"]
    assert noisy[0].sentence.endswith(" Seen in a-1, a-2.")
    assert noisy[0].numbers["difference"] == pytest.approx(0.01)
    budgets = [check for check in checks if check.check == "budget"]
    assert [check.level for check in budgets] == [Level.UNDECIDED, Level.UNDECIDED]


def test_budget_and_rates_are_told_where_they_say_something():
    names = {f"a-{k}": (0.1, 0.5 + 0.01 * k) for k in range(6)}
    found = table(names, noise=10.0, variants=("a",))
    curves = [curve(DOWN, name=name, schedule=RateCourse.CONSTANT) for name in names]
    checks = checks_of_curves(found, curves)
    said = {check.check: check for check in checks}
    assert said["budget"].change.kind == "longer_runs"
    assert said["rate sweep"].level is Level.UNDECIDED


VALUES = st.lists(st.floats(0.01, 10), min_size=16, max_size=40)


def levels_of(val, loss, *, goal=Goal.MINIMIZE, unit=1.0, stride=1):
    own = TrialCurve(
        variant="a",
        name="a-1",
        steps=tuple(stride * k for k in range(1, len(val) + 1)),
        val=Track(metric="val/x", goal=goal, values=tuple(unit * goal.sign * -v for v in val)),
        loss=Track(metric="train/loss", goal=Goal.MINIMIZE, values=tuple(unit * v for v in loss)),
        epoch=4.0 * stride,
    )
    return [check.level for check in checks_of_curve(own, noise=unit)]


@given(VALUES, st.sampled_from([2.0**-20, 2.0**20]), st.sampled_from([1, 8, 1024]))
def test_neither_units_nor_steps_nor_the_sign_change_a_level(values, unit, stride):
    val, loss = values[::2], values[1::2][: len(values[::2])]
    val = val[: len(loss)]
    levels = levels_of(val, loss)
    assert levels_of(val, loss, unit=unit, stride=stride) == levels
    assert levels_of(val, loss, goal=Goal.MAXIMIZE) == levels
