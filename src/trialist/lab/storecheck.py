"""`trialist store check`: what is damaged, what is still sound, and which verdicts still hold."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.freeruns import free_faults
from trialist.lab.provenancefaults import provenance_faults
from trialist.ledger.artifacts import ArtifactStore
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free
from trialist.ledger.history import History
from trialist.ledger.index import StoreIndex
from trialist.ledger.lineage import registered_plan
from trialist.ledger.lock import StudyLock, is_held
from trialist.ledger.protocol_log import Chain, Entry, read_chain
from trialist.ledger.setaside import SetAside, set_aside
from trialist.ledger.soundness import (
    Attempts,
    Damage,
    RunName,
    check_attempts,
    check_beside,
    check_chain,
    check_started,
    check_used,
    used_runs,
    without_log,
)
from trialist.ledger.store import Store
from trialist.values.errors import LedgerError
from trialist.values.numbers import counted
from trialist.values.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCheck:
    """What was found in one study.

    Attributes:
        study: Its name.
        damage: Everything that does not hold.
        n_runs: Runs that have a journal, or that the log says were started.
        n_damaged: Those of them that are damaged or gone.
        n_torn: Journals whose last line was cut by a kill: nothing acknowledged is missing.
        verdicts: Whether what each verdict rests on is whole, by variant; empty without a verdict.
        is_running: True where a process runs it: then files may be on their way.
        moved: The files that a repair has set aside.
        again: Runs that will be made again, as `VARIANT/seed-3`.
    """

    study: str
    damage: tuple[Damage, ...]
    n_runs: int
    n_damaged: int
    n_torn: int = 0
    verdicts: Mapping[str, bool]
    is_running: bool = False
    moved: tuple[SetAside, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """True where nothing of the record is damaged; leftovers and derived files do not count."""
        return not any(one.is_lost for one in self.damage)

    def to_dict(self) -> dict[str, Any]:
        """Give the check as plain data."""
        return {
            "study": self.study,
            "sound": self.is_sound,
            "running": self.is_running,
            "runs": {"sound": self.n_runs - self.n_damaged, "damaged": self.n_damaged},
            "torn_journals": self.n_torn,
            "damage": [
                {
                    "where": one.where,
                    "message": one.message,
                    "run": None if one.run is None else "/".join(one.run),
                    "of_the_record": one.is_lost,
                }
                for one in self.damage
            ],
            "verdicts": dict(self.verdicts),
            "set_aside": [{"file": str(one.path), "to": str(one.to)} for one in self.moved],
            "runs_again": list(self.again),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCheck:
    """What was found in a store.

    Attributes:
        studies: One per study, by name.
        artifacts: What is wrong with the store's artifacts, as sentences.
    """

    studies: tuple[StudyCheck, ...]
    artifacts: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """True where nothing of any record is damaged."""
        return all(one.is_sound for one in self.studies) and not self.artifacts

    def to_dict(self) -> dict[str, Any]:
        """Give the check as plain data."""
        return {
            "sound": self.is_sound,
            "studies": [one.to_dict() for one in self.studies],
            "artifacts": list(self.artifacts),
        }


def check_store(
    study: str | None = None, *, store: str | Path = "experiments", repair: bool = False
) -> StoreCheck:
    """Check every file of a store, or of one study; the index is never believed.

    Args:
        study: The study's name; None: all studies, and the store's artifacts.
        store: The folder of all studies.
        repair: True sets damaged files aside, where the study can be run again from what is left.

    Raises:
        LedgerError: If there is no such study, or none at all, or a process runs one that is to be
            repaired.
    """
    place = Store(Path(store))
    folders = _folders(place, study)
    check = _repaired if repair else _checked
    return StoreCheck(
        studies=tuple(check(folder) for folder in folders),
        artifacts=tuple(ArtifactStore(place.root).faults()) if study is None else (),
    )


def _folders(place: Store, study: str | None) -> Sequence[StudyFolder]:
    """Give the folders to check: those of studies, and those whose log is gone."""
    lost = {folder.name: folder for folder in without_log(place.root)}
    if study is not None:
        return (lost.get(study) or place.find(study),)
    found = lost | {folder.name: folder for folder in place.studies()}
    return [found[name] for name in sorted(found)] or [place.find(None)]


def _checked(folder: StudyFolder) -> StudyCheck:
    found = check_attempts(folder, is_running=is_held(folder.lock_file))
    try:
        chain = read_chain(folder.ledger)
    except LedgerError as error:  # of a newer format: what it says of the runs is not known
        damage = (_told(error, folder.ledger), *found.damage)
        return _said(folder, damage, found, {})
    except OSError as error:
        message = f"the log cannot be read ({error.strerror or error})"
        damage = (Damage(where=str(folder.ledger), message=message), *found.damage)
        return _said(folder, damage, found, {})
    plan, plan_damage = _plan_in(folder, chain)
    damage = (
        *check_chain(folder, chain),
        *plan_damage,
        *found.damage,
        *check_started(folder, chain.entries),
        *_unlike(check_used(folder, chain.entries), found.damage),
        *_planted(folder, chain),
        *_provenance(folder, chain.entries),
        *check_beside(folder),
    )
    return _said(folder, damage, found, _verdicts(chain, plan, damage))


def _unlike(more: Iterable[Damage], known: Sequence[Damage]) -> Iterator[Damage]:
    """Give what is not said of the same file already."""
    places = {one.where for one in known}
    return (one for one in more if one.where not in places)


def _said(
    folder: StudyFolder, damage: Sequence[Damage], found: Attempts, verdicts: Mapping[str, bool]
) -> StudyCheck:
    damaged = {one.run for one in damage if one.run is not None and one.is_lost}
    return StudyCheck(
        study=folder.name,
        damage=tuple(damage),
        n_runs=len(found.runs | damaged),
        n_damaged=len(damaged),
        n_torn=found.n_torn,
        verdicts=verdicts,
        is_running=is_held(folder.lock_file),
    )


def _told(error: LedgerError, path: Path) -> Damage:
    mistake = error.mistakes[0]
    return Damage(where=mistake.where or str(path), message=mistake.message)


def _plan_in(folder: StudyFolder, chain: Chain) -> tuple[Plan | None, tuple[Damage, ...]]:
    history = History(chain.entries)
    if is_free(folder) or history.plan_hash is None:
        return None, ()
    try:
        plan = registered_plan(folder, history)
    except LedgerError as error:
        return None, (_told(error, folder.plan_file),)
    if plan.hash != history.plan_hash:
        message = "this is not the plan that was registered: its hash differs"
        return None, (Damage(where=str(folder.plan_file), message=message),)
    return plan, ()


def _planted(folder: StudyFolder, chain: Chain) -> Iterator[Damage]:
    """Give journals that the log knows nothing of; they are no evidence."""
    if is_free(folder):
        for where, message in free_faults(folder, chain):
            if "without a start" in message:
                yield Damage(where=where, message=message, is_lost=False)
        return
    if chain.faults or not folder.ledger.exists():
        return
    started = {
        f"{variant}/seed-{seed}/attempt-{number}"
        for variant, seed, number in History(chain.entries).started
    }
    places = sorted(folder.root.glob("trials/*/seed-*/attempt-*/journal.jsonl"))
    strange = [path for path in places if "/".join(path.parts[-4:-1]) not in started]
    if strange and chain.torn:  # a kill cuts a line before its run is started, never after
        many = counted(len(strange), "journal")
        message = f"the log was cut: {many} of this study have lost their start in it"
        yield Damage(where=str(folder.ledger), message=message)
        return
    for path in strange:
        message = "a journal without a start in the log: it is not used"
        yield Damage(where=str(path), message=message, is_lost=False)


def _provenance(folder: StudyFolder, entries: Sequence[Entry]) -> Iterator[Damage]:
    """Give what is missing or altered of where the judged runs came from."""
    for one in provenance_faults(folder, used_runs(entries)):
        yield Damage(where=one.where or str(folder.provenance), message=one.message)


def _verdicts(chain: Chain, plan: Plan | None, damage: Sequence[Damage]) -> dict[str, bool]:
    """Tell of each logged verdict whether the log, the plan and the runs behind it are whole."""
    history = History(chain.entries)
    logged = None if plan is None else history.verdict(plan.hash)
    if plan is None or logged is None:
        return {}
    used = {
        (str(run["variant"]), f"seed-{run['seed']}")
        for look in history.looks(plan.hash)
        for run in look["runs"]
    }
    hurt = {one.run[0] for one in damage if one.run is not None and one.run in used and one.is_lost}
    is_whole = not chain.faults and plan.baseline not in hurt
    return {str(name): is_whole and name not in hurt for name in logged["verdicts"]}


def _repaired(folder: StudyFolder) -> StudyCheck:
    lock = StudyLock(folder.lock_file)
    try:
        found = _checked(folder)
        files = {one.aside: one.message for one in found.damage if one.aside is not None}
        moved = set_aside(folder, list(files.items()), clock=time.time)
        if moved:
            StoreIndex(folder.root.parent).forget_listing(folder.name)
    finally:
        lock.release()
    gone = {one.path for one in moved}
    again = {
        one.run
        for one in found.damage
        if one.run is not None and (one.aside in gone or one.is_gone)
    }
    return StudyCheck(
        **{
            name: getattr(found, name)
            for name in ("study", "damage", "n_runs", "n_damaged", "n_torn", "verdicts")
        },
        moved=moved,
        again=tuple(sorted("/".join(run) for run in again if not _has_result(folder, run))),
    )


def _has_result(folder: StudyFolder, run: RunName) -> bool:
    from trialist.ledger.attempts import read_attempts

    number = run[1].removeprefix("seed-")
    if not number.isdigit():
        return True  # a run without a plan: nobody starts it again
    attempts = read_attempts(folder, run[0], int(number))
    return any(attempt.status.has_result for attempt in attempts)
