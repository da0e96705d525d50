"""Searches: what tuning found, how its winners did with fresh seeds, and what may be claimed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trialist.values.evidence import Interval, Sample
from trialist.values.missing import Missing


class Claim(StrEnum):
    """What a table of trials can support, at most."""

    NOTHING = "nothing"  # no winner was run again: its score was chosen, not measured
    CONFIGURATIONS = "configurations"  # one search each: its winner, not the recipe that found it
    RECIPES = "recipes"  # several searches each: the recipe, tuning included


SCOPE_WORDS = {
    Claim.NOTHING: "nothing beyond these trials",
    Claim.CONFIGURATIONS: "these configurations, not the recipes",
    Claim.RECIPES: "these recipes: tuning included",
}
"""What a verdict is about, by what the searches support."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOf:
    """The expected best of m trials.

    Attributes:
        m: How many trials a search has.
        value: What its best trial scores on average, in the metric's own sign.
        interval: Student's t interval of it, over disjoint blocks or over searches.
        n_groups: How many blocks or searches the interval rests on.
    """

    m: int
    value: float
    interval: Interval | Missing
    n_groups: int

    def to_dict(self) -> dict[str, Any]:
        """Give the point as in `searches.expected_best` of results.json."""
        interval = self.interval
        ends = None if isinstance(interval, Missing) else [interval.low, interval.high]
        reason = {"missing": {"interval": interval.reason}} if isinstance(interval, Missing) else {}
        return {
            "m": self.m,
            "value": self.value,
            "interval": ends,
            "n_groups": self.n_groups,
            **reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BestOfCurve:
    """One variant's expected best of m trials, by the score that its searches choose by.

    Attributes:
        variant: The variant's name.
        over: What the intervals rest on: "blocks" of one search, or "searches".
        points: Ascending in m; empty where there are too few trials.
        reason: Why there are no points; empty where there are some.
    """

    variant: str
    over: str
    points: tuple[BestOf, ...]
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the curve as in `searches.expected_best` of results.json."""
        return {
            "variant": self.variant,
            "over": self.over,
            "points": [point.to_dict() for point in self.points],
            **({"missing": {"points": self.reason}} if self.reason else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSummary:
    """One search: its winner's score when it was chosen, and on fresh seeds.

    Attributes:
        variant: The variant that was tuned.
        search: The search's name.
        n_trials: Trials, those without a value among them.
        n_lost: Trials that gave no value.
        winner: The winner's name; None where the table names no trials.
        score: The score that the winner was chosen by, in the metric's own sign.
        fresh: Runs of the winner with fresh seeds.
        fresh_mean: Their mean.
        optimism: How much better than the fresh mean the score was; plus is too good.
        n_other: Fresh runs of other trials, left out.
        n_repeats: Fresh runs with the very seed that the winner was chosen with, left out.
        shared_seeds: Seeds of fresh runs that trials of the search have used too.
    """

    variant: str
    search: str
    n_trials: int
    n_lost: int
    winner: str | None
    score: float | Missing
    fresh: Sample
    fresh_mean: float | Missing
    optimism: float | Missing
    n_other: int = 0
    n_repeats: int = 0
    shared_seeds: tuple[int, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the search as in `searches.searches` of results.json."""
        missing: dict[str, str] = {}
        return {
            "variant": self.variant,
            "search": self.search,
            "n_trials": self.n_trials,
            "n_lost": self.n_lost,
            "winner": self.winner,
            "score": _plain("score", self.score, missing),
            "fresh": {
                "seeds": list(self.fresh.seeds),
                "values": list(self.fresh.values),
                "n_failed": self.fresh.n_failed,
                "n_diverged": self.fresh.n_diverged,
            },
            "fresh_mean": _plain("fresh_mean", self.fresh_mean, missing),
            "optimism": _plain("optimism", self.optimism, missing),
            "n_other": self.n_other,
            "n_repeats": self.n_repeats,
            "missing": missing,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """All searches of a table.

    Attributes:
        claim: What they can support, at most.
        level: Confidence level of the curves' intervals.
        searches: In the order of the variants, then by name.
        curves: One per variant.
    """

    claim: Claim
    level: float
    searches: tuple[SearchSummary, ...]
    curves: tuple[BestOfCurve, ...]

    @property
    def by_variant(self) -> Mapping[str, tuple[SearchSummary, ...]]:
        """The searches of each variant, in order."""
        names = dict.fromkeys(search.variant for search in self.searches)
        return {
            name: tuple(search for search in self.searches if search.variant == name)
            for name in names
        }

    def to_dict(self) -> dict[str, Any]:
        """Give the content of `searches` in results.json."""
        return {
            "claim": self.claim.value,
            "level": self.level,
            "searches": [search.to_dict() for search in self.searches],
            "expected_best": [curve.to_dict() for curve in self.curves],
        }


def _plain(key: str, value: float | Missing, missing: dict[str, str]) -> float | None:
    if isinstance(value, Missing):
        missing[key] = value.reason
        return None
    return value
