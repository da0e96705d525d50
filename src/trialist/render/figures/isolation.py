"""Isolation plots: the best trial over all other parameters, for each value of one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.render.amounts import estimate_amounts
from trialist.render.cells import cut
from trialist.render.figures.canvas import NARROW, WIDE
from trialist.render.figures.figure import Figure, figure_name
from trialist.render.figures.isolationcsv import isolation_csv
from trialist.render.figures.isolationrows import draw_rows
from trialist.render.figures.isolationslices import draw_slices
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed, size_words
from trialist.render.figures.trialdots import MOST_DOTS, resolution
from trialist.values.evidence import Interval
from trialist.values.isolation import Isolation
from trialist.values.metric import Metric
from trialist.values.missing import Missing, present
from trialist.values.numbers import Unit, counted, decimals_for
from trialist.values.space import Arm, Parameter

MOST_FIGURES = 12


def isolation_figures(
    plots: Sequence[Isolation],
    metric: Metric,
    looks: Mapping[str, VariantLook],
    arms: Sequence[Arm] = (),
) -> tuple[Figure, ...]:
    """Give a figure per isolated parameter; an empty one says why it is empty.

    Args:
        plots: What is drawn, at most a dozen of them.
        metric: The goal metric.
        looks: How each variant is drawn.
        arms: What each variant was tuned over, for the axes of ranges.
    """
    known = {(arm.variant, one.shown): one for arm in arms for one in arm.parameters}
    taken: set[str] = set()
    return tuple(
        _figure(plot, metric, looks, known.get((plot.variant or "", plot.parameter)), taken)
        for plot in plots[:MOST_FIGURES]
    )


def _figure(
    plot: Isolation,
    metric: Metric,
    looks: Mapping[str, VariantLook],
    along: Parameter | None,
    taken: set[str],
) -> Figure:
    about = "-".join(filter(None, (plot.variant, plot.parameter)))
    name, title = figure_name("isolation", about, taken), _title(plot)
    if not any(dot.value is not None for dot in plot.dots):
        caption = plot.sentence or f"Nothing to show of {plot.parameter}: no trial has a value yet."
        return Figure(name=name, title=title, caption=caption)
    caption = _caption(plot, metric)
    texts = (name, title, caption)
    sheets = (WIDE, NARROW)
    if along is not None and any(one.unit_low is not None for one in plot.groups):
        drawn = [draw_slices(plot, metric, looks, sheet, texts, along=along) for sheet in sheets]
    else:
        drawn = [draw_rows(plot, metric, looks, sheet, texts) for sheet in sheets]
    return Figure(
        name=name,
        title=title,
        caption=caption,
        wide=drawn[0],
        narrow=drawn[1],
        csv=isolation_csv(plot, metric),
    )


def _title(plot: Isolation) -> str:
    if plot.variant is None:
        return f"Best trials by {plot.parameter}"
    return f"{cut(plot.variant, 40)}: best trials along {plot.parameter}"


def _caption(plot: Isolation, metric: Metric) -> str:
    n = sum(dot.value is not None for dot in plot.dots)
    said = [_best_words(plot, metric) or plot.sentence.rstrip(".")]
    said[0] += f" ({size_words(f'{n:,}')})"
    if len(plot.tied) > 1:
        said.append(f"statistically tied: {listed(plot.tied)}")
    if plot.noise is not None:
        said.append("whiskers are one standard deviation between seeds")
    lost = n < len(plot.dots)
    said.append(f"{counted(len(plot.dots) - n, 'trial')} diverged, marked by crosses" * lost)
    if len(plot.dots) > MOST_DOTS:
        said.append(f"of {len(plot.dots):,} trials the best and an even share are drawn")
    return f"{'; '.join(filter(None, said))}."


def _best_words(plot: Isolation, metric: Metric) -> str:
    """Give the best group and how far the next one is, in the unit of the picture."""
    behind = {one.group: one for one in plot.differences}
    best = [one for one in plot.groups if one.label not in behind and isinstance(one.best, float)]
    if len(best) != 1 or not behind:
        return ""
    values = [dot.value for dot in plot.dots if dot.value is not None]
    unit = Unit.of(metric)
    digits = decimals_for(resolution(values, plot.goal, plot.noise) * unit.factor)
    shown = unit.amount(float(present(best[0].best) or 0.0), digits)
    nearest = min(behind.values(), key=lambda one: abs(one.value))
    amounts = estimate_amounts(abs(nearest.value), _turned(nearest.interval), metric)
    gap = amounts.estimate.removeprefix("+")
    ends = f", {amounts.low} to {amounts.high} by the luck of the search" if amounts.low else ""
    return f"{best[0].label} has the best trial, {shown}: {gap} better than {nearest.group}{ends}"


def _turned(interval: Interval | Missing) -> Interval | Missing:
    """Give the interval of how much better the best one is."""
    if isinstance(interval, Missing):
        return interval
    return Interval(low=-interval.high, high=-interval.low)


def isolation_notes(plots: Sequence[Isolation]) -> tuple[str, ...]:
    """Give what is to be kept in mind of these pictures, each once."""
    return tuple(dict.fromkeys(note for plot in plots[:MOST_FIGURES] for note in plot.notes))
