"""Registering a plan in its folder before its first run, and taking over what was left there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from trialist.lab.extension import log_extension
from trialist.ledger.anchor import check_anchors, read_anchors, write_anchor
from trialist.ledger.atomic import write_atomic
from trialist.ledger.attempts import Attempt, read_attempts, read_records, strange_attempts
from trialist.ledger.closing import Closing, write_closing
from trialist.ledger.configfile import write_config
from trialist.ledger.entries import entries_in
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.leases import wait_for_end
from trialist.ledger.lock import ORPHANS_GO_WITHIN_S
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.provenance import environment, git_state
from trialist.ledger.store import Store
from trialist.values.amendment import AMENDS, Amendment
from trialist.values.canonical import canonical_json
from trialist.values.errors import LedgerError
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.numbers import counted
from trialist.values.plan import Plan
from trialist.values.study import Study


def history_of(folder: StudyFolder) -> History:
    """Give what the log in `folder` says, up to the first fault."""
    return History(entries_in(folder))


def take_over(
    folder: StudyFolder, plan: Plan, history: History, *, is_locked: bool = True
) -> tuple[RunRecord, ...]:
    """Close what a dead coordinator left open, and give the runs that are settled under `plan`.

    Args:
        folder: The study's folder, which the caller holds.
        plan: The plan that goes on.
        history: What the log says.
        is_locked: True where the kernel's lock is held, so that nobody on this machine writes.

    Raises:
        LedgerError: If a worker of the earlier coordinator is still at it.
    """
    for variant in folder.variants():
        for seed in folder.seeds(variant):
            for attempt in read_attempts(folder, variant, seed):
                if attempt.status is RunStatus.RUNNING:
                    place = folder.attempt(variant, seed, attempt.number)
                    wait_for_end(
                        place, folder.root, is_locked=is_locked, within=ORPHANS_GO_WITHIN_S
                    )
                    _close(folder, variant, seed, attempt)
    _remove_half_written(folder)
    return history.settled(read_records(folder, plan, history), plan.hash)


def _remove_half_written(folder: StudyFolder) -> None:
    # Only `ledger.atomic` makes such names; whoever was killed in it was never read.
    attempt = "trials/*/*/*"
    names = (".closed.json.*.tmp", ".predictions-*.tmp", ".provenance.json.*.tmp")
    inside = [f"{attempt}/{name}" for name in names]
    for pattern in (
        ".*.tmp",
        "figures/.*.tmp",
        "trials/*/.*.tmp",
        *inside,
        f"{attempt}/checkpoints/.*.tmp",
    ):
        for path in folder.root.glob(pattern):
            path.unlink()


def _close(folder: StudyFolder, variant: str, seed: int, attempt: Attempt) -> None:
    closing = Closing(
        status=RunStatus.FAILED,
        failure=FailureKind.LOST,
        message="lost with its coordinator",
    )
    write_closing(folder.attempt(variant, seed, attempt.number), closing)


def register(
    folder: StudyFolder,
    log: ProtocolLog,
    plan: Plan,
    study: Study,
    *,
    told: Mapping[str, Any] | None = None,
    amendment: Amendment | None = None,
) -> None:
    """Write the plan into the folder and its hash into the log, unless it stands there already.

    Args:
        folder: The study's folder.
        log: Its log.
        plan: What is registered.
        study: Says whose code it is.
        told: What else the line of the registration holds.
        amendment: What the plan changes after results; None for one that changes nothing. The plan
            before it must have been kept already (`keep_plan`).
    """
    found = _deviations(folder, log)
    text = canonical_json(plan.to_dict()) + "\n"
    log_extension(folder, log, plan)
    if not folder.plan_file.exists() or folder.plan_file.read_text(encoding="utf-8") != text:
        write_atomic(folder.plan_file, text)
    _write_configs(folder, plan)
    is_new = History(log.entries).plan_hash != plan.hash
    if is_new:
        told = {**(told or {}), **(amendment.to_dict() if amendment else {})}
        _append_registration(folder, log, plan, study, told)
    for message in found:
        log.append(LogKind.DEVIATION, message=message)
    if is_new or found:
        anchor(folder, log)


def _append_registration(
    folder: StudyFolder, log: ProtocolLog, plan: Plan, study: Study, told: Mapping[str, Any]
) -> None:
    log.append(
        LogKind.AMENDED if AMENDS in told else LogKind.REGISTERED,
        plan=plan.hash,
        study=folder.name,
        question=plan.question,
        environment={**environment(), **git_state(study.folder)},
        earlier=_earlier_studies(folder, plan),
        **told,
    )


def anchor(folder: StudyFolder, log: ProtocolLog) -> None:
    """Remember the log outside of the study's folder, where that is possible."""
    write_anchor(folder.root, log.entries)


