"""The sealed test set: what a study names, what its plan fixes, and what came of its openings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from trialist.values.metric import Goal, Metric
from trialist.values.verdict import VariantSummary, Verdict

TEST = "test"
"""The split; and the folder of what an opening evaluates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTest:
    """What a study says of its test set.

    Attributes:
        trial: `file.py:function`, called as `f(config, run)` for each trained run, where
            `run.restore()` gives its checkpoint; of a `trialist.train.Task` called `task` it is
            `file.py:task.tested`.
        data: The files of the test set: their digest says which test set it is.
        metric: What is measured on it; None: the goal metric with the split `test`.
        goal: Which way that is better; None: as the goal metric, whose split alone is another.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    trial: str
    data: tuple[str, ...] = ()
    metric: str | None = None
    goal: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", tuple(self.data))


def is_alike(metric: str, other: str) -> bool:
    """Tell whether two metrics are one on two splits.

    Example:
        >>> is_alike("test/accuracy", "val/accuracy"), is_alike("test/loss", "val/accuracy")
        (True, False)
    """
    return metric.partition("/")[2] == other.partition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSeal:
    """What a plan fixes of its test set.

    Attributes:
        trial: The function that evaluates a trained run.
        metric: What is measured.
        goal: Which way that is better.
        digest: Which test set it is: `sha256:` of its files, or of the function's name without any.
        data: The files, as the study names them; empty where only the function is known.
    """

    trial: str
    metric: str
    goal: Goal
    digest: str
    data: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data, as in plan.json."""
        return {
            "trial": self.trial,
            "metric": self.metric,
            "goal": self.goal.value,
            "digest": self.digest,
            **({"data": list(self.data)} if self.data else {}),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PlannedSeal:
        """Give it back from plain data."""
        files = tuple(data.get("data", ()))
        return cls(**{**data, "data": files, "goal": Goal(data["goal"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedResult:
    """What came of the last opening of the test set.

    Attributes:
        metric: What was measured.
        digest: Which test set it is.
        opening: How often that test set was opened in the store, this time included.
        others: Studies that opened it before this time.
        reason: Why it was opened again; None the first time.
        n_runs: Trained runs that were evaluated.
        notes: What a reader of the numbers should know, as sentences.
        variants: One summary per variant.
        comparisons: One verdict per candidate, on the test metric.
        sentence: The answer in words.
    """

    metric: Metric
    digest: str
    opening: int
    others: tuple[str, ...]
    reason: str | None
    n_runs: int
    notes: tuple[str, ...]
    variants: tuple[VariantSummary, ...]
    comparisons: tuple[Verdict, ...]
    sentence: str

    @property
    def is_reused(self) -> bool:
        """True where the test set had been opened before: then it is no test of this any more."""
        return self.opening > 1

    def to_dict(self) -> dict[str, Any]:
        """Give the result as in `test` of results.json."""
        return {
            "metric": {"name": self.metric.name, "goal": self.metric.goal.value},
            "digest": self.digest,
            "opening": self.opening,
            "reused": self.is_reused,
            "opened_before_by": list(self.others),
            "reason": self.reason,
            "runs": self.n_runs,
            "notes": list(self.notes),
            "variants": [one.to_dict() for one in self.variants],
            "comparisons": [one.to_dict() for one in self.comparisons],
            "sentence": self.sentence,
        }
