"""Which folder a plan belongs to, and registering it there before its first run."""

from __future__ import annotations

import time
from collections.abc import Sequence

from trialist.ledger.anchor import check_anchors, read_anchors, write_anchor
from trialist.ledger.atomic import write_atomic
from trialist.ledger.attempts import Attempt, attempts_under, read_attempts, record_of
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.folder import StudyFolder
from trialist.ledger.protocol_log import Entry, LogKind, ProtocolLog, read_chain
from trialist.ledger.provenance import environment, git_state
from trialist.ledger.store import Store, read_plan
from trialist.values.canonical import canonical_json
from trialist.values.errors import LedgerError, Mistake, PlanChangedError
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.study import Study


def choose_folder(store: Store, plan: Plan, *, new: bool) -> StudyFolder:
    """Give the folder that `plan` goes on in, or a new one.

    NAME, NAME-2, ... form a series. A plan goes on where it is registered already. One that is
    registered nowhere takes the newest folder if that has no result yet.

    Args:
        store: Where studies lie.
        plan: What is to be run.
        new: True starts NAME-2 and so on, unless such a new one of this plan is unfinished.

    Raises:
        PlanChangedError: If the newest folder has results of another plan, with the difference.
    """
    series = store.series(plan.study)
    same = [folder for folder in series if registered_hash(folder) == plan.hash]
    if new:
        unfinished = [folder for folder in same if not _is_answered(folder, plan.hash)]
        if unfinished and unfinished[-1].name != plan.study:
            return unfinished[-1]
        return store.study(_next_name(plan.study, series)) if series else store.study(plan.study)
    if same:
        return same[-1]
    if not series:
        return store.study(plan.study)
    if _has_results(series[-1]):
        raise _plan_changed(series[-1], plan)
    return series[-1]


def registered_hash(folder: StudyFolder) -> str | None:
    """Give the hash of the plan that is registered last in `folder`."""
    return registered_plan(read_chain(folder.ledger).entries)


def registered_plan(entries: Sequence[Entry]) -> str | None:
    """Give the hash of the plan that a log registered last."""
    hashes = [str(entry.fields["plan"]) for entry in entries if entry.kind == LogKind.REGISTERED]
    return hashes[-1] if hashes else None


def _is_answered(folder: StudyFolder, plan_hash: str) -> bool:
    return any(
        entry.kind == LogKind.VERDICT and entry.fields["plan"] == plan_hash
        for entry in read_chain(folder.ledger).entries
    )


def _next_name(name: str, series: Sequence[StudyFolder]) -> str:
    numbers = [int(folder.name.removeprefix(f"{name}-")) for folder in series[1:]]
    return f"{name}-{max([1, *numbers]) + 1}"


def _has_results(folder: StudyFolder) -> bool:
    current = registered_hash(folder)
    return any(
        attempt.status.has_result and attempt.plan_hash == current
        for _, _, attempts in _all_attempts(folder)
        for attempt in attempts
    )


def _all_attempts(folder: StudyFolder) -> list[tuple[str, int, tuple[Attempt, ...]]]:
    trials = folder.root / "trials"
    variants = sorted(entry.name for entry in trials.iterdir()) if trials.is_dir() else []
    return [
        (variant, seed, read_attempts(folder, variant, seed))
        for variant in variants
        for seed in folder.seeds(variant)
    ]


def _plan_changed(folder: StudyFolder, plan: Plan) -> PlanChangedError:
    from trialist.design.difference import plan_difference

    lines = "".join(f"\n  - {line}" for line in plan_difference(read_plan(folder), plan))
    error = PlanChangedError("the plan changed")
    error.mistakes = (
        Mistake(
            message=f"this is not the study that {folder.name} has results of{lines}",
            where=str(folder.root),
            todo="change it back, or start a new study with --new",
        ),
    )
    return error


