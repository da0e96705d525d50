"""The trials of a search with several goals that no other beats, and what each adds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trialist.values.metric import Goal

Losses = npt.NDArray[np.float64]


def front(values: Sequence[Sequence[float]], goals: Sequence[Goal]) -> tuple[int, ...]:
    """Give the places of the trials that no other beats in one goal and equals in the others.

    Args:
        values: Of each trial, one per goal, in their own signs.
        goals: Which way is better.

    Example:
        >>> front([(0.9, 5.0), (0.8, 3.0), (0.7, 4.0)], [Goal.MAXIMIZE, Goal.MINIMIZE])
        (0, 1)
    """
    losses = _losses(values, goals)
    return tuple(
        place
        for place, row in enumerate(losses)
        if not np.any(np.all(losses <= row, axis=1) & np.any(losses < row, axis=1))
    )


def hypervolume(
    values: Sequence[Sequence[float]], goals: Sequence[Goal], reference: Sequence[float]
) -> float:
    """Give the volume that the trials beat, up to a reference that is worse than all that counts.

    By slicing along the last goal; meant for the few trials of a front. Trials that do not beat
    the reference in every goal add nothing.

    References:
        Zitzler & Thiele (1998), PPSN V, 292-301.

    Example:
        >>> hypervolume([(1.0, 3.0), (2.0, 1.0)], [Goal.MINIMIZE] * 2, reference=(4.0, 4.0))
        7.0
    """
    losses = _losses(values, goals)
    limit = _losses([reference], goals)[0]
    inside = losses[np.all(losses < limit, axis=1)]
    return float(_volume(inside, limit)) if len(inside) else 0.0


def contributions(
    values: Sequence[Sequence[float]], goals: Sequence[Goal], reference: Sequence[float]
) -> tuple[float, ...]:
    """Give how much of the volume would be lost without each trial.

    Example:
        >>> contributions([(1.0, 3.0), (2.0, 1.0)], [Goal.MINIMIZE] * 2, reference=(4.0, 4.0))
        (1.0, 4.0)
    """
    whole = hypervolume(values, goals, reference)
    return tuple(
        whole - hypervolume([*values[:place], *values[place + 1 :]], goals, reference)
        for place in range(len(values))
    )


def reference_of(values: Sequence[Sequence[float]], goals: Sequence[Goal]) -> tuple[float, ...]:
    """Give a reference a tenth of the range beyond the worst value of each goal.

    Example:
        >>> reference_of([(1.0, 30.0), (2.0, 10.0)], [Goal.MINIMIZE, Goal.MAXIMIZE])
        (2.1, 8.0)
    """
    losses = _losses(values, goals)
    span = losses.max(axis=0) - losses.min(axis=0)
    worst = losses.max(axis=0) + 0.1 * np.where(span > 0, span, 1.0)
    return tuple(float(-goal.sign * loss) for goal, loss in zip(goals, worst.tolist(), strict=True))


def _losses(values: Sequence[Sequence[float]], goals: Sequence[Goal]) -> Losses:
    signs = np.array([-goal.sign for goal in goals], dtype=float)
    losses: Losses = np.asarray(values, dtype=float).reshape(-1, len(goals)) * signs
    return losses


def _volume(losses: Losses, limit: Losses) -> float:
    if losses.shape[1] == 1:
        return float(limit[0] - losses[:, 0].min())
    order = losses[np.argsort(losses[:, -1], kind="stable")]
    ends = [*order[1:, -1].tolist(), float(limit[-1])]
    volume = 0.0
    for place, (row, end) in enumerate(zip(order, ends, strict=True)):
        if end > row[-1]:
            volume += (end - float(row[-1])) * _volume(order[: place + 1, :-1], limit[:-1])
    return volume
