"""How much of the space of several objectives a set of trials dominates, and what each adds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_BEYOND = 0.1
"""The reference point lies beyond the worst value by this share of the range, so that the ends of
the front add something too."""


def contributions(points: Array) -> Array:
    """Give by how much the dominated volume shrinks without each point; lower is better.

    The reference point lies a tenth of the range beyond the worst value of each objective, and the
    objectives are scaled by their ranges. A dominated point adds nothing, and neither do two equal
    ones.

    Args:
        points: Of shape (n, objectives), n of 1 or more.

    References:
        Zitzler and Thiele (1998); exact by slicing, in O(n ** objectives).
    """
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.where(high > low, high - low, 1.0)
    reference = np.full(points.shape[1], 1.0 + _BEYOND)
    front = np.flatnonzero(_is_undominated(scaled))
    whole = hypervolume(scaled[front], reference)
    added = np.zeros(len(points))
    for place in front:
        others = scaled[front[front != place]]
        added[place] = whole - hypervolume(others, reference)
    return np.clip(added, 0.0, None)


def hypervolume(points: Array, reference: Array) -> float:
    """Give the volume that `points` dominate up to `reference`; lower is better.

    Args:
        points: Of shape (n, objectives).
        reference: Of shape (objectives,); points beyond it add nothing.

    Example:
        >>> hypervolume(np.array([[0.0, 0.5], [0.5, 0.0]]), np.array([1.0, 1.0]))
        0.75
    """
    inside = points[(points < reference).all(axis=1)]
    if not len(inside):
        return 0.0
    if inside.shape[1] == 1:
        return float(reference[0] - inside.min())
    by_last = inside[np.argsort(inside[:, -1])]
    ends = np.append(by_last[1:, -1], reference[-1])
    return float(
        sum(
            (end - point[-1]) * hypervolume(by_last[: place + 1, :-1], reference[:-1])
            for place, (point, end) in enumerate(zip(by_last, ends, strict=True))
            if end > point[-1]
        )
    )


def _is_undominated(points: Array) -> npt.NDArray[np.bool_]:
    no_worse = (points[:, None, :] <= points[None, :, :]).all(axis=2)
    better = (points[:, None, :] < points[None, :, :]).any(axis=2)
    return np.asarray(~(no_worse & better).any(axis=0))
