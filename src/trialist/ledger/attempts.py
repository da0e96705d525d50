"""What the store knows of the attempts at a run, and which one counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from trialist.ledger.closing import Closing, read_closing
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import AttemptKey, History
from trialist.ledger.journal import Journal, read_journal
from trialist.ledger.journalsummary import JournalSummary, summary_of
from trialist.ledger.lineage import Lineage, lineage_of
from trialist.ledger.searchlog import search_log
from trialist.ledger.winners import without_winner
from trialist.values.events import FailureKind, RunStatus, decode_number, encode_number
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a run, as the store tells it.

    Attributes:
        number: From 1.
        status: How it ended; `running` where nothing says that it ended.
        value: The goal metric, where it finished.
        failure: Why it failed.
        message: The failure's message.
        last_step: The last step it logged.
        seconds: How long the trial function took; of an attempt that died unseen, up to its last
            line.
        digest: SHA-256 of the journal up to the end line.
        plan_hash: The plan it belongs to; None where it died before its start line.
    """

    number: int
    status: RunStatus
    value: float | None = None
    failure: FailureKind | None = None
    message: str | None = None
    last_step: int | None = None
    seconds: float | None = None
    digest: str | None = None
    plan_hash: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the attempt as plain data, for a message."""
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "status": self.status.value,
            "value": None if self.value is None else encode_number(self.value),
            "failure": self.failure.value if self.failure else None,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Attempt:
        """Give the attempt back from plain data."""
        value, failure = data["value"], data["failure"]
        return cls(
            **{name: data[name] for name in _PLAIN},
            status=RunStatus(data["status"]),
            value=None if value is None else decode_number(value),
            failure=FailureKind(failure) if failure else None,
        )


_PLAIN = ("number", "message", "last_step", "seconds", "digest", "plan_hash")


def read_attempts(folder: StudyFolder, variant: str, seed: int) -> tuple[Attempt, ...]:
    """Give all attempts at a run, oldest first."""
    return tuple(
        read_attempt(folder, variant, seed, number) for number in folder.attempts(variant, seed)
    )


def read_attempt(folder: StudyFolder, variant: str, seed: int, number: int) -> Attempt:
    """Give one attempt.

    Raises:
        JournalError: If its journal is damaged.
    """
    journal = _journal(folder, variant, seed, number)
    if journal is not None and journal.end is not None:
        return _ended(number, journal, journal.end)
    closing = read_closing(folder.attempt(variant, seed, number))
    return Attempt(
        number=number,
        status=closing.status if closing else RunStatus.RUNNING,
        failure=closing.failure if closing else None,
        message=closing.message if closing else None,
        last_step=journal.last_step if journal else None,
        seconds=_seconds(journal, closing) if closing else None,
        plan_hash=journal.start.get("plan") if journal else None,
    )


def _seconds(journal: Journal | JournalSummary | None, closing: Closing) -> float | None:
    if closing.seconds is not None:
        return closing.seconds
    return journal.seconds if journal else None


def _journal(
    folder: StudyFolder, variant: str, seed: int, number: int
) -> Journal | JournalSummary | None:
    if folder.index is not None:
        return summary_of(folder, f"{variant}/seed-{seed}/attempt-{number}")
    path = folder.attempt(variant, seed, number) / "journal.jsonl"
    return read_journal(path) if path.exists() else None


def _ended(number: int, journal: Journal | JournalSummary, end: Mapping[str, Any]) -> Attempt:
    failure = end.get("failure")
    value = end.get("value")
    return Attempt(
        number=number,
        status=RunStatus(end["status"]),
        value=None if value is None else decode_number(value),
        failure=FailureKind(failure) if failure else None,
        message=end.get("message"),
        last_step=journal.last_step,
        seconds=end.get("seconds"),
        digest=journal.digest,
        plan_hash=journal.start.get("plan"),
    )


def record_of(
    variant: str, seed: int, attempts: Sequence[Attempt], *, folder: StudyFolder
) -> RunRecord | None:
    """Give the run that `attempts` amount to; None where there is no attempt.

    The attempt with a result counts; without one, the last attempt does. A run whose last attempt
    was lost with its coordinator has not failed: it is `stopped`, to be started again.
    """
    if not attempts:
        return None
    counting = next((one for one in attempts if one.status.has_result), attempts[-1])
    return RunRecord(
        variant=variant,
        seed=seed,
        status=RunStatus.STOPPED if counting.failure is FailureKind.LOST else counting.status,
        value=counting.value if counting.status is RunStatus.FINISHED else None,
        failure=counting.failure,
        error=counting.message,
        attempts=len(attempts),
        last_step=counting.last_step,
        seconds=counting.seconds,
        journal=folder.journal_name(variant, seed, counting.number),
        journal_digest=counting.digest,
        plan_hash=counting.plan_hash,
    )


def read_records(folder: StudyFolder, plan: Plan, history: History) -> tuple[RunRecord, ...]:
    """Give every run of `plan` that has an attempt, in the plan's order (seed, then variant).

    Only attempts that the log says were started count: a journal that appeared from elsewhere is
    no evidence. Where the plan was amended, runs of earlier plans count as far as they are what
    this one asks for.
    """
    lineage = lineage_of(folder, plan, history)
    started: dict[tuple[str, int], list[int]] = {}
    for variant_name, seed, number in sorted(history.started):
        started.setdefault((variant_name, seed), []).append(number)
    records = [
        _record_under(folder, variant.name, seed, lineage=lineage, started=started)
        for seed in plan.seeds
        for variant in plan.variants
    ]
    if folder.index is not None:
        folder.index.flush()
    found = tuple(record for record in records if record is not None)
    if plan.search is None:
        return found
    log = search_log(plan, history, lineage.equals)
    there = {(record.variant, record.seed) for record in found}
    return (*found, *without_winner(plan, log, there))


def _record_under(
    folder: StudyFolder,
    variant: str,
    seed: int,
    *,
    lineage: Lineage,
    started: Mapping[tuple[str, int], Sequence[int]],
) -> RunRecord | None:
    # An attempt whose folder is gone, or that has no journal, belongs to no plan.
    numbers = started.get((variant, seed), ())
    attempts = [
        attempt
        for attempt in (read_attempt(folder, variant, seed, number) for number in numbers)
        if lineage.takes(attempt.plan_hash, variant, has_result=attempt.status.has_result)
    ]
    # A run of the plan's own code comes before one of other code.
    attempts.sort(key=lambda one: lineage.other_code(one.plan_hash) is not None)
    record = record_of(variant, seed, attempts, folder=folder)
    code = None if record is None else lineage.other_code(record.plan_hash)
    return record if record is None or code is None else replace(record, code=code)


def superseded_runs(folder: StudyFolder, plan: Plan, history: History) -> tuple[RunRecord, ...]:
    """Give the runs with a result that earlier plans asked for and `plan` does not."""
    lineage = lineage_of(folder, plan, history)
    if len(lineage.plans) == 1:
        return ()
    counts = {(one.variant, one.journal) for one in read_records(folder, plan, history)}
    started = history.started
    found = (
        record_of(variant, seed, [attempt], folder=folder)
        for variant in folder.variants()
        for seed in folder.seeds(variant)
        for attempt in read_attempts(folder, variant, seed)
        if attempt.status.has_result
        and attempt.plan_hash in lineage.plans
        and (variant, seed, attempt.number) in started
    )
    return tuple(
        run for run in found if run is not None and (run.variant, run.journal) not in counts
    )


def strange_attempts(folder: StudyFolder, history: History) -> tuple[AttemptKey, ...]:
    """Give the attempts that have a journal although the log says of no start."""
    started = history.started
    return tuple(
        (variant, seed, number)
        for variant in folder.variants()
        for seed in folder.seeds(variant)
        for number in folder.attempts(variant, seed)
        if (variant, seed, number) not in started
        and (folder.attempt(variant, seed, number) / "journal.jsonl").exists()
    )
