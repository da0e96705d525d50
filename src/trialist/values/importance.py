"""Which parameters mattered in a search: shares of importance, and rank correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.values.evidence import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """How much one parameter mattered.

    Attributes:
        parameter: Its name in the configuration.
        shown: What a person reads.
        share: Its share of the importance of all parameters, from 0 to 1.
        interval: What other trials of the same search could have given: the bootstrap's
            percentile interval over trials.
    """

    parameter: str
    shown: str
    share: float
    interval: Interval

    def to_dict(self) -> dict[str, Any]:
        """Give the importance as plain data."""
        return {
            "parameter": self.parameter,
            "shown": self.shown,
            "share": self.share,
            "interval": [self.interval.low, self.interval.high],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Importances:
    """How much the parameters of one variant mattered, by one method.

    Attributes:
        variant: The variant.
        method: fanova, ped_anova or mdi.
        n: The trials that it rests on.
        level: Of the intervals.
        parameters: The most important first.
        caveats: What limits it, as sentences.
    """

    variant: str
    method: str
    n: int
    level: float
    parameters: tuple[Importance, ...]
    caveats: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the importances as plain data."""
        return {
            "variant": self.variant,
            "method": self.method,
            "n": self.n,
            "level": self.level,
            "parameters": [one.to_dict() for one in self.parameters],
            "caveats": list(self.caveats),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RankCorrelation:
    """Whether the metric rises or falls with a parameter.

    Attributes:
        parameter: Its name in the configuration.
        shown: What a person reads.
        variant: The variant.
        n: The finished trials that have the parameter.
        value: Spearman's correlation of the parameter with the goodness of the result: above 0
            where higher values of the parameter are better, whatever the goal.
        interval: Its interval.
        level: Of the interval.
    """

    parameter: str
    shown: str
    variant: str
    n: int
    value: float
    interval: Interval
    level: float

    def to_dict(self) -> dict[str, Any]:
        """Give the correlation as plain data."""
        return {
            "parameter": self.parameter,
            "shown": self.shown,
            "variant": self.variant,
            "n": self.n,
            "value": self.value,
            "interval": [self.interval.low, self.interval.high],
            "level": self.level,
        }