def _write_configs(folder: StudyFolder, plan: Plan) -> None:
    searched = () if plan.search is None else plan.search.searched
    tuned = {arm.variant for arm in searched}
    for variant in plan.variants:
        if variant.name not in tuned:  # their runs take the configurations of winners
            write_config(folder.variant(variant.name), variant.config)


def _earlier_studies(folder: StudyFolder, plan: Plan) -> list[dict[str, Any]]:
    # A repeated study must say that it is one: best-of-k cannot hide behind a new name.
    found = []
    for other in Store(folder.root.parent).series(plan.study):
        if other.root == folder.root:
            continue
        history = history_of(other)
        verdict = history.verdict(history.plan_hash or "")
        found.append(
            {
                "study": other.name,
                "plan": history.plan_hash,
                "head": history.entries[-1].hash if history.entries else None,
                "verdicts": None if verdict is None else verdict["verdicts"],
            }
        )
    return found


def earlier_in_words(history: History) -> tuple[str, ...]:
    """Give a caveat for each study of the same name that came before this one."""
    registered = history.registered or {}
    return tuple(
        f"Not the first study of this name: {one['study']} came before it "
        f"({'the same plan' if one['plan'] == registered['plan'] else 'another plan'}; "
        f"{_verdicts_in_words(one['verdicts'])})."
        for one in registered.get("earlier", ())
    )


def _verdicts_in_words(verdicts: Mapping[str, str] | None) -> str:
    if not verdicts:
        return "it gave no verdict"
    return ", ".join(f"{name}: {code.replace('_', ' ')}" for name, code in verdicts.items())


def missing_attempts(folder: StudyFolder, history: History) -> tuple[str, ...]:
    """Give the attempts that were started and whose folder is gone, as sentences."""
    return tuple(
        f"Attempt {number} at {variant}/seed-{seed} was started, and its folder was removed."
        for variant, seed, number in sorted(history.started)
        if not folder.attempt(variant, seed, number).is_dir()
    )


def planted_attempts(folder: StudyFolder, history: History) -> tuple[str, ...]:
    """Give the attempts that have a journal but were never started, as one sentence or none."""
    found = strange_attempts(folder, history)
    if not found:
        return ()
    named = ", ".join(f"{variant}/seed-{seed}" for variant, seed, _ in found[:3])
    more = ", ..." if len(found) > 3 else ""
    many = counted(len(found), "attempt")
    return (f"{many} with a journal but without a start in the log ({named}{more}): not used.",)


def _deviations(folder: StudyFolder, log: ProtocolLog) -> list[str]:
    """Give what is not as planned and not in the log yet."""
    history = History(log.entries)
    found = [*missing_attempts(folder, history), *planted_attempts(folder, history)]
    if not log.entries:
        return [*_earlier_record(folder), *found]
    fault = check_anchors(read_anchors(folder.root), log.entries).fault
    if fault:
        found.append(f"The record does not fit its anchor: {fault}.")
    return [message for message in found if message not in history.deviations]


def _earlier_record(folder: StudyFolder) -> list[str]:
    anchors = read_anchors(folder.root)
    if not anchors or anchors[-1].kind not in (LogKind.LOOK, LogKind.VERDICT):
        return []
    last = f"{anchors[-1].count} entries, the last a {anchors[-1].kind}"
    gone = "An earlier record of this study stood in this folder and is gone"
    return [f"{gone} ({last}): its results had been seen."]


def open_log(folder: StudyFolder) -> ProtocolLog:
    """Open the study's log for writing.

    Raises:
        LedgerError: If its chain is broken.
    """
    try:
        return ProtocolLog(folder.ledger, clock=time.time)
    except OSError as error:
        raise LedgerError(
            f"the study's log cannot be opened: {error.strerror}",
            where=str(folder.ledger),
            todo="mend that, then run the same command again; it goes on where it stopped",
        ) from error
