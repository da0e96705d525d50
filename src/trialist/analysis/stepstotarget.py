"""Steps and time to a target: when each trial first gets there, and what the fastest one takes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.batchcurves import BatchCurve, batch_study, first_step_at
from trialist.analysis.batchrates import is_at_edge, whole_number
from trialist.analysis.batchsizes import BatchStudy
from trialist.stats.ratioprofile import RatioProfile, ratio_profiles, ratios_of
from trialist.values.errors import InsufficientDataError
from trialist.values.searchtable import SearchTable
from trialist.values.trialcurve import TrialCurve

Times = Mapping[str, Mapping[str, float]]
"""Times to the target by method and workload; infinite, or missing, where it was not reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """When one trial first reached the target.

    Attributes:
        variant: Whose trial it is.
        name: The trial.
        step: The first evaluated step that is as good as the target; None where none is.
        seconds: Training time by then; None where it was not reached, or time was not logged.
        until: The last step that was evaluated: without a step, the trial takes longer than this.
    """

    variant: str
    name: str
    step: int | None
    seconds: float | None
    until: int

    @property
    def is_censored(self) -> bool:
        """True where the target was not reached by the end."""
        return self.step is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fastest:
    """What the fastest of several trials took to the target.

    Attributes:
        step: The fewest steps; None where no trial got there.
        seconds: The least time; None where no trial got there, or time was not logged.
        name: The trial with the fewest steps.
        n: Trials.
        n_reached: Those of them that got there.
    """

    step: int | None
    seconds: float | None
    name: str | None
    n: int
    n_reached: int


def reached_by(curve: TrialCurve, *, target: float) -> Reached:
    """Give when a curve first reached the target; known as finely as it was evaluated.

    Args:
        curve: A trial's curve.
        target: A value of its goal metric.
    """
    points = zip(curve.steps, curve.val.values, strict=True)
    step = first_step_at(points, target=target, goal=curve.goal)
    timed = step is not None and curve.seconds
    return Reached(
        variant=curve.variant,
        name=curve.name,
        step=step,
        seconds=curve.seconds[curve.steps.index(step)] if timed and step is not None else None,
        until=curve.steps[-1] if curve.steps else 0,
    )


def fastest_to(curves: Iterable[TrialCurve], *, target: float) -> Fastest:
    """Give what the fastest of some trials took: the result of one tuning.

    Trials that end earlier for another reason are censored, and count as not having got there.

    Args:
        curves: One search's trials.
        target: A value of their goal metric.
    """
    found = [reached_by(curve, target=target) for curve in curves]
    there = [(one.step, one) for one in found if one.step is not None]
    seconds = [one.seconds for _, one in there if one.seconds is not None]
    first = min(there, key=lambda pair: pair[0], default=None)
    return Fastest(
        step=None if first is None else first[0],
        seconds=min(seconds, default=None),
        name=None if first is None else first[1].name,
        n=len(found),
        n_reached=len(there),
    )


def median_time(times: Sequence[float | None]) -> float:
    """Give the median time over repeated tunings; None counts as never.

    Raises:
        InsufficientDataError: If there is no tuning.

    Example:
        >>> median_time([10.0, None, 12.0]), median_time([10.0, None, None])
        (12.0, inf)
    """
    if not times:
        raise InsufficientDataError(
            "there is no tuning to take a median over", todo="give one time per tuning, or None"
        )
    return statistics.median(math.inf if one is None else one for one in times)


def time_profiles(
    times: Times, workloads: Sequence[str], *, upto: float = 4.0
) -> Mapping[str, RatioProfile]:
    """Give the performance profile of each method over workloads, from its times to the target.

    Args:
        times: By method and workload.
        workloads: Those that count; one that nobody solved counts as well.
        upto: A method that takes more than so many times the best has not solved a workload.
    """
    return ratio_profiles(ratios_of(times, workloads), upto=upto)


def steps_by_batch(
    table: SearchTable,
    curves: Iterable[TrialCurve],
    *,
    batch: str = "batch_size",
    budget: str = "steps",
    target: float | None = None,
) -> BatchStudy:
    """Give steps to a target against batch size, in three regimes, from the trials of searches.

    Each batch size is as good as its best trial. A trial lies at the edge where its learning rate
    does; without a learning rate among the parameters, where any of them does.

    Args:
        table: The trials.
        curves: Theirs.
        batch: The parameter that is the batch size.
        budget: What every trial was given the same of, "steps" or "epochs".
        target: What is to be reached; None: the hardest value that every batch size reaches.

    Raises:
        InsufficientDataError: For fewer than two batch sizes, or one whose trials all diverged.
    """
    trials = {(one.variant, one.name): one for one in table.trials}
    found = []
    for curve in curves:
        trial = trials.get((curve.variant, curve.name))
        size = None if trial is None else whole_number(trial, table, batch)
        if trial is None or size is None:
            continue
        found.append(
            BatchCurve(
                batch_size=size,
                points=tuple(zip(curve.steps, curve.val.values, strict=True)),
                setting=curve.name,
                at_edge=is_at_edge(trial, table, batch),
            )
        )
    return batch_study(found, goal=table.metric.goal, budget=budget, target=target)
