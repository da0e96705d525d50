"""What a figure of curves shows: the runs of one metric, made short, and their means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trialist.render.csvdata import csv_text
from trialist.render.figures.axis import span_of
from trialist.render.figures.decimate import Stretch, decimated
from trialist.render.figures.meancurve import MeanPoint, mean_curve
from trialist.render.reportdata import Curve
from trialist.values.metric import Goal, Metric
from trialist.values.numbers import Unit

_MOST_POINTS = 240
_MOST_POINTS_IN_ALL = 4000
MOST_LINES = 400
"""Beyond this, an even share of each variant's runs is drawn; the mean is that of all."""
_OUTLYING = 25.0  # the axis is cut where the data reach this many times as far as 98 % of them


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCurve:
    """One run's curve, made short."""

    seed: int
    stretches: tuple[Stretch, ...]

    @property
    def breaks_off(self) -> bool:
        """True where the curve ends in, or passes through, values that are not finite."""
        return any(stretch.breaks_off for stretch in self.stretches)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantCurves:
    """One variant's curves and their mean.

    Attributes:
        variant: The variant's name.
        runs: The curves that are drawn, by seed.
        mean: The mean over all runs.
        n: All runs that logged the metric.
    """

    variant: str
    runs: tuple[RunCurve, ...]
    mean: tuple[MeanPoint, ...]
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveData:
    """One metric's curves.

    Attributes:
        metric: The metric's name.
        variants: In the order of the results, those that logged the metric.
        factor: What values are multiplied with before they are drawn.
        word: The unit's name; may be empty.
    """

    metric: str
    variants: tuple[VariantCurves, ...]
    factor: float
    word: str

    @classmethod
    def of(cls, metric: str, curves: Sequence[Curve], order: Sequence[str]) -> CurveData:
        """Give the curves of `metric`, the variants as in `order`."""
        mine = [curve for curve in curves if curve.metric == metric]
        n_lines = min(len(mine), MOST_LINES)
        most = min(_MOST_POINTS, max(60, _MOST_POINTS_IN_ALL // max(n_lines, 1)))
        variants = []
        for name in order:
            of_variant = sorted((c for c in mine if c.variant == name), key=lambda c: c.seed)
            runs = [
                RunCurve(seed=c.seed, stretches=decimated(c.steps, c.values, most=most))
                for c in _thinned(of_variant, n_lines / max(len(mine), 1))
            ]
            if any(run.stretches for run in runs):
                mean = mean_curve(of_variant)
                variants.append(
                    VariantCurves(variant=name, runs=tuple(runs), mean=mean, n=len(of_variant))
                )
        unit = Unit.of(Metric(name=metric, goal=Goal.MAXIMIZE))
        return cls(metric=metric, variants=tuple(variants), factor=unit.factor, word=unit.word)

    @property
    def points(self) -> Iterable[tuple[int, float]]:
        """All points that are drawn, in the metric's own unit."""
        for variant in self.variants:
            for run in variant.runs:
                for stretch in run.stretches:
                    yield from stretch.points

    @property
    def steps(self) -> tuple[float, float]:
        """The range of the steps."""
        steps = [step for step, _ in self.points]
        return (min(steps), max(steps)) if min(steps) < max(steps) else span_of(steps)

    @property
    def range(self) -> tuple[float, float]:
        """The range of the values as drawn, without far outliers."""
        return span_of(self._ends(), margin=0.04)

    @property
    def is_cut(self) -> bool:
        """True where far outliers lie beyond the axis."""
        low, high = self._ends()
        values = [value * self.factor for _, value in self.points]
        return min(values) < low or max(values) > high

    def _ends(self) -> tuple[float, float]:
        values = sorted(value * self.factor for _, value in self.points)
        low, high = values[0], values[-1]
        inner_low, inner_high = _share(values, 0.01), _share(values, 0.99)
        reach = inner_high - inner_low
        if not reach * _OUTLYING < high - low:
            return low, high
        return max(low, inner_low - 0.1 * reach), min(high, inner_high + 0.1 * reach)


def _thinned(curves: Sequence[Curve], share: float) -> Sequence[Curve]:
    n = max(1, math.floor(share * len(curves)))
    return [curves[k * len(curves) // n] for k in range(n)] if curves and share < 1 else curves


def _short(value: float) -> float:
    return float(f"{value:.7g}")


def _share(ordered: Sequence[float], share: float) -> float:
    return ordered[math.floor(share * (len(ordered) - 1))]


def curves_csv(data: CurveData) -> str:
    """Give what is drawn: one row per point, then the mean's points with their SD and n."""
    head = ("kind", "variant", "seed", "step", data.metric, "sd", "n")
    rows: list[tuple[object, ...]] = []
    for variant in data.variants:
        for run in variant.runs:
            for stretch in run.stretches:
                rows += [
                    ("run", variant.variant, run.seed, step, _short(value), None, None)
                    for step, value in stretch.points
                ]
    for variant in data.variants:
        rows += [
            ("mean", variant.variant, None, point.step, _short(point.mean), point.sd, point.n)
            for point in variant.mean
        ]
    return csv_text(head, rows)
