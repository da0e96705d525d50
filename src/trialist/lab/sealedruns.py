"""What an opening of the sealed test set evaluated, read from the study's folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.ledger.checkpoints import judged_checkpoint
from trialist.ledger.folder import StudyFolder, attempt_number, attempts_in
from trialist.ledger.history import History
from trialist.ledger.journal import Journal, read_journal
from trialist.ledger.protocol_log import Entry
from trialist.ledger.storelog import OPENINGS, remembered
from trialist.values.errors import JournalError
from trialist.values.events import RunStatus, decode_number
from trialist.values.evidence import RunRecord
from trialist.values.metric import Metric
from trialist.values.plan import Plan, Protocol
from trialist.values.sealed import TEST, PlannedSeal, SealedResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A trained run that an opening evaluates: an artifact of its line in the log.

    Attributes:
        variant: Its variant.
        seed: Its seed.
        attempt: The attempt whose result counts.
        journal: The digest of that attempt's journal.
        file: The checkpoint whose validation was judged; empty where none was saved.
        sha256: The digest of that file; empty without one.
    """

    variant: str
    seed: int
    attempt: int
    journal: str
    file: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        """The run as a person writes it."""
        return f"{self.variant}/seed-{self.seed}"

    def to_dict(self) -> dict[str, Any]:
        """Give the artifact as plain data."""
        return {
            "run": self.name,
            "attempt": self.attempt,
            "journal": self.journal,
            "file": self.file,
            "sha256": self.sha256,
        }


def trained_runs(
    folder: StudyFolder, plan: Plan, records: Iterable[RunRecord]
) -> tuple[Trained, ...]:
    """Give the artifacts: for each finished run the checkpoint that its result is about."""
    return tuple(
        _trained(folder, plan, record)
        for record in records
        if record.status is RunStatus.FINISHED and record.seed is not None
    )


def _trained(folder: StudyFolder, plan: Plan, record: RunRecord) -> Trained:
    place = (folder.root / (record.journal or "")).parent
    found = judged_checkpoint(place, plan.metric.goal, record.value or 0.0)
    return Trained(
        variant=record.variant,
        seed=record.seed or 0,
        attempt=attempt_number(place) or 1,
        journal=record.journal_digest or "",
        file="" if found is None else found.line.file,
        sha256="" if found is None else found.line.sha256,
    )


def home_of(folder: StudyFolder, opening: int, run: str) -> Path:
    """Give the folder of the attempts at evaluating a run; openings count from 1 in a study."""
    return folder.root / TEST / f"opening-{opening}" / run


def done_in(home: Path) -> Journal | None:
    """Give the journal of the attempt that evaluated a run; None where none came to its end."""
    for number in attempts_in(home):
        path = home / f"attempt-{number}" / "journal.jsonl"
        if path.exists():
            journal = read_journal(path)
            if journal.end is not None and RunStatus(journal.end["status"]).has_result:
                return journal
    return None


def openings_elsewhere(folder: StudyFolder, seal: PlannedSeal, history: History) -> tuple[str, ...]:
    """Give the study of each opening of a test set that is not in this study's own log."""
    from trialist.lab.registration import history_of
    from trialist.ledger.store import Store

    own = {entry.hash for entry in history.openings}
    found: dict[str, str] = {}
    store = Store(folder.root.parent, folder.index)
    for other in store.studies():
        if other.root != folder.root:
            found |= _opened(history_of(other).openings, seal, other.name)
    for entry in remembered(store.root, OPENINGS):
        if entry.fields["digest"] == seal.digest:
            found.setdefault(str(entry.fields["entry"]), str(entry.fields["study"]))
    return tuple(study for entry, study in found.items() if entry not in own)


def _opened(entries: Iterable[Entry], seal: PlannedSeal, study: str) -> dict[str, str]:
    return {one.hash: study for one in entries if one.fields["digest"] == seal.digest}


