"""The numbers behind an isolation plot: its trials, then its groups with their differences."""

from __future__ import annotations

from trialist.render.csvdata import csv_text
from trialist.render.figures.trialdots import MOST_DOTS, thinned
from trialist.values.evidence import Interval
from trialist.values.isolation import GroupDifference, Isolation, IsolationDot
from trialist.values.metric import Metric


def isolation_csv(plot: Isolation, metric: Metric) -> str:
    """Give one row per trial that is drawn, and one per group."""
    head = ("kind", "group", "trial", "search", "number", "unit", metric.name, "best", "n")
    rows: list[tuple[object, ...]] = [
        (
            *("trial", plot.groups[dot.group].label, dot.name, dot.search, dot.number, dot.unit),
            *(dot.value, int(dot.is_best), None, None, None, None),
        )
        for dot in drawn_dots(plot)
    ]
    found = {one.group: one for one in plot.differences}
    for group in plot.groups:
        difference = _difference(found.get(group.label))
        middle = (group.best_trial, None, None, None, group.best, None, group.n_complete)
        rows.append(("group", group.label, *middle, *difference))
    return csv_text((*head, "difference", "low", "high"), rows)


def drawn_dots(plot: Isolation) -> list[IsolationDot]:
    """Give the trials that are drawn: all of few, the best and an even share of many."""
    sign = -plot.goal.sign
    return thinned(
        plot.dots,
        lambda dot: 0.0 if dot.value is None or dot.is_best else sign * dot.value,
        most=MOST_DOTS,
    )


def _difference(one: GroupDifference | None) -> tuple[object, ...]:
    if one is None:
        return (None, None, None)
    ends = (
        (one.interval.low, one.interval.high) if isinstance(one.interval, Interval) else (None,) * 2
    )
    return (one.value, *ends)
