"""The shape of a curve as the checks read it: lower is better, its noise, where it is best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trialist.values.metric import Goal
from trialist.values.playbook import Check, Level
from trialist.values.trialcurve import Track, TrialCurve

HUGE = 1e100
"""Beyond it a value is as good as infinite, and its square would be."""
FEWEST = 8
"""A curve of fewer evaluations says nothing about its shape."""
_SCALE = 1.4826 / math.sqrt(2)  # the median of |x - y| of normal x, y to a standard deviation
_MOST_IN_A_LINE = 400  # all pairs of more points cost much and say no more
_LAST = 3  # evaluations whose median is where a curve has come to


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveShape:
    """A track without its gaps, turned so that lower is better.

    Attributes:
        steps: Where it was evaluated.
        values: Errors of a metric that is a share, the negated value of another that is better
            higher, else the value.
        places: The places of these evaluations in the track.
    """

    steps: np.ndarray
    values: np.ndarray
    places: np.ndarray

    @classmethod
    def of(cls, steps: Sequence[int], track: Track) -> CurveShape:
        """Give the shape of a track: what is not finite, or huge, is left out."""
        values = np.asarray(track.values, dtype=float)
        places = np.flatnonzero(np.abs(values) < HUGE)
        return cls(
            steps=np.asarray(steps, dtype=float)[places],
            values=_lower_is_better(values[places], track.goal),
            places=places,
        )

    @property
    def n(self) -> int:
        """Evaluations."""
        return len(self.values)

    @property
    def best(self) -> int:
        """The place of the best evaluation among these, the first of equal ones."""
        return int(np.argmin(self.values))

    @property
    def end(self) -> float:
        """Where it has come to: the median of the last three."""
        return median_of(self.values[-_LAST:])

    @property
    def noise(self) -> float:
        """The standard deviation from one evaluation to the next, over the second half."""
        return noise_of(self.values[self.n // 2 :])

    def since(self, share: float, budget: float) -> np.ndarray:
        """Tell which evaluations lie behind `share` of the budget; three or more, at the end."""
        inside = self.steps >= share * budget
        inside[-_LAST:] = True
        return inside


def about_curve(curve: TrialCurve) -> Check:
    """Give a finding about a curve that has nothing to say yet."""
    return Check(check="curve", level=Level.OK, subject=curve.subject, variant=curve.variant)


def median_of(values: np.ndarray) -> float:
    """Give the median of finite values; numpy's own takes ten times as long for a few."""
    ordered, half = np.sort(values), len(values) // 2
    return float(ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2)


def noise_of(values: np.ndarray) -> float:
    """Give the noise of evaluations whatever their trend: 1.4826 median |difference| / sqrt 2.

    Assumes that from one evaluation to the next the trend moves less than the noise.
    Smallest n: 2; one value has no noise to tell, and gives 0.
    """
    return _SCALE * median_of(np.abs(np.diff(values))) if len(values) > 1 else 0.0


def noise_around_trend(values: np.ndarray) -> float:
    """Give the noise of evaluations on a straight trend: the spread of their differences / sqrt 2.

    The mean difference is the trend, which `noise_of` takes for noise where evaluations are few.
    Smallest n: 3; two values have no noise to tell, and give 0.
    """
    return float(np.std(np.diff(values)) / math.sqrt(2)) if len(values) > 2 else 0.0


def line_of(steps: np.ndarray, values: np.ndarray) -> float:
    """Give the slope of the line through points: the median over the slopes of all pairs.

    Of more than 400 points, every k-th is taken. Smallest n: 2.

    References:
        Theil (1950), Nederl. Akad. Wetensch. Proc. 53; Sen (1968), JASA 63, 1379-1389.
    """
    every = math.ceil(len(steps) / _MOST_IN_A_LINE)
    x, y = steps[::every], values[::every]
    first, second = np.triu_indices(len(x), k=1)
    return median_of((y[second] - y[first]) / (x[second] - x[first]))


def _lower_is_better(values: np.ndarray, goal: Goal) -> np.ndarray:
    if goal is Goal.MINIMIZE:
        return values
    is_share = len(values) > 0 and values.min() >= 0 and values.max() <= 1
    turned: np.ndarray = 1 - values if is_share else -values
    return turned
