"""`trialist verify`: walks the chain, checks every journal, and computes the verdict again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.followup import parent_changes
from trialist.lab.freeruns import free_faults, n_journals
from trialist.lab.provenancefaults import provenance_faults
from trialist.lab.registration import missing_attempts, planted_attempts
from trialist.lab.report import result_from_store
from trialist.lab.resultsdigest import predicted_outcomes, results_digest
from trialist.lab.sealedruns import sealed_faults
from trialist.lab.statefaults import state_faults
from trialist.ledger.anchor import AnchorCheck, check_anchors, read_anchors
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import STATE, is_free
from trialist.ledger.history import History
from trialist.ledger.journal import read_journal
from trialist.ledger.lineage import earlier_plan
from trialist.ledger.protocol_log import Chain, Entry, read_chain
from trialist.ledger.soundness import used_runs
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import JournalError, LedgerError, TrialistError
from trialist.values.results import Results

_SHORTEST_HEAD = 12
_SINCE = ("protocol", "methods")  # not in results.json of the first version


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that does not hold, and where."""

    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of a study found.

    Attributes:
        study: The study's name.
        faults: Everything that does not hold; empty where all does.
        n_entries: Lines of the log.
        n_journals: Journals that were checked against the log.
        anchored: Entries up to which the log fits its anchor; 0 without an anchor here.
        head: The hash of the log's last line.
        has_verdict: True where the log holds a verdict that was computed again.
        sentences: The verdicts as they were computed again.
        remarks: What is worth knowing and is no fault of this record, as sentences.
    """

    study: str
    faults: tuple[Fault, ...]
    n_entries: int
    n_journals: int
    anchored: int
    head: str
    has_verdict: bool
    sentences: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """True where nothing was found."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """Give the verification as plain data."""
        return {
            "study": self.study,
            "holds": self.holds,
            "faults": [{"where": fault.where, "message": fault.message} for fault in self.faults],
            "entries": self.n_entries,
            "journals": self.n_journals,
            "anchored_up_to": self.anchored,
            "head": self.head,
            "has_verdict": self.has_verdict,
            "sentences": list(self.sentences),
            "remarks": list(self.remarks),
        }


def verify(
    study: str | None = None, *, store: str | Path = "experiments", anchor: str | None = None
) -> Verification:
    """Check a study: its log, its journals, its plan, its results; nothing is written.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
        anchor: `COUNT:HEAD` as a report prints it, to check the log against.
    """
    folder = Store(Path(store)).find(study)
    chain = read_chain(folder.ledger)
    if is_free(folder):
        return _verify_free(folder, chain)
    history = History(chain.entries)
    faults = list(_chain_faults(folder, chain))
    anchored = check_anchors(read_anchors(folder.root), chain.entries)
    if not chain.faults:  # behind a fault nothing is known, so nothing is missing either
        faults += _anchor_faults(folder, anchored)
    if anchor is not None:
        faults += _given_anchor_faults(folder, chain.entries, anchor)
    used = used_runs(chain.entries)
    faults += _plan_faults(folder, chain.entries)
    faults += [
        Fault(where=str(folder.root / "trials"), message=message)
        for message in (
            *missing_attempts(folder, history),
            *(one for one in planted_attempts(folder, history) if one not in history.deviations),
        )
    ]
    damaged = [fault for run in used for fault in _journal_faults(folder, run)]
    faults += damaged or _state_faults(folder, used)
    faults += [
        Fault(where=one.where or str(folder.root), message=one.message)
        for one in provenance_faults(folder, used)
    ]
    faults += [Fault(where=place, message=said) for place, said in sealed_faults(folder, history)]
    parents = parent_changes(folder, history)
    faults += [Fault(where=one.where, message=one.message) for one in parents if one.is_broken]
    sentences: tuple[str, ...] = ()
    if not faults:
        more, sentences = _result_faults(folder, history)
        faults += more
    return Verification(
        study=folder.name,
        faults=tuple(faults),
        n_entries=len(chain.entries),
        n_journals=len(used),
        anchored=anchored.anchored,
        head=chain.head,
        has_verdict=history.verdict(history.plan_hash or "") is not None,
        sentences=sentences,
        remarks=tuple(one.message for one in parents if not one.is_broken),
    )


def _verify_free(folder: StudyFolder, chain: Chain) -> Verification:
    faults = list(_chain_faults(folder, chain))
    faults += [Fault(where=place, message=said) for place, said in free_faults(folder, chain)]
    return Verification(
        study=folder.name,
        faults=tuple(faults),
        n_entries=len(chain.entries),
        n_journals=n_journals(folder),
        anchored=0,
        head=chain.head,
        has_verdict=False,
        sentences=(),
        remarks=(f"These are {STATE}: nothing was registered, and nothing is anchored.",),
    )


def _chain_faults(folder: StudyFolder, chain: Chain) -> Iterator[Fault]:
    for fault in chain.faults:
        yield Fault(
            where=f"{folder.ledger}:{fault.line}", message=f"line {fault.line} {fault.message}"
        )
    if chain.torn:
        line = len(chain.entries) + 1
        yield Fault(where=f"{folder.ledger}:{line}", message=f"line {line} is cut off")
    if not chain.entries and not chain.faults:
        yield Fault(where=str(folder.ledger), message="the log is empty")


def _anchor_faults(folder: StudyFolder, check: AnchorCheck) -> list[Fault]:
    return [Fault(where=str(folder.ledger), message=check.fault)] if check.fault else []


def _given_anchor_faults(
    folder: StudyFolder, entries: Sequence[Entry], given: str
) -> Iterator[Fault]:
    count, _, head = given.partition(":")
    if not count.isdigit() or len(head) < _SHORTEST_HEAD:
        raise LedgerError(
            f"the anchor {given!r} cannot be read",
            todo="give it as a report prints it, COUNT:HEAD, with 12 digits of the head or more",
        )
    number = int(count)
    if number > len(entries) or number < 1:
        message = f"the log has {len(entries)} sound entries, the anchor knows {number}"
        yield Fault(where=str(folder.ledger), message=message)
    elif not entries[number - 1].hash.startswith(head):
        found = entries[number - 1].hash[: len(head)]
        message = f"entry {number} is {found}, the anchor says {head}"
        yield Fault(where=f"{folder.ledger}:{number}", message=message)


def _plan_faults(folder: StudyFolder, entries: Sequence[Entry]) -> Iterator[Fault]:
    history = History(entries)
    wanted = history.plan_hash
    try:
        found = read_plan(folder).hash
        for one in history.amendments:
            earlier_plan(folder, one.before)
    except LedgerError as error:
        mistake = error.mistakes[0]
        yield Fault(where=mistake.where or str(folder.plan_file), message=mistake.message)
        return
    if wanted is not None and found != wanted:
        yield Fault(
            where=str(folder.plan_file),
            message=f"the plan has hash {found[:19]}, registered is {wanted[:19]}",
        )


def _state_faults(folder: StudyFolder, used: Sequence[Mapping[str, Any]]) -> list[Fault]:
    try:
        plan = read_plan(folder)
    except LedgerError:  # told where the plan is checked
        return []
    ended = [run for run in used if run["sha256"] is not None]
    found = state_faults(folder, plan, ended)
    return [Fault(where=where, message=message) for where, message in found]


def _journal_faults(folder: StudyFolder, run: Mapping[str, Any]) -> Iterator[Fault]:
    if run["sha256"] is None:  # a run that was given up has no end line to hold on to
        return
    path = folder.root / run["journal"]
    try:
        journal = read_journal(path)
    except JournalError as error:
        mistake = error.mistakes[0]
        yield Fault(where=mistake.where or str(path), message=mistake.message)
        return
    except OSError:
        yield Fault(where=str(path), message="the journal is missing")
        return
    if journal.digest != run["sha256"]:
        message = "the journal is not the one that was judged: its digest differs"
        yield Fault(where=str(path), message=message)


def _result_faults(folder: StudyFolder, history: History) -> tuple[list[Fault], tuple[str, ...]]:
    try:
        result = result_from_store(folder)
    except TrialistError as error:
        mistake = error.mistakes[0]
        return [Fault(where=mistake.where or str(folder.root), message=mistake.message)], ()
    sentences = tuple(verdict.sentence for verdict in result.results.comparisons)
    faults = list(_verdict_faults(folder, history, result.results))
    faults += _results_file_faults(folder, result.to_dict())
    return faults, sentences


def _verdict_faults(folder: StudyFolder, history: History, results: Results) -> Iterator[Fault]:
    logged = history.verdict(results.plan_hash or "")
    if logged is None or _was_extended(folder, logged):
        return
    where = f"{folder.ledger}:{logged['i'] + 1}"
    found = {one.variant: one.name.value for one in results.comparisons}
    if found != logged["verdicts"]:
        message = f"the verdict computed again is {found}, logged is {logged['verdicts']}"
        yield Fault(where=where, message=message)
    elif results_digest(results) != logged["results"]:
        message = "the numbers computed again differ from the logged ones"
        yield Fault(where=where, message=message)
    elif predicted_outcomes(results).get("predictions") != logged.get("predictions"):
        message = "what became of the predictions, computed again, differs from what is logged"
        yield Fault(where=where, message=message)


def _was_extended(folder: StudyFolder, logged: Mapping[str, Any]) -> bool:
    plan = read_plan(folder)
    return plan.is_open and logged.get("seeds") != len(plan.seeds)


def _without_later(computed: list[str], written: Any) -> list[str]:
    """Leave out the caveats about unlike runs, which earlier versions did not have."""
    from trialist.decide.mixture import MIXED

    known = written if isinstance(written, list) else []
    return [one for one in computed if one in known or not one.startswith(MIXED)]


def _results_file_faults(folder: StudyFolder, computed: dict[str, Any]) -> Iterator[Fault]:
    path = folder.results_file
    if not path.exists():
        return
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        yield Fault(where=str(path), message="this file is not JSON")
        return
    computed = json.loads(json.dumps(computed))
    for key in computed:
        if key in _SINCE and key not in written:
            continue
        if key == "caveats":
            computed[key] = _without_later(computed[key], written.get(key))
        if key != "extra_runs" and written.get(key) != computed[key]:
            yield Fault(where=str(path), message=f"'{key}' is not what the journals say")