def take_over(folder: StudyFolder, plan: Plan, entries: Sequence[Entry]) -> tuple[RunRecord, ...]:
    """Close what a dead coordinator left open, and give the runs that are settled under `plan`.

    The caller holds the study's lock, so nobody writes. Runs that were given up are settled,
    unless the study has no result at all: then something outside was wrong, and they start again.
    """
    given_up = {
        (entry.fields["variant"], entry.fields["seed"])
        for entry in entries
        if entry.kind == LogKind.GAVE_UP and entry.fields["plan"] == plan.hash
    }
    known: list[RunRecord] = []
    for variant, seed, attempts in _all_attempts(folder):
        for attempt in attempts:
            if attempt.status is RunStatus.RUNNING:
                _close(folder, variant, seed, attempt)
        record = record_of(variant, seed, attempts_under(attempts, plan.hash), folder=folder)
        if record is not None:
            known.append(record)
    _remove_half_written(folder)
    any_result = any(record.status.has_result for record in known)
    return tuple(
        record
        for record in known
        if record.status.has_result
        or (
            any_result
            and record.status is RunStatus.FAILED
            and (record.variant, record.seed) in given_up
        )
    )


def _remove_half_written(folder: StudyFolder) -> None:
    # Only `write_atomic` makes such names; whoever was killed in it was never read.
    for pattern in (".*.tmp", "figures/.*.tmp", "trials/*/*/*/.closed.json.*.tmp"):
        for path in folder.root.glob(pattern):
            path.unlink()


def _close(folder: StudyFolder, variant: str, seed: int, attempt: Attempt) -> None:
    closing = Closing(
        status=RunStatus.FAILED,
        failure=FailureKind.LOST,
        message="lost with its coordinator",
    )
    write_closing(folder.attempt(variant, seed, attempt.number), closing)


def register(folder: StudyFolder, log: ProtocolLog, plan: Plan, study: Study) -> None:
    """Write the plan into the folder and its hash into the log, unless it stands there already."""
    _note_broken_memory(folder, log)
    _note_missing_attempts(folder, log)
    text = canonical_json(plan.to_dict()) + "\n"
    if not folder.plan_file.exists() or folder.plan_file.read_text(encoding="utf-8") != text:
        write_atomic(folder.plan_file, text)
    if registered_plan(log.entries) == plan.hash:
        return
    is_first = not log.entries
    log.append(
        LogKind.REGISTERED,
        plan=plan.hash,
        study=folder.name,
        question=plan.question,
        environment={**environment(), **git_state(study.folder)},
    )
    if is_first:
        _note_earlier_record(folder, log)
    anchor(folder, log)


def anchor(folder: StudyFolder, log: ProtocolLog) -> None:
    """Remember the log outside of the study's folder, where that is possible."""
    write_anchor(folder.root, log.entries)


def deviations_of(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Give the deviations that the log lists, as sentences."""
    return tuple(
        dict.fromkeys(
            str(entry.fields["message"]) for entry in entries if entry.kind == LogKind.DEVIATION
        )
    )


def missing_attempts(folder: StudyFolder, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Give the attempts that were started and whose folder is gone, as sentences."""
    started = (entry.fields for entry in entries if entry.kind == LogKind.STARTED)
    return tuple(
        f"Attempt {one['attempt']} at {one['variant']}/seed-{one['seed']} was started, "
        "and its folder was removed."
        for one in started
        if not folder.attempt(one["variant"], one["seed"], one["attempt"]).is_dir()
    )


def _note_missing_attempts(folder: StudyFolder, log: ProtocolLog) -> None:
    known = deviations_of(log.entries)
    for message in missing_attempts(folder, log.entries):
        if message not in known:
            log.append(LogKind.DEVIATION, message=message)


def _note_earlier_record(folder: StudyFolder, log: ProtocolLog) -> None:
    anchors = read_anchors(folder.root)
    if anchors and anchors[-1].kind in (LogKind.LOOK, LogKind.VERDICT):
        last = anchors[-1]
        log.append(
            LogKind.DEVIATION,
            message=f"An earlier record of this study stood in this folder and is gone "
            f"({last.count} entries, the last a {last.kind}): its results had been seen.",
        )


def _note_broken_memory(folder: StudyFolder, log: ProtocolLog) -> None:
    if not log.entries:
        return
    fault = check_anchors(read_anchors(folder.root), log.entries).fault
    message = f"The record does not fit its anchor: {fault}."
    if fault and message not in deviations_of(log.entries):
        log.append(LogKind.DEVIATION, message=message)


def open_log(folder: StudyFolder) -> ProtocolLog:
    """Open the study's log for writing.

    Raises:
        LedgerError: If its chain is broken.
    """
    try:
        return ProtocolLog(folder.ledger, clock=time.time)
    except OSError as error:
        raise LedgerError(
            f"the study's log cannot be opened: {error.strerror}", where=str(folder.ledger)
        ) from error
