"""Curves of trainings at several batch sizes, to steps to a target that all of them reach."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trialist.analysis.batchsizes import BatchStudy, BatchTrial, scaling_of
from trialist.values.errors import ConfigError, InsufficientDataError, near
from trialist.values.metric import Goal


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCurve:
    """One training at one batch size.

    Attributes:
        batch_size: Examples per step.
        points: Steps, rising, and the metric's value at each.
        setting: Its hyperparameters, as text: trainings of one setting differ in their seed alone.
        at_edge: True where a hyperparameter lies at the edge of its range.
    """

    batch_size: int
    points: Sequence[tuple[int, float]]
    setting: str = ""
    at_edge: bool = False


def batch_study(
    curves: Iterable[BatchCurve], *, goal: str, budget: str, target: float | None = None
) -> BatchStudy:
    """Give steps to a target against batch size, in three regimes.

    Steps are known as finely as the metric was evaluated.

    Args:
        curves: Several trainings at each of two batch sizes or more.
        goal: Which way the metric is better, "maximize" or "minimize".
        budget: What every training was given the same of, "steps" or "epochs".
        target: What is to be reached; None: the hardest value that every batch size reaches.

    Raises:
        ConfigError: For another goal or budget.
        InsufficientDataError: For fewer than two batch sizes, or one whose trainings all diverged.

    References:
        Shallue et al. (2019), Measuring the effects of data parallelism on neural network training.

    Example:
        >>> curves = [
        ...     BatchCurve(batch_size=b, points=[(s, s / (20 + 640 / b)) for s in range(200)])
        ...     for b in (8, 16, 32, 64)
        ... ]
        >>> study = batch_study(curves, goal="maximize", budget="steps", target=1.0)
        >>> [point.steps for point in study.points], round(study.critical)
        ([100, 60, 40, 30], 32)
    """
    if goal not in list(Goal):
        raise ConfigError(f"the goal is {goal!r}", todo=near(goal, list(Goal)))
    way, found = Goal(goal), list(curves)
    if target is None:
        best: dict[int, list[float]] = defaultdict(list)
        for curve in found:
            best[curve.batch_size].append(_best(curve, way))
        target = common_target(best, goal=way)
    trials = [
        BatchTrial(
            batch_size=curve.batch_size,
            steps=first_step_at(curve.points, target=target, goal=way),
            setting=curve.setting,
            at_edge=curve.at_edge,
        )
        for curve in found
    ]
    return scaling_of(trials, budget=budget)


def first_step_at(curve: Iterable[tuple[int, float]], *, target: float, goal: Goal) -> int | None:
    """Give the first step at which a curve is as good as the target; None where it never is.

    Args:
        curve: Steps and values, steps rising.
        target: What is to be reached.
        goal: Which way is better.
    """
    return next((step for step, value in curve if goal.sign * (value - target) >= 0), None)


def common_target(best: Mapping[int, Sequence[float]], *, goal: Goal) -> float:
    """Give the hardest target that every batch size reaches with one of its trials.

    Args:
        best: The best value of each trial, by batch size; NaN where it diverged.
        goal: Which way is better.

    Raises:
        InsufficientDataError: If all trials of a batch size diverged.
    """
    reached = []
    for size, values in best.items():
        finite = [value for value in values if math.isfinite(value)]
        if not finite:
            raise InsufficientDataError(
                f"no trial of batch size {size:,} gave a finite value",
                todo="leave it out, or tune its learning rate: smaller batches need lower ones",
            )
        reached.append(max(finite, key=lambda value: goal.sign * value))
    return min(reached, key=lambda value: goal.sign * value)


def _best(curve: BatchCurve, goal: Goal) -> float:
    finite = [value for _, value in curve.points if math.isfinite(value)]
    return max(finite, key=lambda value: goal.sign * value) if finite else math.nan
