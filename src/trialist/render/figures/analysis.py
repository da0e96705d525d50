"""All figures of an analysis, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from trialist.render.analysisdata import AnalysisData
from trialist.render.figures.axisplots import axis_figures
from trialist.render.figures.batches import rates_figure, steps_figure
from trialist.render.figures.curves import curves_figures
from trialist.render.figures.figure import Figure
from trialist.render.figures.importances import importance_figures
from trialist.render.figures.isolation import isolation_figures
from trialist.render.figures.lineage import lineage_figures
from trialist.render.figures.palette import VariantLook, looks_of
from trialist.render.figures.parallel import parallel_figures
from trialist.render.figures.pruned import pruned_figure
from trialist.render.figures.searches import best_of_figure


def analysis_figures(data: AnalysisData) -> tuple[Figure, ...]:
    """Give the figures; one without data is empty and its caption says why."""
    names = [arm.variant for arm in data.table.arms]
    looks = looks_of(names, names[0] if len(names) > 1 else None)
    metric = data.table.metric
    budget = () if data.expected is None else (best_of_figure(data.expected, metric, looks),)
    curves = curves_figures(data.curves, looks, goal=metric.name) if data.curves else ()
    return (
        *isolation_figures([one for one in data.isolations if one.variant is None], metric, looks),
        *axis_figures(data.axes, metric, looks),
        *isolation_figures(
            [one for one in data.isolations if one.variant], metric, looks, data.table.arms
        ),
        *importance_figures(data.importances, looks, data.correlations),
        *budget,
        *_by_batch(data, looks),
        *parallel_figures(data.parallels, metric, looks),
        *_trained(data, looks),
        *lineage_figures(data.populations, looks),
        *[_of_best(figure) for figure in curves],
    )


def _trained(data: AnalysisData, looks: Mapping[str, VariantLook]) -> tuple[Figure, ...]:
    found = pruned_figure(data.table, looks)
    return () if found is None else (found,)


def _of_best(figure: Figure) -> Figure:
    return replace(figure, title=f"{figure.title}: the best trials")


def _by_batch(data: AnalysisData, looks: Mapping[str, VariantLook]) -> Iterator[Figure]:
    if data.rates is not None:
        yield rates_figure(data.rates, looks)
    if data.steps is not None and data.target is not None:
        yield steps_figure(data.steps, target=data.target)
