"""Isolation plots: the best trial over all other parameters, for each value of one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trialist.render.cells import cut
from trialist.render.figures.canvas import NARROW, WIDE
from trialist.render.figures.figure import Figure
from trialist.render.figures.isolationcsv import isolation_csv
from trialist.render.figures.isolationrows import draw_rows
from trialist.render.figures.isolationslices import draw_slices
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import size_words
from trialist.render.figures.trialdots import MOST_DOTS
from trialist.values.isolation import Isolation
from trialist.values.metric import Metric
from trialist.values.numbers import counted
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
    name, title = _stem(plot, taken), _title(plot)
    if not any(dot.value is not None for dot in plot.dots):
        caption = plot.sentence or f"Nothing to show of {plot.parameter}: no trial has a value yet."
        return Figure(name=name, title=title, caption=caption)
    caption = _caption(plot)
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


def _stem(plot: Isolation, taken: set[str]) -> str:
    words = filter(None, (plot.variant, plot.parameter))
    stem = "isolation-" + re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
    while stem in taken:
        stem += "-"
    taken.add(stem)
    return stem


def _caption(plot: Isolation) -> str:
    n = sum(dot.value is not None for dot in plot.dots)
    said = [plot.sentence.rstrip(".") or "Each best (ringed) is the best of its group's trials"]
    said[0] += f" ({size_words(f'{n:,}')})"
    if plot.noise is not None:
        said.append("whiskers are one standard deviation between seeds")
    lost = n < len(plot.dots)
    said.append(f"{counted(len(plot.dots) - n, 'trial')} diverged, marked by crosses" * lost)
    if len(plot.dots) > MOST_DOTS:
        said.append(f"of {len(plot.dots):,} trials the best and an even share are drawn")
    return f"{'; '.join(filter(None, said))}."


def isolation_notes(plots: Sequence[Isolation]) -> tuple[str, ...]:
    """Give what is to be kept in mind of these pictures, each once."""
    return tuple(dict.fromkeys(note for plot in plots[:MOST_FIGURES] for note in plot.notes))
