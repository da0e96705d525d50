"""The mean curve over seeds, with the spread between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.reportdata import Curve

_MOST_BINS = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanPoint:
    """Mean and SD over seeds around one step; the SD is None below two seeds."""

    step: float
    mean: float
    sd: float | None
    n: int


def mean_curve(curves: Sequence[Curve]) -> tuple[MeanPoint, ...]:
    """Give the mean over `curves` of one variant, where at least half of them have values.

    Steps are put into at most 150 equal stretches; a run counts in a stretch with the mean of its
    finite values there, so that runs that log at different steps can be joined.
    """
    import numpy as np

    with_steps = [curve for curve in curves if curve.steps]
    if not with_steps:
        return ()
    all_steps = [np.asarray(_averaged(curve)[0]) for curve in with_steps]
    everywhere = np.unique(np.concatenate(all_steps))
    if len(everywhere) <= _MOST_BINS:
        edges = everywhere.astype(float)
    else:
        edges = np.linspace(everywhere[0], everywhere[-1], _MOST_BINS + 1)[:-1]
    table = np.full((len(with_steps), len(edges)), np.nan)
    middles = np.zeros(len(edges))
    counts = np.zeros(len(edges))
    for row, curve in enumerate(with_steps):
        steps, values = (np.asarray(one, float) for one in _averaged(curve))
        finite = np.isfinite(values)
        place = np.searchsorted(edges, steps[finite], side="right") - 1
        n = np.bincount(place, minlength=len(edges))
        total = np.bincount(place, weights=values[finite], minlength=len(edges))
        table[row, n > 0] = total[n > 0] / n[n > 0]
        middles += np.bincount(place, weights=steps[finite], minlength=len(edges))
        counts += n
    needed = max(1, (len(with_steps) + 1) // 2)
    points = []
    for place in range(len(edges)):
        column = table[:, place]
        column = column[np.isfinite(column)]
        if len(column) < needed:
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            mean = float(column.mean())
            sd = float(column.std(ddof=1)) if len(column) > 1 else None
        if np.isfinite(mean) and (sd is None or np.isfinite(sd)):
            step = float(middles[place] / counts[place])
            points.append(MeanPoint(step=step, mean=mean, sd=sd, n=len(column)))
    return tuple(points)


def _averaged(curve: Curve) -> tuple[Sequence[float], Sequence[float]]:
    # The peaks and dips of a curve that was made short do not average to its mean.
    if len(curve.mean_steps):
        return curve.mean_steps, curve.mean_values
    return curve.steps, curve.values
