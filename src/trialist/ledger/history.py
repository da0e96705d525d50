"""What a study's log says, read back: plans, attempts, sessions, looks, deviations."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialist.ledger.protocol_log import Entry, LogKind
from trialist.values.amendment import Amendment
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord

AttemptKey = tuple[str, int, int]
"""An attempt: variant, seed, number from 1."""

_REGISTERS = (LogKind.REGISTERED, LogKind.AMENDED)
"""Lines that say which plan holds from there on."""

_WORK = (
    *(LogKind.SESSION, LogKind.STARTED, LogKind.GAVE_UP, LogKind.CHECKED),
    *(LogKind.PROPOSED, LogKind.TOLD, LogKind.RUNG),
    *(LogKind.PART, LogKind.EVOLVED, LogKind.SELECTED),
    *(LogKind.LOOK, LogKind.VERDICT),
)
"""Lines that a coordinator writes while it works on the study."""


_OF_SEARCHES = (
    *(LogKind.PROPOSED, LogKind.TOLD, LogKind.RUNG),
    *(LogKind.PART, LogKind.EVOLVED, LogKind.SELECTED),
)

REPEAT, SEEDS = "repeat", "seeds"
"""The checks: one run made once more, and whether the seed changes anything."""


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
        host: The machine that it ran on; None where an earlier version did not say.
        user: Who started it; None where an earlier version did not say.
    """

    workers: int
    began: float
    seconds: float
    file: str | None
    overrides: tuple[str, ...]
    store: str
    host: str | None = None
    user: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """A log's entries, and what they amount to."""

    entries: Sequence[Entry] = field(default_factory=tuple)

    @property
    def registered(self) -> Mapping[str, Any] | None:
        """The last registration, an amendment among them; None where no plan was registered."""
        places = self._registrations
        return self.entries[places[-1]].fields if places else None

    @property
    def plan_hash(self) -> str | None:
        """The hash of the plan that was registered last."""
        return None if self.registered is None else str(self.registered["plan"])

    @property
    def n_registered(self) -> int:
        """How often a plan was registered before the first amendment."""
        return sum(entry.kind == LogKind.REGISTERED for entry in self.entries)

    @property
    def amendments(self) -> tuple[Amendment, ...]:
        """The changes of the plan after its first result, oldest first."""
        return tuple(Amendment.from_dict(one) for one in self._of(LogKind.AMENDED))

    @property
    def started(self) -> frozenset[AttemptKey]:
        """The attempts that were started."""
        return frozenset(
            (str(one["variant"]), int(one["seed"]), int(one["attempt"]))
            for one in self._of(LogKind.STARTED)
            if one["seed"] is not None  # a run without a plan may have none
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

    @property
    def adopted(self) -> tuple[Entry, ...]:
        """The lines that made a variant the new baseline, oldest first."""
        return tuple(one for one in self.entries if one.kind == LogKind.ADOPTED)

    @property
    def openings(self) -> tuple[Entry, ...]:
        """The openings of the sealed test set, oldest first."""
        return tuple(one for one in self.entries if one.kind == LogKind.OPENED)

    def tested(self, opening: str) -> Mapping[str, Any] | None:
        """Give what came of an opening, by the hash of its line; None where it is not done."""
        found = (one for one in self._of(LogKind.TESTED) if one["opening"] == opening)
        return next(found, None)

    def check(self, check: str, plan_hash: str) -> Mapping[str, Any] | None:
        """Give what a check of a plan found last; None where it was never made."""
        found = [
            one
            for one in self._of(LogKind.CHECKED)
            if (one["check"], one["plan"]) == (check, plan_hash)
        ]
        return found[-1] if found else None

    def is_repeatable(self, plan_hash: str) -> bool:
        """Tell whether runs of a plan repeat, as far as is known: only then are seeds pairs."""
        repeat = self.check(REPEAT, plan_hash)
        return repeat is None or repeat["equal"] is not False

    def looks(self, plan_hash: str) -> tuple[Mapping[str, Any], ...]:
        """Give the looks that were taken under a plan since it was registered last."""
        return tuple(self._under(LogKind.LOOK, plan_hash))

    def verdict(self, plan_hash: str) -> Mapping[str, Any] | None:
        """Give the verdict line of a plan since it was registered last; None where none is."""
        found = list(self._under(LogKind.VERDICT, plan_hash))
        return found[-1] if found else None

    def searched(self, plan_hashes: Collection[str]) -> tuple[Entry, ...]:
        """Give what the log says of the searches of some plans."""
        return tuple(
            entry
            for entry in self.entries
            if entry.kind in _OF_SEARCHES and entry.fields["plan"] in plan_hashes
        )

    def settled(self, records: Collection[RunRecord], plan_hash: str) -> tuple[RunRecord, ...]:
        """Give the runs among `records` that will not be tried again under a plan.

        Those are the runs with a result, and those that were given up; but while no run at all
        has a result, something outside may be wrong, and nothing is settled.
        """
        if not any(record.status.has_result for record in records):
            return ()
        given_up = {(one["variant"], one["seed"], one["plan"]) for one in self._of(LogKind.GAVE_UP)}
        return tuple(
            record
            for record in records
            if record.status.has_result
            or (
                record.status is RunStatus.FAILED
                and (record.variant, record.seed, record.plan_hash or plan_hash) in given_up
            )
        )

    @property
    def _registrations(self) -> list[int]:
        return [place for place, entry in enumerate(self.entries) if entry.kind in _REGISTERS]

    def _under(self, kind: LogKind, plan_hash: str) -> Iterator[Mapping[str, Any]]:
        # A plan that was changed and changed back is judged anew.
        since = [k for k in self._registrations if self.entries[k].fields["plan"] == plan_hash]
        entries = self.entries[since[-1] :] if since else self.entries
        return (
            entry.fields
            for entry in entries
            if entry.kind == kind and entry.fields["plan"] == plan_hash
        )

    def _of(self, kind: LogKind) -> Iterator[Mapping[str, Any]]:
        return (entry.fields for entry in self.entries if entry.kind == kind)

    def _session(self, place: int, end: int) -> SessionLine:
        fields = self.entries[place].fields
        # What the next command wrote before its own line is none of this one's time, and neither is
        # a run that somebody makes again next year.
        own = [one for one in self.entries[place:end] if one.kind in _WORK]
        return SessionLine(
            workers=int(fields["workers"]),
            began=float(fields["time"]),
            seconds=float(own[-1].fields["time"] - fields["time"]),
            file=fields.get("file"),
            overrides=tuple(fields.get("overrides", ())),
            store=str(fields.get("store", "experiments")),
            host=fields.get("host"),
            user=fields.get("user"),
        )
