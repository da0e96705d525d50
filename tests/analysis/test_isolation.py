import json

import numpy as np
import pytest

from trialist.analysis.isolation import isolation_of, isolation_of_variants, isolations
from trialist.stats.draws import SharedDraws
from trialist.values.evidence import Interval
from trialist.values.isolation import Isolated
from trialist.values.metric import Goal
from trialist.values.space import Arm, Parameter, Role, Scale

UNITS = ((np.arange(16) + 0.5) / 16).tolist()
VALUES = np.random.default_rng(0).random(16)


def arms(cases, *, shares=True, given=True, parameters=None):
    return tuple(
        Arm(
            variant=name,
            given={"optimizer": name} if given else {},
            parameters=parameters or (cases.X,),
            shares="adam" if shares else name,
        )
        for name in ("adam", "sgd")
    )


def two(cases, first=VALUES, second=VALUES + 0.5, *, noise=None, shares=True, **more):
    trials = [
        *cases.along(UNITS, first, variant="adam"),
        *cases.along(UNITS, second, variant="sgd"),
    ]
    return cases.table(trials, arms=arms(cases, shares=shares), noise=noise, **more)


def by_variant(table):
    return isolation_of_variants(table, rng=SharedDraws())


def test_variants_are_groups_named_by_what_is_scientific(cases):
    plot = by_variant(two(cases))
    assert (plot.parameter, plot.variant, plot.kind) == ("optimizer", None, Isolated.CATEGORICAL)
    assert [group.label for group in plot.groups] == ["adam", "sgd"]
    assert len(plot.dots) == 32
    assert len(plot.lines) == 16
    assert plot.lines[0].values == (VALUES[0], VALUES[0] + 0.5)


def test_variants_without_a_scientific_parameter_are_called_variants(cases):
    table = cases.replace(two(cases), arms=arms(cases, given=False))
    assert by_variant(table).parameter == "variant"


def test_variants_with_designs_of_their_own_have_no_lines(cases):
    plot = by_variant(two(cases, shares=False))
    assert plot.lines == ()
    assert not plot.differences[0].shared
    assert "16 trials)" in plot.sentence


def test_the_sentence_names_the_best_and_what_cannot_be_told_from_it(cases):
    plot = by_variant(two(cases, noise=0.6))
    assert plot.tied == ("adam", "sgd")
    assert plot.sentence == (
        "The best trial has optimizer adam: 0.002739, 0.5 better than that of sgd (all subsets "
        "give the same difference). Statistically tied: adam, sgd."
    )


def test_the_sentence_has_the_interval_of_the_difference(cases):
    plot = by_variant(two(cases, second=VALUES[::-1] + 1))
    interval = plot.differences[0].interval
    assert isinstance(interval, Interval)
    assert plot.tied == ("adam",)
    assert f"({-interval.high:.3g} to {-interval.low:.3g} by the luck of the" in plot.sentence
    assert plot.sentence.endswith("16 shared points).")


def test_every_best_is_said_to_be_too_good(cases):
    with_noise, without = by_variant(two(cases, noise=0.1)), by_variant(two(cases))
    (note,) = with_noise.notes
    assert note == (
        "Each best was chosen for being good: the best of 16 is up to 0.177 too good on average. "
        "Report fresh runs instead."
    )
    assert "unknown: nothing was run again" in without.notes[0]


def test_pooled_and_adaptive_trials_are_noted(cases):
    table = two(cases)
    more = cases.along(UNITS, VALUES, variant="adam", search=1, adaptive=True)
    notes = by_variant(cases.replace(table, trials=(*table.trials, *more))).notes
    assert "The trials of 2 searches are pooled." in notes
    assert any("proposed with an eye on earlier ones" in note for note in notes)
    assert any("different numbers of trials" in note for note in notes)


def test_nothing_is_said_where_nothing_ran(cases):
    plot = by_variant(cases.table([], arms=arms(cases)))
    assert plot.sentence == "No trial tells which optimizer is best: none ran to its end."
    assert plot.notes == ()


def test_one_variant_alone_is_compared_with_nothing(cases):
    table = cases.table(cases.along([0.5], [1.0], variant="adam"), arms=arms(cases))
    assert by_variant(table).sentence == (
        "The best trial has optimizer adam: 1. There is nothing to compare it with."
    )


