import numpy as np
import pytest
from scipy.stats import qmc

from trialist.analysis.infeasible import infeasible_share
from trialist.values.events import RunStatus
from trialist.values.playbook import Level
from trialist.values.space import Arm, Parameter


def only(table):
    (check,) = infeasible_share(table)
    return check


def share(cases, n_lost, n=10):
    """Diverge at the upper end, as training does."""
    units = np.linspace(0, 1, n).tolist()
    values = [1.0] * (n - n_lost) + [None] * n_lost
    return only(cases.table(cases.along(units, values)))


def test_none_diverged(cases):
    check = share(cases, 0)
    assert check.level is Level.OK
    assert check.sentence == "None of 10 trials of base diverged."


@pytest.mark.parametrize(
    ("n_lost", "level", "blocks"),
    [(3, Level.OK, False), (4, Level.INFEASIBLE, False), (7, Level.INFEASIBLE, False),
     (8, Level.INFEASIBLE, True), (10, Level.INFEASIBLE, True)],
)  # fmt: skip
def test_the_share_decides(cases, n_lost, level, blocks):
    check = share(cases, n_lost)
    assert check.level is level
    assert check.blocks is blocks
    assert check.numbers["share"] == n_lost / 10
    assert check.sentence == f"{n_lost} of 10 trials of base diverged."


def test_a_large_share_asks_for_a_smaller_space_and_a_very_large_one_for_the_code(cases):
    assert share(cases, 4).suggestion == "Reduce the space to where trials do not diverge."
    assert share(cases, 4).change.kind == "shrink_range"
    assert share(cases, 8).suggestion.startswith("Look for a mistake in the training code")
    assert share(cases, 8).change.kind == "fix_code"


def test_few_trials_decide_nothing(cases):
    check = share(cases, 4, n=4)
    assert check.level is Level.UNDECIDED
    assert not check.blocks


def test_no_trial_has_ended(cases):
    check = only(cases.table(cases.along([0.5], [None], status=RunStatus.RUNNING)))
    assert check.sentence == "No trial of base has ended."
    assert check.n == 0


def test_two_that_diverged_amid_others_are_a_bug(cases):
    units = [0.0, 0.2, 0.4, 0.45, 0.55, 0.6, 0.8, 1.0]
    values = [1, 1, 1, None, None, 1, 1, 1]
    check = only(cases.table(cases.along(units, values)))
    assert check.level is Level.BUG
    assert check.change.kind == "fix_code"
    assert check.sentence == (
        "2 of 8 trials of base diverged, 2 of them amid trials that did not: base-0-3, base-0-4."
    )


def test_one_amid_others_may_be_an_accident(cases):
    units = [0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0]
    check = only(cases.table(cases.along(units, [1, 1, 1, None, 1, 1, 1])))
    assert check.level is Level.SUSPECT
    assert check.suggestion.startswith("Run it again")


def test_near_an_end_nobody_is_amid(cases):
    units = [0.0, 0.1, 0.2, 0.5, 0.6, 0.8, 1.0]
    check = only(cases.table(cases.along(units, [1, None, 1, 1, 1, 1, 1])))
    assert check.level is Level.OK


def test_many_names_are_cut(cases):
    units = [0.0, 0.1, *np.linspace(0.4, 0.6, 5), 0.9, 1.0]
    values = [1, 1, *[None] * 5, 1, 1]
    assert "and 2 more" in only(cases.table(cases.along(units, values))).sentence


def plane(cases, lost, *, parameters=None, more=None):
    """Give 64 trials in two parameters that diverge where `lost` says."""
    points = qmc.Halton(2, rng=1).random(64)
    trials = [
        cases.trial(None if lost(x, y) else 1.0, number=number,
                    params={"x": float(x), "y": float(y), **(more(number) if more else {})})
        for number, (x, y) in enumerate(points)
    ]  # fmt: skip
    axes = (cases.X, cases.replace(cases.X, name="y"))
    return only(cases.table(trials, parameters=(*axes, *(parameters or ()))))


def test_a_corner_that_diverges_is_no_bug(cases):
    check = plane(cases, lambda x, y: x + y > 1.1)
    assert check.level is Level.INFEASIBLE
    assert check.numbers["amid"] == 0


def test_a_hole_is_a_bug(cases):
    check = plane(cases, lambda x, y: (x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.04)
    assert check.level is Level.BUG


def test_a_category_that_always_diverges_is_not_amid_the_others(cases):
    kind = Parameter(name="kind", choices=("good", "bad"))
    points = {}

    def more(number):
        points[number] = "bad" if number % 7 == 0 else "good"
        return {"kind": points[number]}

    numbers = iter(range(64))
    check = plane(cases, lambda *_: next(numbers) % 7 == 0, parameters=(kind,), more=more)
    assert check.numbers["diverged"] == 10
    assert check.numbers["amid"] == 0


def test_a_space_without_ranges_has_no_middle(cases):
    kind = Parameter(name="x", choices=("a", "b"))
    trials = cases.along(["a", "b"] * 4, [1.0, None] * 4)
    check = only(cases.table(trials, parameters=(kind,)))
    assert check.level is Level.INFEASIBLE
    assert check.numbers["amid"] == 0


def test_a_parameter_that_is_off_is_no_axis(cases):
    decay = Parameter(name="y", low=0.1, high=1.0, switch=True)
    trials = [
        cases.trial(value, number=number, params={"x": unit, "y": 0.0 if off else 0.5})
        for number, (unit, value, off) in enumerate(
            [(0.0, 1, False), (1.0, 1, False), (0.5, None, True), (0.4, 1, True), (0.45, 1, True)]
        )
    ]
    check = only(cases.table(trials, parameters=(cases.X, decay)))
    assert check.numbers["amid"] == 0


def test_untuned_variants_are_left_out(cases):
    assert infeasible_share(cases.table([], arms=(Arm(variant="base"),))) == ()


def test_ordered_choices_are_an_axis(cases):
    width = Parameter(name="x", choices=(8, 16, 32, 64, 128))
    trials = cases.along([8, 16, 32, 32, 64, 128], [1.0, 1.0, None, None, 1.0, 1.0])
    assert only(cases.table(trials, parameters=(width,))).level is Level.BUG


def test_thousands_of_trials_are_checked_in_a_moment(cases):
    points = np.random.default_rng(0).random((3_000, 3))
    trials = [
        cases.trial(None if number % 3 == 0 else 1.0, number=number,
                    params=dict(zip("xyz", map(float, point), strict=True)))
        for number, point in enumerate(points)
    ]  # fmt: skip
    parameters = [cases.replace(cases.X, name=name) for name in "xyz"]
    check = only(cases.table(trials, parameters=parameters))
    assert check.level is Level.BUG
    assert 40 < check.numbers["amid"] <= 50
