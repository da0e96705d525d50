"""The data of axis plots and of parallel coordinates."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.analysis.boundary import BOUNDARY
from trialist.analysis.evenly import is_complete, is_infeasible, place_of, score_of
from trialist.values.axisplot import AxisDot, AxisPlot, ParallelLine, ParallelPlot
from trialist.values.events import RunStatus
from trialist.values.playbook import Check, Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Parameter

_SHOWN = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.PRUNED)


def axis_plots(table: SearchTable, checks: Sequence[Check] = ()) -> tuple[AxisPlot, ...]:
    """Give every variant's trials along each of its parameters.

    Args:
        table: The trials; those that failed or still run are not shown.
        checks: What was found, for the boundary check's level of each parameter.
    """
    levels = {
        (check.variant, check.subject): check.level
        for check in checks
        if check.check == BOUNDARY and "objective" not in check.numbers
    }
    return tuple(
        _axis(table, arm.variant, parameter, levels.get((arm.variant, parameter.shown)))
        for arm in table.arms
        for parameter in arm.parameters
    )


def parallel_plots(table: SearchTable) -> tuple[ParallelPlot, ...]:
    """Give every variant's trials through all of its parameters, the best last."""
    return tuple(
        ParallelPlot(
            variant=arm.variant,
            metric=table.metric.name,
            goal=table.metric.goal,
            axes=arm.parameters,
            lines=_lines(table, arm.variant),
        )
        for arm in table.arms
        if arm.parameters
    )


def _axis(table: SearchTable, variant: str, parameter: Parameter, level: Level | None) -> AxisPlot:
    trials = _trials(table, variant)
    best = _best(table, trials)
    places = [_place(parameter, trial) for trial in trials]
    return AxisPlot(
        variant=variant,
        parameter=parameter,
        metric=table.metric.name,
        goal=table.metric.goal,
        dots=tuple(
            AxisDot(
                name=trial.name,
                search=trial.search,
                number=trial.number,
                unit=unit,
                x=trial.params[parameter.name],
                y=None if is_infeasible(trial) else trial.value,
                status=trial.status,
                is_best=trial is best,
                adaptive=trial.adaptive,
            )
            for trial, unit in zip(trials, places, strict=True)
            if unit is not None
        ),
        n_off=sum(unit is None for unit in places),
        level=level,
    )


def _trials(table: SearchTable, variant: str) -> Sequence[SearchTrial]:
    trials = (trial for trial in table.of(variant) if trial.status in _SHOWN)
    return sorted(trials, key=_key)


def _key(trial: SearchTrial) -> tuple[int, int]:
    return trial.search, trial.number


def _best(table: SearchTable, trials: Sequence[SearchTrial]) -> SearchTrial | None:
    done = [trial for trial in trials if is_complete(trial)]
    return min(done, key=lambda trial: score_of(table, trial), default=None)


def _place(parameter: Parameter, trial: SearchTrial) -> float | None:
    """Give the place along the axis; unordered choices lie in the middle of their cells."""
    return place_of(parameter, trial.params.get(parameter.name))


def _lines(table: SearchTable, variant: str) -> tuple[ParallelLine, ...]:
    trials = _trials(table, variant)
    ranked = sorted(filter(is_complete, trials), key=lambda trial: score_of(table, trial))
    ranks = {_key(trial): place / max(len(ranked) - 1, 1) for place, trial in enumerate(ranked)}
    rest = [trial for trial in trials if not is_complete(trial)]
    parameters = table.arm(variant).parameters
    return tuple(
        ParallelLine(
            name=trial.name,
            units=tuple(_place(parameter, trial) for parameter in parameters),
            y=None if is_infeasible(trial) else trial.value,
            rank=ranks.get(_key(trial)),
            status=trial.status,
        )
        for trial in (*rest, *reversed(ranked))
    )