def test_trials_that_diverged_leave_the_plot_as_it_is(cases):
    table = two(cases, second=VALUES[::-1])
    lost = [
        *cases.along([0.5] * 3, [None] * 3, variant="adam", first=16),
        *cases.along([0.5] * 3, [None] * 3, variant="sgd", first=16),
    ]
    one, other = by_variant(table), by_variant(cases.replace(table, trials=(*table.trials, *lost)))
    assert one.differences == other.differences
    assert one.lines == other.lines
    assert one.sentence == other.sentence
    assert [group.best for group in one.groups] == [group.best for group in other.groups]


def test_the_names_of_nuisance_parameters_do_not_matter(cases):
    table = two(cases, second=VALUES[::-1])
    renamed = tuple(cases.replace(trial, params={"y": trial.params["x"]}) for trial in table.trials)
    parameters = (cases.replace(cases.X, name="y"),)
    again = cases.replace(table, trials=renamed, arms=arms(cases, parameters=parameters))
    assert by_variant(table) == by_variant(again)


def test_shuffled_nuisance_values_leave_the_plot_of_the_variants(cases):
    table = two(cases, second=VALUES[::-1])
    shuffled = np.random.default_rng(3).permutation(UNITS).tolist() * 2
    trials = tuple(
        cases.replace(trial, params={"x": unit})
        for trial, unit in zip(table.trials, shuffled, strict=True)
    )
    assert by_variant(table) == by_variant(cases.replace(table, trials=trials))


def of(table, parameter, variant="base"):
    return isolation_of(table, variant, parameter, rng=SharedDraws())


def test_a_range_is_sliced(cases):
    plot = of(cases.table(cases.along(UNITS, [(unit - 0.5) ** 2 for unit in UNITS])), cases.X)
    assert (plot.kind, plot.scale, plot.variant) == (Isolated.CONTINUOUS, "linear", "base")
    assert [group.n_complete for group in plot.groups] == [4, 4, 4, 4]
    assert plot.groups[1].best == plot.groups[2].best
    assert plot.lines == ()
    assert {dot.unit for dot in plot.dots} == set(UNITS)


def test_adaptive_trials_are_left_out_of_a_range(cases):
    trials = [
        *cases.along(UNITS, UNITS), *cases.along([0.9], [-1.0], first=16, adaptive=True)
    ]  # fmt: skip
    assert len(of(cases.table(trials), cases.X).dots) == 16


def test_choices_are_groups(cases):
    kind = Parameter(name="x", choices=("relu", "tanh"))
    plot = of(cases.table(cases.along(["relu", "tanh"] * 8, VALUES), parameters=(kind,)), kind)
    assert (plot.kind, plot.scale) == (Isolated.CATEGORICAL, "")
    assert [dot.unit for dot in plot.dots] == [None] * 16


def test_a_conditional_parameter_is_seen_where_it_exists(cases):
    there = cases.along(UNITS, VALUES)
    elsewhere = [cases.trial(0.0, params={}, number=20)]
    plot = of(cases.table([*there, *elsewhere]), cases.X)
    assert plot.kind is Isolated.CONDITIONAL
    assert len(plot.dots) == 16


def test_a_switch_has_a_group_for_off(cases):
    decay = Parameter(name="x", low=1e-5, high=1e-1, scale=Scale.LOG, switch=True)
    on = np.geomspace(1e-5, 1e-1, 12).tolist()
    trials = [*cases.along(on, on), *cases.along([0.0] * 4, [1.0] * 4, first=12)]
    plot = of(cases.table(trials, parameters=(decay,)), decay)
    assert plot.kind is Isolated.CONDITIONAL
    assert plot.groups[0].label == "off"


def test_too_few_trials_are_an_empty_plot_that_says_so(cases):
    plot = of(cases.table(cases.along([0.5], [1.0])), cases.X)
    assert plot.groups == ()
    assert plot.sentence.startswith("No trial tells")


def test_a_round_asks_for_its_variants_and_its_scientific_parameters(cases):
    width = Parameter(name="x", low=0.0, high=1.0, role=Role.SCIENTIFIC)
    one = cases.table(cases.along(UNITS, VALUES), parameters=(width,))
    assert [plot.parameter for plot in isolations(one, rng=SharedDraws())] == ["x"]
    assert [plot.variant for plot in isolations(two(cases), rng=SharedDraws())] == [None]
    assert isolations(cases.table(cases.along(UNITS, VALUES)), rng=SharedDraws()) == ()


@pytest.mark.parametrize("goal", list(Goal))
def test_plots_are_plain_data(cases, goal):
    plot = by_variant(two(cases, goal=goal))
    assert json.loads(json.dumps(plot.to_dict()))["tied"] == list(plot.tied)
