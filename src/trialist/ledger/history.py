"""What a study's log says, read back: plans, attempts, sessions, looks, deviations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialist.ledger.protocol_log import Entry, LogKind
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord

AttemptKey = tuple[str, int, int]
"""An attempt: variant, seed, number from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One coordinator's work on the study.

    Attributes:
        workers: Processes that trained at the same time.
        began: When it began, in seconds since the epoch.
        seconds: From there to the last line before the next session.
        file: The study file as it was typed; None for a study made in Python.
        overrides: The overrides as they were typed.
        store: The store as it was typed.
    """

    workers: int
    began: float
    seconds: float
    file: str | None
    overrides: tuple[str, ...]
    store: str


@dataclass(frozen=True, slots=True)
class History:
    """A log's entries, and what they amount to."""

    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def registered(self) -> Mapping[str, Any] | None:
        """The last registration; None where no plan was registered."""
        found = list(self._of(LogKind.REGISTERED))
        return found[-1] if found else None

    @property
    def plan_hash(self) -> str | None:
        """The hash of the plan that was registered last."""
        return None if self.registered is None else str(self.registered["plan"])

    @property
    def started(self) -> frozenset[AttemptKey]:
        """The attempts that were started."""
        return frozenset(
            (str(one["variant"]), int(one["seed"]), int(one["attempt"]))
            for one in self._of(LogKind.STARTED)
        )

    @property
    def deviations(self) -> tuple[str, ...]:
        """What is not as planned, as sentences, each once."""
        return tuple(dict.fromkeys(str(one["message"]) for one in self._of(LogKind.DEVIATION)))

    @property
    def extensions(self) -> tuple[tuple[int, int], ...]:
        """The seeds per variant before and after each extension of an open-ended study."""
        return tuple((int(one["before"]), int(one["seeds"])) for one in self._of(LogKind.EXTENDED))

    @property
    def sessions(self) -> tuple[SessionLine, ...]:
        """The coordinators' sessions, oldest first."""
        places = [k for k, entry in enumerate(self.entries) if entry.kind == LogKind.SESSION]
        ends = [*places, len(self.entries)][1:]
        return tuple(self._session(k, end) for k, end in zip(places, ends, strict=True))

    def looks(self, plan_hash: str) -> tuple[Mapping[str, Any], ...]:
        """Give the looks that were taken under a plan."""
        return tuple(one for one in self._of(LogKind.LOOK) if one["plan"] == plan_hash)

    def verdict(self, plan_hash: str) -> Mapping[str, Any] | None:
        """Give the verdict line of a plan; None where there is none."""
        found = [one for one in self._of(LogKind.VERDICT) if one["plan"] == plan_hash]
        return found[-1] if found else None

    def settled(self, records: Collection[RunRecord], plan_hash: str) -> tuple[RunRecord, ...]:
        """Give the runs among `records` that will not be tried again under a plan.

        Those are the runs with a result, and those that were given up; but while no run at all
        has a result, something outside may be wrong, and nothing is settled.
        """
        if not any(record.status.has_result for record in records):
            return ()
        given_up = {
            (one["variant"], one["seed"])
            for one in self._of(LogKind.GAVE_UP)
            if one["plan"] == plan_hash
        }
        return tuple(
            record
            for record in records
            if record.status.has_result
            or (record.status is RunStatus.FAILED and (record.variant, record.seed) in given_up)
        )

    def _of(self, kind: LogKind) -> Iterator[Mapping[str, Any]]:
        return (entry.fields for entry in self.entries if entry.kind == kind)

    def _session(self, place: int, end: int) -> SessionLine:
        fields = self.entries[place].fields
        return SessionLine(
            workers=int(fields["workers"]),
            began=float(fields["time"]),
            seconds=float(self.entries[end - 1].fields["time"] - fields["time"]),
            file=fields.get("file"),
            overrides=tuple(fields.get("overrides", ())),
            store=str(fields.get("store", "experiments")),
        )
