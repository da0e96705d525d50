"""Trials along one parameter, and along all of them: axis plots and parallel coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.playbook import Level
from trialist.values.space import Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisDot:
    """One trial along one parameter.

    Attributes:
        name: What the trial is called.
        search: The replicate of the search.
        number: Its place in the search.
        unit: Where its value lies, from 0 to 1 in the parameter's scale; outside of that where it
            was taken from a study with another range.
        x: The parameter's value.
        y: The goal metric in its own sign; None where the trial diverged.
        status: finished, diverged or pruned; a pruned trial has the last value it reported, if any.
        is_best: True for the best of the finished trials.
        adaptive: True where it was proposed with an eye on earlier values.
    """

    name: str
    search: int
    number: int
    unit: float
    x: Any
    y: float | None
    status: RunStatus
    is_best: bool = False
    adaptive: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Give the trial as plain data."""
        return {
            "name": self.name,
            "search": self.search,
            "number": self.number,
            "unit": self.unit,
            "x": self.x,
            "y": self.y,
            "status": self.status.value,
            "is_best": self.is_best,
            "adaptive": self.adaptive,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisPlot:
    """All trials of one variant along one of its parameters.

    Attributes:
        variant: Whose searches they are.
        parameter: The dimension, with its range and its scale.
        metric: The goal metric's name.
        goal: Which way is better.
        dots: The trials in which the parameter exists and is on, by search and number.
        n_off: Trials in which it does not exist, or is off.
        level: What the boundary check says of it; None where it has no say.
    """

    variant: str
    parameter: Parameter
    metric: str
    goal: Goal
    dots: tuple[AxisDot, ...]
    n_off: int = 0
    level: Level | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the plot as plain data."""
        return {
            "variant": self.variant,
            "parameter": self.parameter.shown,
            "scale": self.parameter.scale.value if self.parameter.is_numeric else "choices",
            "low": self.parameter.low,
            "high": self.parameter.high,
            "choices": list(self.parameter.choices),
            "metric": self.metric,
            "goal": self.goal.value,
            "dots": [dot.to_dict() for dot in self.dots],
            "n_off": self.n_off,
            "level": None if self.level is None else self.level.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelLine:
    """One trial through all parameters.

    Attributes:
        name: What the trial is called.
        units: Where it lies on each axis, from 0 to 1 in its scale; None where the parameter does
            not exist there, or is off.
        y: The goal metric in its own sign; None where it diverged.
        rank: 0 for the best of the trials with a value, 1 for the worst; None without a value.
        status: finished, diverged or pruned.
    """

    name: str
    units: tuple[float | None, ...]
    y: float | None
    rank: float | None
    status: RunStatus

    def to_dict(self) -> dict[str, Any]:
        """Give the line as plain data."""
        return {
            "name": self.name,
            "units": list(self.units),
            "y": self.y,
            "rank": self.rank,
            "status": self.status.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ParallelPlot:
    """All trials of one variant through all of its parameters.

    Attributes:
        variant: Whose searches they are.
        metric: The goal metric's name.
        goal: Which way is better.
        axes: The parameters, in the order of the arm.
        lines: The trials from the worst to the best, so that the best is drawn last; those that
            diverged come first.
    """

    variant: str
    metric: str
    goal: Goal
    axes: tuple[Parameter, ...]
    lines: tuple[ParallelLine, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the plot as plain data."""
        return {
            "variant": self.variant,
            "metric": self.metric,
            "goal": self.goal.value,
            "axes": [axis.to_dict() for axis in self.axes],
            "lines": [line.to_dict() for line in self.lines],
        }
