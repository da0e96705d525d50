"""A follow-up and its family: the studies that came before it on the same variants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trialist.values.evidence import Interval
from trialist.values.missing import Missing, present
from trialist.values.verdict import Verdict, VerdictCode


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyVerdict:
    """What one study of a family said of one variant.

    Attributes:
        variant: The variant's name.
        baseline: What it was compared with.
        code: The verdict.
        is_final: False while its study could still change it.
        n: Pairs, or the size of the smaller side.
        estimate: The mean difference; plus is better.
        interval: Its interval, as that study gave it.
        sentence: The verdict in words.
    """

    variant: str
    baseline: str
    code: VerdictCode
    is_final: bool
    n: int
    estimate: float | Missing
    interval: Interval | Missing
    sentence: str

    @classmethod
    def of(cls, verdict: Verdict) -> FamilyVerdict:
        """Give what a family keeps of a verdict."""
        return cls(
            variant=verdict.variant,
            baseline=verdict.baseline,
            code=verdict.name,
            is_final=verdict.final,
            n=verdict.n,
            estimate=verdict.estimate,
            interval=verdict.interval,
            sentence=verdict.sentence,
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the verdict as in `family` of results.json."""
        interval = self.interval
        named = (("estimate", self.estimate), ("interval", interval))
        return {
            "variant": self.variant,
            "baseline": self.baseline,
            "verdict": self.code.value,
            "final": self.is_final,
            "n": self.n,
            "estimate": present(self.estimate),
            "interval": None if isinstance(interval, Missing) else [interval.low, interval.high],
            "sentence": self.sentence,
            "missing": {key: one.reason for key, one in named if isinstance(one, Missing)},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FamilyVerdict:
        """Give the verdict back from plain data."""
        missing = data["missing"]
        interval: Interval | Missing = Missing(missing.get("interval", ""))
        if data["interval"] is not None:
            interval = Interval(low=data["interval"][0], high=data["interval"][1])
        estimate = data["estimate"]
        return cls(
            variant=data["variant"],
            baseline=data["baseline"],
            code=VerdictCode(data["verdict"]),
            is_final=data["final"],
            n=data["n"],
            estimate=Missing(missing.get("estimate", "")) if estimate is None else estimate,
            interval=interval,
            sentence=data["sentence"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyMember:
    """One study of a family.

    Attributes:
        study: Its name in the store.
        plan_hash: The hash of its registered plan.
        head: The digest of the last line of its log when its follow-up was registered; None for
            the study that the report is about.
        mode: "confirm" or "explore".
        seeds: The seeds that its verdicts rest on, ascending.
        verdicts: One per comparison, in order.
    """

    study: str
    plan_hash: str
    head: str | None
    mode: str
    seeds: tuple[int, ...]
    verdicts: tuple[FamilyVerdict, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the study as in `family` of results.json."""
        return {
            "study": self.study,
            "plan_hash": self.plan_hash,
            "head": self.head,
            "mode": self.mode,
            "seeds": list(self.seeds),
            "comparisons": [verdict.to_dict() for verdict in self.verdicts],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> FamilyMember:
        """Give the study back from plain data."""
        return cls(
            study=data["study"],
            plan_hash=data["plan_hash"],
            head=data["head"],
            mode=data["mode"],
            seeds=tuple(data["seeds"]),
            verdicts=tuple(FamilyVerdict.from_dict(one) for one in data["comparisons"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a follow-up takes from the studies before it, kept in its own log.

    Attributes:
        members: Those studies, oldest first; the last one is the parent.
        used: Every seed that they have started, ascending.
        next_seed: Where seeds begin that none of them has started or planned.
        code: Files of the code that differ from the parent's, by path.
        beside: Other follow-ups of the same parent, whose comparisons are not counted.
    """

    members: tuple[FamilyMember, ...]
    used: tuple[int, ...]
    next_seed: int
    code: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the origin as in the log."""
        return {
            "members": [member.to_dict() for member in self.members],
            "used": list(self.used),
            "next_seed": self.next_seed,
            "code": list(self.code),
            "beside": list(self.beside),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Origin:
        """Give the origin back from plain data."""
        return cls(
            members=tuple(FamilyMember.from_dict(one) for one in data["members"]),
            used=tuple(data["used"]),
            next_seed=data["next_seed"],
            code=tuple(data["code"]),
            beside=tuple(data["beside"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A follow-up with all studies before it.

    Attributes:
        members: Oldest first; the last one is the study that the report is about.
        n_comparisons: Comparisons of all of them.
        error_rate: How often at most one or more of all these verdicts sees a difference that is
            not there; Missing where one of the studies explores.
        statement: What the family means for the error rate, as sentences.
    """

    members: tuple[FamilyMember, ...]
    n_comparisons: int
    error_rate: float | Missing
    statement: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the family as in results.json."""
        rate = self.error_rate
        return {
            "n_comparisons": self.n_comparisons,
            "error_rate": present(rate),
            "studies": [member.to_dict() for member in self.members],
            "statement": list(self.statement),
            "missing": {"error_rate": rate.reason} if isinstance(rate, Missing) else {},
        }
