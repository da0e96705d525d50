"""A run as the store has it, with everything that is needed to make it again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.registration import history_of
from trialist.ledger.attemptfacts import read_attempt_facts
from trialist.ledger.attempts import read_attempts, read_records
from trialist.ledger.facts import FactsFolder
from trialist.ledger.folder import StudyFolder, attempt_number
from trialist.ledger.history import History
from trialist.ledger.journal import Journal, read_journal
from trialist.ledger.lineage import earlier_plan, registered_plan
from trialist.ledger.mergedrows import rows_of
from trialist.ledger.store import Store
from trialist.values.errors import LedgerError, near
from trialist.values.events import decode_number
from trialist.values.plan import Plan
from trialist.values.points import Point
from trialist.values.seeds import SeedSet

_RUN = re.compile(r"(?:(?P<study>[^/]+)/)?(?P<variant>[^/]+)/seed-(?P<seed>\d+)/?")
RETURNED = "returned "
"""Stands before the name of what a trial function returned at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One finished run.

    Attributes:
        folder: Its study's folder.
        variant: Its variant.
        seed: Its seed.
        number: The attempt whose result counts.
        plan: The plan that it was made under.
        journal: That attempt's journal.
        points: Every number that it reported, those of a resumed attempt among them.
        facts: The facts of its session; None for a run of an earlier version.
        attempt: Its provenance.json; None for a run of an earlier version.
    """

    folder: StudyFolder
    variant: str
    seed: int
    number: int
    plan: Plan
    journal: Journal
    points: tuple[Point, ...]
    facts: FactsFolder | None
    attempt: Mapping[str, Any] | None

    @property
    def name(self) -> str:
        """The run as a person writes it."""
        return f"{self.variant}/seed-{self.seed}"

    @property
    def place(self) -> Path:
        """The attempt's folder."""
        return self.journal.path.parent

    @property
    def start(self) -> Mapping[str, Any]:
        """The start line."""
        return self.journal.start

    @property
    def seeds(self) -> SeedSet:
        """The random sources that it was given."""
        return SeedSet(**self.start["seeds"])

    @property
    def threads(self) -> int:
        """The CPU threads that it had."""
        return int(self.start["threads"])

    @property
    def history(self) -> History:
        """What the study's log says."""
        return history_of(self.folder)


def find_recorded(run: str, store: Store) -> Recorded:
    """Find a run.

    Args:
        run: `variant/seed-3` of the newest study, or `study/variant/seed-3`.
        store: Where studies lie.

    Raises:
        LedgerError: If there is no such run, or it has no result, or its record is damaged.
    """
    said = _RUN.fullmatch(run)
    if said is None:
        raise LedgerError(
            f"{run!r} names no run", todo="write variant/seed-3, or study/variant/seed-3"
        )
    folder = store.find(said["study"])
    variant, seed = said["variant"], int(said["seed"])
    _check_there(folder, variant, seed)
    number = _counting(folder, variant, seed)
    place = folder.attempt(variant, seed, number)
    journal = read_journal(place / "journal.jsonl")
    start = journal.start
    return Recorded(
        folder=folder,
        variant=variant,
        seed=seed,
        number=number,
        plan=earlier_plan(folder, str(start["plan"])),
        journal=journal,
        points=points_of(folder.run(variant, seed), number),
        facts=FactsFolder.of(folder.provenance, start["facts"]) if "facts" in start else None,
        attempt=read_attempt_facts(place, start["provenance"]) if "provenance" in start else None,
    )


def _check_there(folder: StudyFolder, variant: str, seed: int) -> None:
    if variant not in folder.variants():
        raise LedgerError(
            f"{folder.name} has no runs of {variant!r}",
            where=str(folder.root),
            todo=near(variant, folder.variants()),
        )
    if seed not in folder.seeds(variant):
        known = [f"seed-{one}" for one in folder.seeds(variant)]
        raise LedgerError(
            f"{folder.name} has no run {variant}/seed-{seed}",
            where=str(folder.variant(variant)),
            todo=near(f"seed-{seed}", known),
        )


def _counting(folder: StudyFolder, variant: str, seed: int) -> int:
    """Give the attempt that the verdict uses; of a superseded run, its first with a result."""
    history = history_of(folder)
    records = read_records(folder, registered_plan(folder, history), history)
    for record in records:
        if (record.variant, record.seed) == (variant, seed) and record.status.has_result:
            return attempt_number(Path(record.journal or "").parent) or 1
    attempts = read_attempts(folder, variant, seed)
    for attempt in attempts:
        if attempt.status.has_result and (variant, seed, attempt.number) in history.started:
            return attempt.number
    ends = ", ".join(f"attempt {one.number} {one.status.value}" for one in attempts)
    raise LedgerError(
        f"{variant}/seed-{seed} has no result to compare with ({ends or 'no attempt'})",
        where=str(folder.run(variant, seed)),
        todo="name a run that finished: `trialist status` shows how the runs stand",
    )


def points_of(run: Path, number: int) -> tuple[Point, ...]:
    """Give every number that a run reported, up to the end of one attempt.

    What a resumed attempt took over from earlier ones belongs to the run.
    """
    place = run / f"attempt-{number}"
    journal = read_journal(place / "journal.jsonl")
    points = [
        Point(metric=name, step=row.step, value=value)
        for row in rows_of(place)
        for name, value in row.values.items()
    ]
    end = journal.end or {}
    returned = {**end.get("returned", {})}
    if end.get("value") is not None and not returned:
        returned[str(journal.start["metric"])] = end["value"]
    points += [
        Point(metric=f"{RETURNED}{name}", step=None, value=decode_number(value))
        for name, value in returned.items()
    ]
    return tuple(points)
