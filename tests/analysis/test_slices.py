import numpy as np
import pytest

from trialist.analysis.slices import groups_of
from trialist.values.space import Parameter, Scale


def labels(groups):
    return [group.label for group in groups]


@pytest.mark.parametrize(("n", "slices"), [(6, 3), (16, 4), (40, 6), (64, 8), (400, 8)])
def test_a_range_has_slices_with_equally_many_trials(cases, n, slices):
    units = (np.random.default_rng(n).random(n) ** 3).tolist()
    groups = groups_of(cases.X, cases.along(units, units), ())
    sizes = [len(group.done) for group in groups]
    assert len(groups) == slices
    assert sum(sizes) == n
    assert max(sizes) - min(sizes) <= 1


def test_the_slices_cover_the_range_and_join(cases):
    units = [0.1, 0.2, 0.4, 0.5, 0.7, 0.8]
    groups = groups_of(cases.X, cases.along(units, units), ())
    assert [group.unit_ends for group in groups] == [
        (0.0, pytest.approx(0.3)), (pytest.approx(0.3), pytest.approx(0.6)),
        (pytest.approx(0.6), 1.0),
    ]  # fmt: skip
    assert labels(groups) == ["0 to 0.3", "0.3 to 0.6", "0.6 to 1"]
    assert groups[1].units == {(0, 2): 0.4, (0, 3): 0.5}


def test_slices_are_cut_in_the_scale_of_the_parameter(cases):
    values = np.geomspace(1e-4, 0.1, 6).tolist()
    groups = groups_of(cases.LR, cases.along(values, values, name="lr"), ())
    assert labels(groups) == ["0.0001 to 0.000794", "0.000794 to 0.0126", "0.0126 to 0.1"]
    assert groups[0].ends[0] == 1e-4


def test_too_few_trials_have_no_slices(cases):
    assert groups_of(cases.X, cases.along([0.1, 0.2], [1, 2]), ()) == ()


def test_equal_values_stay_together(cases):
    units = [0.0, 0.0, 0.0, 0.0, 0.5, 1.0]
    groups = groups_of(cases.X, cases.along(units, units), ())
    assert [len(group.done) for group in groups] == [4, 2]


def test_trials_that_diverged_change_no_slice(cases):
    units = [0.1, 0.2, 0.4, 0.5, 0.7, 0.8]
    done = cases.along(units, units)
    lost = cases.along([0.0, 0.55, 0.9], [None] * 3, first=6)
    groups = groups_of(cases.X, done, lost)
    assert [group.unit_ends for group in groups] == [
        group.unit_ends for group in groups_of(cases.X, done, ())
    ]
    assert [len(group.lost) for group in groups] == [1, 1, 1]


def test_values_outside_of_the_range_are_in_the_outer_slices(cases):
    units = [-0.5, 0.2, 0.4, 0.5, 0.7, 1.4]
    groups = groups_of(cases.X, cases.along(units, units), ())
    assert sum(len(group.done) for group in groups) == 6


def test_a_value_without_a_place_is_left_out(cases):
    units = [0.1, 0.2, 0.4, 0.5, 0.7, 0.8]
    trials = [*cases.along(units, units), *cases.along(["none"], [1.0], first=6)]
    assert sum(len(group.done) for group in groups_of(cases.X, trials, ())) == 6


def test_choices_and_few_levels_are_a_group_each(cases):
    kind = Parameter(name="x", choices=("relu", "tanh"))
    groups = groups_of(kind, cases.along(["tanh", "relu", "tanh"], [1, 2, 3]), ())
    assert [(group.label, len(group.done)) for group in groups] == [("relu", 1), ("tanh", 2)]
    layers = Parameter(name="x", low=1, high=3, integer=True)
    lost = cases.along([3], [None], first=9)
    groups = groups_of(layers, cases.along([1, 1, 2], [1, 2, 3]), lost)
    assert labels(groups) == ["1", "2", "3"]
    assert [len(group.lost) for group in groups] == [0, 0, 1]


def test_many_levels_are_sliced(cases):
    layers = Parameter(name="x", low=1, high=100, integer=True)
    values = list(range(1, 100, 3))
    assert len(groups_of(layers, cases.along(values, values), ())) == 5


def test_off_is_a_group_of_its_own(cases):
    decay = Parameter(name="x", low=1e-5, high=1e-1, scale=Scale.LOG, switch=True)
    on = np.geomspace(1e-5, 1e-1, 6).tolist()
    trials = [*cases.along(on, on), *cases.along([0.0, 0.0], [1.0, 2.0], first=6)]
    lost = cases.along([0.0], [None], first=8)
    groups = groups_of(decay, trials, lost)
    assert labels(groups)[0] == "off"
    assert (len(groups[0].done), len(groups[0].lost)) == (2, 1)
    assert sum(len(group.done) for group in groups[1:]) == 6
