import pytest

from trialist.analysis.evenly import (
    complete,
    evenly,
    infeasible,
    levels_of,
    place_of,
    placed,
    score_of,
    searches_in,
    shown_value,
    value_of_place,
)
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.space import Parameter, Scale


def test_trials_are_told_apart_by_how_they_ended(cases):
    done, lost = cases.trial(1.0, number=0), cases.trial(None, number=1)
    cut = cases.trial(None, number=2, status=RunStatus.PRUNED)
    trials = (done, lost, cut, cases.trial(None, number=3, status=RunStatus.FAILED))
    assert complete(trials) == (done,)
    assert infeasible(trials) == (lost,)


def test_adaptive_trials_are_not_even(cases):
    one, other = cases.trial(1.0, number=0), cases.trial(1.0, number=1, adaptive=True)
    assert evenly([one, other]) == (one,)


def test_scores_are_lower_is_better(cases):
    trial = cases.trial(0.9)
    assert score_of(cases.table([trial]), trial) == 0.9
    assert score_of(cases.table([trial], goal=Goal.MAXIMIZE), trial) == -0.9


def test_a_trial_without_a_value_has_no_score(cases):
    trial = cases.trial(None)
    with pytest.raises(ValueError, match="base-0-0 has no value"):
        score_of(cases.table([trial]), trial)


def test_only_trials_in_which_a_parameter_is_on_have_a_place(cases):
    decay = Parameter(name="wd", low=1e-5, high=1e-1, scale=Scale.LOG, switch=True)
    trials = [
        cases.trial(1.0, params={"wd": 1e-3}, number=0),
        cases.trial(1.0, params={"wd": 0.0}, number=1),
        cases.trial(1.0, params={}, number=2),
    ]
    found = placed(trials, decay)
    assert [(one.trial.number, one.unit) for one in found] == [(0, 0.5)]


def test_ordered_choices_lie_evenly_from_end_to_end():
    width = Parameter(name="w", choices=(16, 32, 64, 128, 256))
    assert [place_of(width, one) for one in width.choices] == [0, 0.25, 0.5, 0.75, 1]
    assert place_of(width, 17) is None
    assert place_of(Parameter(name="w", choices=(3,)), 3) == 0


def test_unordered_choices_lie_in_the_middle_of_their_cells():
    assert place_of(Parameter(name="a", choices=("relu", "tanh")), "tanh") == 0.75


@pytest.mark.parametrize(
    ("parameter", "levels"),
    [
        (Parameter(name="w", choices=(64, 32, 16)), (64, 32, 16)),
        (Parameter(name="w", choices=("small", "large"), ordered=True), ("small", "large")),
        (Parameter(name="w", choices=("relu", "tanh")), ()),
        (Parameter(name="w", choices=(16, 64, 32)), ()),
        (Parameter(name="w", choices=(False, True)), ()),
        (Parameter(name="n", low=1, high=4, integer=True), [1, 2, 3, 4]),
        (Parameter(name="n", low=0.0, high=0.3, step=0.1), [0.0, 0.1, 0.2, 0.30000000000000004]),
        (Parameter(name="x", low=0.0, high=1.0), ()),
        (Parameter(name="x"), ()),
    ],
)
def test_levels_are_found_where_there_are_some(parameter, levels):
    assert levels_of(parameter) == levels


def test_a_place_has_a_value():
    lr = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
    assert value_of_place(lr, 0.5) == 0.01
    assert value_of_place(lr, 1.2) == 1.0
    assert value_of_place(Parameter(name="w", choices=(16, 32, 64)), 0.5) == 32


def test_the_places_of_a_switched_parameter_are_those_where_it_is_on():
    decay = Parameter(name="wd", low=1e-5, high=1e-1, scale=Scale.LOG, switch=True)
    for unit in (0.25, 0.5, 1.0):
        assert place_of(decay, value_of_place(decay, unit)) == pytest.approx(unit)
    assert value_of_place(decay, 0.0) == pytest.approx(1e-5)


def test_searches_are_counted(cases):
    assert searches_in([cases.trial(1.0, search=0), cases.trial(1.0, search=2)]) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0012345, "0.00123"), (128, "128"), (1234.5, "1234.5"), (True, "True"), ("relu", "relu")],
)
def test_values_are_shown_shortly(value, text):
    assert shown_value(value) == text
