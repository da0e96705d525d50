"""The history of a baseline: what became the new baseline round by round, and what was learned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.values.canonical import digest_of
from trialist.values.evidence import Interval
from trialist.values.missing import Missing
from trialist.values.numbers import as_chosen

ENOUGH_SEEDS = 5
"""Fresh seeds on which a configuration counts as validated (playbook.md 1.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChange:
    """One key of the configuration that a round changed.

    Attributes:
        key: The key; dots lead into nested mappings.
        before: Its value before.
        after: Its value after.
        is_new: True where the configuration did not have it before.
        is_gone: True where it does not have it any more.
    """

    key: str
    before: Any = None
    after: Any = None
    is_new: bool = False
    is_gone: bool = False

    def __str__(self) -> str:
        if self.is_new:
            return f"{self.key} {_shown(self.after)} (new)"
        if self.is_gone:
            return f"{self.key} {_shown(self.before)} (gone)"
        return f"{self.key} {_shown(self.before)} -> {_shown(self.after)}"

    def to_dict(self) -> dict[str, Any]:
        """Give the change as plain data: a side without the key is left out."""
        return {
            "key": self.key,
            **({} if self.is_new else {"before": self.before}),
            **({} if self.is_gone else {"after": self.after}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> KeyChange:
        """Give the change back from plain data."""
        return cls(
            key=str(data["key"]),
            before=data.get("before"),
            after=data.get("after"),
            is_new="before" not in data,
            is_gone="after" not in data,
        )


def _shown(value: Any) -> str:
    """Give a value as a study file has it."""
    if isinstance(value, float):
        return as_chosen(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How exactly the adopted configuration did on fresh seeds.

    Attributes:
        study: The study whose runs these are.
        n: How many seeds.
        mean: The mean of the goal metric, in its own sign.
        interval: Student's t interval of it.
    """

    study: str
    n: int
    mean: float
    interval: Interval | Missing

    @property
    def is_enough(self) -> bool:
        """True where there are as many seeds as a validation asks for."""
        return self.n >= ENOUGH_SEEDS

    def to_dict(self) -> dict[str, Any]:
        """Give the validation as plain data."""
        ends = self.interval
        return {
            "study": self.study,
            "n": self.n,
            "mean": self.mean,
            "interval": None if isinstance(ends, Missing) else [ends.low, ends.high],
            "enough": self.is_enough,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineRound:
    """One adoption.

    Attributes:
        number: Its place in the history, from 1.
        study: The study that it came from.
        plan_hash: That study's plan.
        variant: The variant that was adopted.
        baseline: The variant whose place it took.
        decision: What the rule said: adopt, or something else where a person overruled it.
        verdict: The verdict's code.
        estimate: The gain, plus is better; None where the verdict gave none.
        interval: Its interval.
        price: The least gain for which it was to be adopted.
        changes: What it changed, key by key.
        config: The whole configuration that was adopted.
        learned: What the round showed, as a sentence.
        reason: What a person said about it; None where the rule alone decided.
        before: What the rounds that led to it showed, oldest first: the study and a sentence each.
        source: Where the configuration comes from: the variant, or a winner of a search.
        by: Who adopted it.
        time: When, in seconds since the epoch.
        validation: How the configuration did on fresh seeds; None where it was not run again.
        is_gone: True where the study is not in the store any more.
    """

    number: int
    study: str
    plan_hash: str
    variant: str
    baseline: str
    decision: str
    verdict: str
    estimate: float | None
    interval: tuple[float, float] | None
    price: float
    changes: tuple[KeyChange, ...]
    config: Mapping[str, Any]
    learned: str
    reason: str | None
    source: str
    by: str
    time: float
    validation: Validation | None = None
    is_gone: bool = False
    before: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """The digest of the configuration: studies that run just this one have it too."""
        return digest_of(self.config)

    @property
    def is_validated(self) -> bool:
        """True where the configuration was run on enough fresh seeds."""
        return self.validation is not None and self.validation.is_enough

    def to_dict(self) -> dict[str, Any]:
        """Give the round as plain data."""
        return {
            "round": self.number,
            "study": self.study,
            "plan_hash": self.plan_hash,
            "variant": self.variant,
            "baseline": self.baseline,
            "decision": self.decision,
            "verdict": self.verdict,
            "estimate": self.estimate,
            "interval": None if self.interval is None else list(self.interval),
            "price": self.price,
            "changes": [change.to_dict() for change in self.changes],
            "config": dict(self.config),
            "learned": self.learned,
            "before": [{"study": study, "learned": said} for study, said in self.before],
            "reason": self.reason,
            "source": self.source,
            "by": self.by,
            "time": self.time,
            "validated": self.is_validated,
            "validation": None if self.validation is None else self.validation.to_dict(),
            "study_is_gone": self.is_gone,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineHistory:
    """All adoptions of one line of work: of one trial, by one metric.

    Attributes:
        trial: The trial, as its plans name it.
        metric: The goal metric's name.
        rounds: Oldest first.
    """

    trial: str
    metric: str
    rounds: tuple[BaselineRound, ...] = ()

    @property
    def latest(self) -> BaselineRound | None:
        """The round that made the baseline of now."""
        return self.rounds[-1] if self.rounds else None

    def to_dict(self) -> dict[str, Any]:
        """Give the history as plain data."""
        return {
            "trial": self.trial,
            "metric": self.metric,
            "rounds": [one.to_dict() for one in self.rounds],
        }