def n_openings_before(history: History, plan_hash: str) -> int:
    """Give how often this study had opened its test when its verdict was written down.

    Without a verdict: how often until now. What is judged after an opening has seen the test.
    """
    logged = history.verdict(plan_hash)
    end = len(history.entries) if logged is None else int(logged["i"])
    return sum(int(one.fields["i"]) < end for one in history.openings)


def last_opening(history: History, *, tested: bool) -> Entry | None:
    """Give the last opening that is done, or the one that was cut short."""
    found = [one for one in history.openings if (history.tested(one.hash) is not None) is tested]
    if tested:
        return found[-1] if found else None
    return found[-1] if found and found[-1].hash == history.openings[-1].hash else None


def number_of(history: History, opening: Entry) -> int:
    """Give which opening of its study it is, from 1."""
    return 1 + [one.hash for one in history.openings].index(opening.hash)


def result_of_test(
    folder: StudyFolder, plan: Plan, history: History, protocol: Protocol
) -> SealedResult | None:
    """Give what came of the last opening that is done; None where there is none."""
    opening = last_opening(history, tested=True)
    if opening is None or plan.test is None:
        return None
    from trialist.analysis.evidence import evidence_at
    from trialist.decide.sealed import sealed_result

    done = history.tested(opening.hash) or {}
    records = tuple(_records(folder, number_of(history, opening), done["runs"]))
    judged = _protocol(protocol, plan.test, records, plan)
    return sealed_result(
        judged,
        evidence_at(judged, records, look_index=1, seeds=None),
        digest=str(opening.fields["digest"]),
        opening=int(opening.fields["opening"]),
        others=tuple(opening.fields["others"]),
        reason=opening.fields["reason"],
        notes=tuple(done["notes"]),
    )


def _records(
    folder: StudyFolder, number: int, runs: Sequence[Mapping[str, Any]]
) -> Iterator[RunRecord]:
    for one in runs:
        path = home_of(folder, number, one["run"]) / f"attempt-{one['attempt']}" / "journal.jsonl"
        journal = read_journal(path)
        if journal.digest != one["sha256"]:
            raise JournalError(
                "the journal is not the one that was written down: its digest differs",
                where=str(path),
                todo="bring the study's folder `test` back from a copy",
            )
        end = journal.end or {}
        variant, _, seed = str(one["run"]).rpartition("/seed-")
        status = RunStatus(end["status"])
        yield RunRecord(
            variant=variant,
            seed=int(seed),
            status=status,
            value=decode_number(end["value"]) if status is RunStatus.FINISHED else None,
            seconds=end.get("seconds"),
            journal_digest=journal.digest,
        )


def _protocol(
    protocol: Protocol, seal: PlannedSeal, records: Sequence[RunRecord], plan: Plan
) -> Protocol:
    from trialist.design.protocol import implied_protocol
    from trialist.values.sealed import is_alike

    relevant = plan.metric.relevant if is_alike(seal.metric, plan.metric.name) else None
    metric = Metric(name=seal.metric, goal=seal.goal, relevant=relevant)
    counts = [sum(one.variant == name for one in records) for name in protocol.variants]
    made = implied_protocol(
        metric=metric.seen([one.value for one in records if one.value is not None]),
        variants=protocol.variants,
        baseline=protocol.baseline,
        n=max(1, *counts),
        paired=protocol.paired,
        mode=protocol.mode,
        scope="these trained runs on the sealed test set",
    )
    return replace(made, registered=True, replicate=protocol.replicate)


def sealed_faults(folder: StudyFolder, history: History) -> Iterator[tuple[str, str]]:
    """Give what does not hold of the evaluations on the sealed test set: place and message."""
    for opening in history.openings:
        done = history.tested(opening.hash)
        try:
            for _ in _records(folder, number_of(history, opening), (done or {}).get("runs", ())):
                pass
        except JournalError as error:
            mistake = error.mistakes[0]
            yield mistake.where or str(folder.root / TEST), mistake.message
        except OSError as error:
            yield str(error.filename or folder.root / TEST), "the journal is missing"
