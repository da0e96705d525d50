"""Logged points of a run become a trial's curve; the best curves of a table are marked."""

from __future__ import annotations

import bisect
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from trialist.values.metric import Goal, Metric
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.trialcurve import RateCourse, Track, TrialCurve

Points = Mapping[str, tuple[Sequence[int], Sequence[float]]]
"""Steps and values of each metric of a run, by name."""

LOSS, RATE, CLIPPED = "train/loss", "train/lr", "train/clipped"
EPOCHS = ("train/epoch", "val/epoch", "epoch")
"""What the number of the epoch is logged as."""
FEW_BEST = 3
"""The curves of so many best trials of each variant are looked at one by one."""

_LOWER = frozenset(
    (
        *("loss", "error", "err", "nll", "ppl", "perplexity", "mse", "mae", "rmse", "bce", "wer"),
        *("cer", "bpc", "bpb", "xent", "error_rate", "cross_entropy", "ctc_loss", "brier", "ece"),
    )
)
_HIGHER = frozenset(
    (
        *("accuracy", "acc", "top1", "top5", "f1", "macro_f1", "precision", "recall", "auc"),
        *("auroc", "auprc", "map", "iou", "dice", "bleu", "rouge", "r2", "ssim", "psnr"),
        *("balanced_accuracy", "exact_match", "mean_average_precision", "reward", "return"),
    )
)
_FALLS = 0.9
"""A learning rate that ends below this share of its highest has decayed."""


def curve_of(
    trial: SearchTrial, points: Points, *, metric: Metric, max_steps: int | None = None
) -> TrialCurve | None:
    """Give the curve of a trial's run from what the run logged; None without the goal metric.

    What was logged at other steps than the goal metric is taken as it last was.

    Args:
        trial: Whose run it is.
        points: Steps, rising, and values of each metric.
        metric: The goal metric.
        max_steps: The budget of the trial.
    """
    if metric.name not in points:
        return None
    steps, values = points[metric.name]
    split, _, last = metric.name.partition("/")
    others = sorted(one for one in points if one.startswith(f"{split}/") and one != metric.name)
    beside = [
        _track(name, goal, points, steps) for name in others if (goal := goal_of(name)) is not None
    ]
    return TrialCurve(
        variant=trial.variant,
        name=trial.name,
        run=trial.run,
        steps=tuple(steps),
        val=Track(metric=metric.name, goal=metric.goal, values=tuple(values)),
        train=_track(f"train/{last}", metric.goal, points, steps),
        loss=_track(LOSS, Goal.MINIMIZE, points, steps),
        beside=tuple(one for one in beside if one is not None),
        schedule=course_of(points[RATE][1]) if RATE in points else RateCourse.UNKNOWN,
        max_steps=max_steps,
        epoch=epoch_of(points),
        clipped=_mean(points[CLIPPED][1]) if CLIPPED in points else None,
    )


def epoch_of(points: Points) -> float | None:
    """Give the steps of an epoch, from where its logged number rises; None where it is not logged.

    Example:
        >>> epoch_of({"train/epoch": ([10, 20, 30, 40, 50, 60], [0, 0, 1, 1, 2, 2])})
        20.0
    """
    for name in EPOCHS:
        steps, numbers = points.get(name, ((), ()))
        known = [
            (s, math.floor(n)) for s, n in zip(steps, numbers, strict=True) if math.isfinite(n)
        ]
        begins = [after[0] for before, after in pairwise(known) if after[1] == before[1] + 1]
        if len(begins) > 1:
            return float(statistics.median(b - a for a, b in pairwise(begins)))
    return None


def goal_of(name: str) -> Goal | None:
    """Give which way a metric is better by its name; None where the name does not tell.

    Example:
        >>> goal_of("val/loss"), goal_of("val/top5"), goal_of("val/size")
        (<Goal.MINIMIZE: 'minimize'>, <Goal.MAXIMIZE: 'maximize'>, None)
    """
    last = name.rsplit("/", 1)[-1]
    if last in _LOWER or last.endswith("_loss"):
        return Goal.MINIMIZE
    return Goal.MAXIMIZE if last in _HIGHER else None


def course_of(rates: Sequence[float]) -> RateCourse:
    """Tell what a learning rate did from its logged values; a warm-up is no course of its own.

    Example:
        >>> course_of([0.01, 0.1, 0.1, 0.1]), course_of([0.1, 0.05, 0.0])
        (<RateCourse.CONSTANT: 'constant'>, <RateCourse.DECAY: 'decay'>)
    """
    if len(rates) < 2 or not all(math.isfinite(rate) for rate in rates):
        return RateCourse.UNKNOWN
    return RateCourse.DECAY if rates[-1] < _FALLS * max(rates) else RateCourse.CONSTANT


def with_best(
    curves: Iterable[TrialCurve], table: SearchTable, *, few: int = FEW_BEST
) -> tuple[TrialCurve, ...]:
    """Give the curves with those of the best trials of each variant marked.

    Args:
        curves: Of the trials of `table`.
        table: Says which trials are the best.
        few: So many of each variant.
    """
    best: set[tuple[str, str]] = set()
    for arm in table.arms:
        found = [(one.value, one) for one in table.of(arm.variant) if one.value is not None]
        found.sort(key=lambda pair: -table.metric.goal.sign * pair[0])
        best |= {(one.variant, one.name) for _, one in found[:few]}
    return tuple(replace(one, is_best=(one.variant, one.name) in best) for one in curves)


def _mean(shares: Sequence[float]) -> float | None:
    finite = [share for share in shares if math.isfinite(share)]
    return math.fsum(finite) / len(finite) if finite else None


def _track(name: str, goal: Goal, points: Points, steps: Sequence[int]) -> Track | None:
    if name not in points:
        return None
    known, values = points[name]
    places = [bisect.bisect_right(known, step) - 1 for step in steps]
    aligned = tuple(values[place] if place >= 0 else math.nan for place in places)
    return Track(metric=name, goal=goal, values=aligned)
