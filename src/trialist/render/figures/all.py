"""All figures of a report, in the order in which they are read."""

from __future__ import annotations

from trialist.render.figures.components import components_figure
from trialist.render.figures.curves import curves_figures
from trialist.render.figures.differences import differences_figure
from trialist.render.figures.figure import Figure
from trialist.render.figures.palette import looks_of
from trialist.render.figures.searches import searches_figure
from trialist.render.figures.seeds import seeds_figure
from trialist.render.reportdata import ReportData


def figures_of(data: ReportData) -> tuple[Figure, ...]:
    """Give the figures; one without data is empty and its caption says why."""
    names = [summary.name for summary in data.results.variants]
    names += sorted({curve.variant for curve in data.curves} - set(names))
    looks = looks_of(names, data.baseline)
    curves = curves_figures(data.curves, looks, goal=data.results.metric.name)
    parts = components_figure(data.results, looks)
    first = () if parts is None else (parts,)
    found = searches_figure(data.results, looks)
    tuned = () if found is None else (found,)
    return (
        *first,
        differences_figure(data.results, looks),
        seeds_figure(data.results, looks),
        *tuned,
        *curves,
    )
