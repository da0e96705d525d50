"""Isolation plots: the best trial over all other parameters, for each value of one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trialist.render.figures.canvas import NARROW, WIDE
from trialist.render.figures.figure import Figure
from trialist.render.figures.isolationcsv import isolation_csv
from trialist.render.figures.isolationrows import draw_rows
from trialist.render.figures.isolationslices import draw_slices
from trialist.render.figures.palette import VariantLook
from trialist.render.figures.phrases import listed
from trialist.render.figures.trialdots import MOST_DOTS
from trialist.values.isolation import Isolated, Isolation
from trialist.values.metric import Metric
from trialist.values.numbers import counted

MOST_FIGURES = 12


def isolation_figures(
    plots: Sequence[Isolation], metric: Metric, looks: Mapping[str, VariantLook]
) -> tuple[Figure, ...]:
    """Give a figure per isolated parameter; an empty one says why it is empty."""
    taken: set[str] = set()
    return tuple(_figure(plot, metric, looks, taken) for plot in plots[:MOST_FIGURES])


def _figure(
    plot: Isolation, metric: Metric, looks: Mapping[str, VariantLook], taken: set[str]
) -> Figure:
    name, title = _stem(plot, taken), _title(plot)
    if not any(dot.value is not None for dot in plot.dots):
        caption = plot.sentence or f"Nothing to show of {plot.parameter}: no trial has a value yet."
        return Figure(name=name, title=title, caption=caption)
    caption = _caption(plot)
    texts = (name, title, caption)
    draw = draw_rows if plot.kind is Isolated.CATEGORICAL else draw_slices
    drawn = [draw(plot, metric, looks, sheet, texts) for sheet in (WIDE, NARROW)]
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
    return f"{plot.variant}: best trials along {plot.parameter}"


def _stem(plot: Isolation, taken: set[str]) -> str:
    words = filter(None, (plot.variant, plot.parameter))
    stem = "isolation-" + re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
    while stem in taken:
        stem += "-"
    taken.add(stem)
    return stem


def _caption(plot: Isolation) -> str:
    said = [plot.sentence.rstrip(".") or "Each best (ringed) is the best of its group's trials"]
    if plot.noise is not None:
        said.append("whiskers are one standard deviation between seeds")
    said.append("a best was chosen, so it is too good")
    lost = sum(dot.value is None for dot in plot.dots)
    said.append(f"{counted(lost, 'trial')} diverged, marked by crosses" if lost else "")
    if len(plot.tied) > 1:
        said.append(f"statistically tied: {listed(plot.tied)}")
    if len(plot.dots) > MOST_DOTS:
        said.append(f"of {len(plot.dots):,} trials the best and an even share are drawn")
    return " ".join([f"{'; '.join(filter(None, said))}.", *plot.notes])
