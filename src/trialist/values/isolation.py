"""Isolation plots: the best trial over all other parameters, for each value of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialist.values.evidence import Interval
from trialist.values.metric import Goal
from trialist.values.missing import Missing, present


class Isolated(StrEnum):
    """What lies along the plot's horizontal axis."""

    CATEGORICAL = "categorical"  # a group per variant, or per choice
    CONTINUOUS = "continuous"  # a group per slice of the range, each with as many trials
    CONDITIONAL = "conditional"  # the same, over the trials in which the parameter exists


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationDot:
    """One trial of the plot.

    Attributes:
        name: What the trial is called.
        variant: Whose search it is.
        search: The replicate of the search.
        number: Its place in the search.
        group: The place of its group in `Isolation.groups`.
        unit: Where its value lies in the range, from 0 to 1 in its scale; None for categories.
        value: The goal metric in its own sign; None where it diverged.
        is_best: True for the best trial of its group.
    """

    name: str
    variant: str
    search: int
    number: int
    group: int
    unit: float | None
    value: float | None
    is_best: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the trial as plain data."""
        return {
            "name": self.name,
            "variant": self.variant,
            "search": self.search,
            "number": self.number,
            "group": self.group,
            "unit": self.unit,
            "value": self.value,
            "is_best": self.is_best,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationGroup:
    """One value of the isolated parameter, or one slice of its range.

    Attributes:
        label: What a person reads: the variant, the choice, `0.001 to 0.01`, `off`.
        low: The lower end of a slice, in the parameter's own unit; None for categories.
        high: The upper end.
        unit_low: The same ends from 0 to 1 in the parameter's scale.
        unit_high: The upper end.
        n_complete: Trials with a value.
        n_infeasible: Trials that diverged.
        best: The best value, in the metric's own sign: chosen, and therefore too good.
        best_trial: The trial that has it; None where there is none.
        tied: True where its best cannot be told from the best of all groups: no further away than
            one standard deviation between runs, or no more than the luck of the search explains.
    """

    label: str
    low: float | None = None
    high: float | None = None
    unit_low: float | None = None
    unit_high: float | None = None
    n_complete: int
    n_infeasible: int
    best: float | Missing
    best_trial: str | None
    tied: bool

    def to_dict(self) -> dict[str, Any]:
        """Give the group as plain data."""
        return {
            "label": self.label,
            "low": self.low,
            "high": self.high,
            "unit_low": self.unit_low,
            "unit_high": self.unit_high,
            "n_complete": self.n_complete,
            "n_infeasible": self.n_infeasible,
            "best": present(self.best),
            "best_trial": self.best_trial,
            "tied": self.tied,
            **_missing("best", self.best),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDifference:
    """How much better the best of one group is than that of another; plus is better.

    Attributes:
        group: The group's label.
        against: The label of the group that it is compared with.
        value: The difference of the two bests, oriented so that plus is better.
        interval: Its percentile interval over resampled trials: the luck of the search.
        n: The points of the design, or trials of the smaller group, that were resampled.
        shared: True where both groups have the same points, which were resampled together.
    """

    group: str
    against: str
    value: float
    interval: Interval | Missing
    n: int
    shared: bool

    def to_dict(self) -> dict[str, Any]:
        """Give the difference as plain data."""
        interval = self.interval
        ends = None if isinstance(interval, Missing) else [interval.low, interval.high]
        return {
            "group": self.group,
            "against": self.against,
            "value": self.value,
            "interval": ends,
            "n": self.n,
            "shared": self.shared,
            **_missing("interval", interval),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignLine:
    """One point of a shared design, through all groups: lines that cross show an interaction.

    Attributes:
        search: The replicate of the search.
        number: The point's place in its design.
        values: Its value in each group, in their order; None where it has none there.
    """

    search: int
    number: int
    values: tuple[float | None, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the line as plain data."""
        return {"search": self.search, "number": self.number, "values": list(self.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """The best trial over all other parameters, for each value of one of them.

    Attributes:
        parameter: What is isolated, as a person reads it.
        variant: The variant whose search it is from; None where the groups are variants.
        kind: What lies along the horizontal axis.
        metric: The goal metric's name.
        goal: Which way is better.
        scale: The scale of the horizontal axis: linear, log, one_minus_log; empty for categories.
        groups: From left to right.
        dots: Every trial with a value, and those that diverged; none that was pruned or failed.
        differences: Of every group from the best one.
        lines: One per point of a shared design; empty where designs are not shared.
        noise: The standard deviation between runs of one configuration: the whisker of each best.
            None where nothing was run again.
        sentence: What it shows, with its numbers; why it is empty, where it is.
        notes: What to keep in mind, as sentences.
    """

    parameter: str
    variant: str | None
    kind: Isolated
    metric: str
    goal: Goal
    scale: str = ""
    groups: tuple[IsolationGroup, ...]
    dots: tuple[IsolationDot, ...]
    differences: tuple[GroupDifference, ...]
    lines: tuple[DesignLine, ...] = ()
    noise: float | None = None
    sentence: str = ""
    notes: tuple[str, ...] = ()

    @property
    def tied(self) -> tuple[str, ...]:
        """The labels of the groups that cannot be told from the best one, itself among them."""
        return tuple(group.label for group in self.groups if group.tied)

    def to_dict(self) -> dict[str, Any]:
        """Give the plot as plain data."""
        return {
            "parameter": self.parameter,
            "variant": self.variant,
            "kind": self.kind.value,
            "metric": self.metric,
            "goal": self.goal.value,
            "scale": self.scale,
            "groups": [group.to_dict() for group in self.groups],
            "dots": [dot.to_dict() for dot in self.dots],
            "differences": [one.to_dict() for one in self.differences],
            "lines": [line.to_dict() for line in self.lines],
            "tied": list(self.tied),
            "noise": self.noise,
            "sentence": self.sentence,
            "notes": list(self.notes),
        }


def _missing(key: str, value: object) -> Mapping[str, Any]:
    return {"missing": {key: value.reason}} if isinstance(value, Missing) else {}
