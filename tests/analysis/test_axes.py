import json

from trialist.analysis.axes import axis_plots, parallel_plots
from trialist.analysis.boundary import boundary
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.space import Arm, Parameter, Scale

UNITS = [0.1, 0.3, 0.5, 0.7, 0.9]


def test_every_ended_trial_is_a_dot(cases):
    trials = [
        *cases.along(UNITS, [5.0, 4.0, 1.0, 2.0, None]),
        *cases.along([0.2], [None], first=5, status=RunStatus.PRUNED),
        *cases.along([0.4], [None], first=6, status=RunStatus.FAILED),
        *cases.along([0.4], [None], first=7, status=RunStatus.RUNNING),
        *cases.along([0.6], [3.0], first=8, adaptive=True),
    ]
    (plot,) = axis_plots(cases.table(trials))
    assert [dot.y for dot in plot.dots] == [5.0, 4.0, 1.0, 2.0, None, None, 3.0]
    assert [dot.number for dot in plot.dots if dot.is_best] == [2]
    assert [dot.number for dot in plot.dots if dot.adaptive] == [8]
    assert (plot.n_off, plot.level) == (0, None)


def test_dots_come_by_search_and_number(cases):
    trials = [*cases.along(UNITS, UNITS, search=1), *cases.along(UNITS, UNITS)]
    (plot,) = axis_plots(cases.table(reversed(trials)))
    assert [(dot.search, dot.number) for dot in plot.dots] == [
        (search, number) for search in (0, 1) for number in range(5)
    ]


def test_trials_where_the_parameter_is_off_are_counted(cases):
    decay = Parameter(name="x", low=1e-5, high=1e-1, scale=Scale.LOG, switch=True)
    (plot,) = axis_plots(
        cases.table(cases.along([1e-3, 0.0, 0.0], [1.0, 2.0, 3.0]), parameters=(decay,))
    )
    assert [dot.unit for dot in plot.dots] == [0.5]
    assert plot.n_off == 2


def test_the_boundary_check_is_shown_on_its_axis(cases):
    units = [(number + 0.5) / 16 for number in range(16)]
    trials = [
        cases.trial(1 - unit, params={"x": unit}, number=number, objectives={"cost": 0.0})
        for number, unit in enumerate(units)
    ]
    table = cases.table(trials, objectives={"cost": Goal.MINIMIZE})
    (plot,) = axis_plots(table, boundary(table))
    assert plot.level is Level.EDGE


def test_lines_end_with_the_best_and_begin_with_those_that_have_no_value(cases):
    trials = [*cases.along(UNITS, [5.0, 1.0, None, 2.0, 9.0])]
    (plot,) = parallel_plots(cases.table(trials))
    assert [line.y for line in plot.lines] == [None, 9.0, 5.0, 2.0, 1.0]
    assert [line.rank for line in plot.lines] == [None, 1.0, 2 / 3, 1 / 3, 0.0]
    assert plot.lines[-1].units == (0.3,)


def test_one_trial_is_the_best(cases):
    (plot,) = parallel_plots(cases.table(cases.along([0.5], [1.0])))
    assert plot.lines[0].rank == 0


def test_higher_is_better_turns_the_ranks(cases):
    (plot,) = parallel_plots(cases.table(cases.along(UNITS, UNITS), goal=Goal.MAXIMIZE))
    assert plot.lines[-1].y == 0.9


def test_a_parameter_that_does_not_exist_has_no_place_on_its_line(cases):
    parameters = (cases.X, Parameter(name="kind", choices=("a", "b")))
    table = cases.table([cases.trial(1.0, params={"kind": "b"})], parameters=parameters)
    assert parallel_plots(table)[0].lines[0].units == (None, 0.75)


def test_untuned_variants_have_no_plots(cases):
    table = cases.table([], arms=(Arm(variant="base"),))
    assert axis_plots(table) == ()
    assert parallel_plots(table) == ()


def test_a_search_where_nothing_ran_has_empty_plots(cases):
    table = cases.table([])
    assert axis_plots(table)[0].dots == ()
    assert parallel_plots(table)[0].lines == ()


def test_plots_are_plain_data(cases):
    kind = Parameter(name="kind", choices=("a", "b"))
    trials = [cases.trial(1.0, params={"x": 0.5, "kind": "b"})]
    table = cases.table(trials, parameters=(cases.X, kind))
    axes = [plot.to_dict() for plot in axis_plots(table, boundary(table))]
    assert [axis["scale"] for axis in axes] == ["linear", "choices"]
    assert axes[0]["level"] == "UNDECIDED"
    assert axes[1]["level"] is None
    assert json.loads(json.dumps(axes)) == axes
    plain = parallel_plots(table)[0].to_dict()
    assert json.loads(json.dumps(plain)) == plain
