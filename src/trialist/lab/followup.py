"""Following up a study: finding the parent, its seeds and its verdicts, and whether it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trialist.execute.board import Board
from trialist.execute.checks import looks_over
from trialist.lab.bars import bars_in
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import read_chain
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import ConfigError, LedgerError, near
from trialist.values.followup import FamilyMember, Origin
from trialist.values.plan import Parent, Plan
from trialist.values.study import Study

FOLLOWS = "follows"
"""The field of a registration that holds what a follow-up takes from the studies before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What the plan of a follow-up needs to know of the studies before it.

    Attributes:
        parent: What the plan holds of the parent.
        plan: The parent's plan; None where it is gone since this study was registered.
        used: Every seed that the studies before it have started, ascending.
        first_seed: Where seeds begin that they have neither started nor planned. Which runs were
            started after the last look depends on timing, what was planned does not.
        origin: What this study's own log holds already; None before it is registered.
    """

    parent: Parent
    plan: Plan | None
    used: tuple[int, ...]
    first_seed: int
    origin: Origin | None = None


def follow_up_of(study: Study, store: Store) -> FollowUp | None:
    """Find what `study` follows up; None where it names no parent.

    A study that is registered keeps what it was registered with, whatever became of the parent.

    Raises:
        ConfigError: If there is no such parent, or it cannot be followed up.
    """
    from trialist.design.protocol import study_name

    if study.parent is None:
        return None
    found = store.study(study.parent)
    plan = read_plan(found) if found.ledger.exists() else None
    registered = _registered(store, study_name(study), study.parent, plan)
    if registered is not None:
        return registered
    if plan is None:
        raise _no_parent(store, study.parent)
    if study_name(study) in (study.parent, plan.study):
        raise ConfigError(
            f"the study is called {study_name(study)!r}, and so is its parent",
            where="parent",
            todo="give the follow-up a name of its own: name: ...",
        )
    return _fresh(found, plan)


def _no_parent(store: Store, name: str) -> ConfigError:
    names = [folder.name for folder in store.studies()]
    todo = near(name, names) if names else "run the parent first, or name its store: --store"
    return ConfigError(
        f"parent is {name!r}, and there is no such study in the store",
        where=str(store.root),
        todo=todo,
    )


def _registered(store: Store, name: str, parent: str, now: Plan | None) -> FollowUp | None:
    """Give what the newest study of this name was registered with, if that was this parent."""
    for folder in reversed(store.series(name)):
        plan, origin = _plan_of(folder), origin_in(history_of(folder))
        known = plan.parent if plan is not None else None
        if known is None or origin is None or origin.members[-1].head != known.head:
            continue
        if known.study == parent and (now is None or known.plan_hash == now.hash):
            return FollowUp(
                parent=known,
                plan=now,
                used=origin.used,
                first_seed=origin.next_seed,
                origin=origin,
            )
    return None


def _fresh(folder: StudyFolder, plan: Plan) -> FollowUp:
    chain = read_chain(folder.ledger)
    history = History(chain.entries)
    if chain.faults or history.plan_hash != plan.hash:
        raise ConfigError(
            f"the record of the parent {folder.name} does not hold",
            where=str(folder.ledger),
            todo=f"see what is wrong with it: trialist verify {folder.name}",
        )
    logged = history.verdict(plan.hash)
    if logged is None or logged.get("seeds", len(plan.seeds)) != len(plan.seeds):
        raise ConfigError(
            f"the parent {folder.name} is not finished",
            where=str(folder.root),
            todo="run it to its verdict first; its own plan may have further looks",
        )
    before = origin_in(history)
    used = {seed for _, seed, _ in history.started}.union(before.used if before else ())
    return FollowUp(
        parent=Parent(
            study=folder.name,
            plan_hash=plan.hash,
            head=chain.head,
            n_comparisons=plan.protocol.n_family,
        ),
        plan=plan,
        used=tuple(sorted(used)),
        first_seed=max(*plan.seeds, *used, before.next_seed - 1 if before else 0) + 1,
    )


def origin_in(history: History) -> Origin | None:
    """Give what a study's log holds of the studies before it; None where it follows up none."""
    registered: Mapping[str, Any] = history.registered or {}
    return Origin.from_dict(registered[FOLLOWS]) if FOLLOWS in registered else None


def origin_of(folder: StudyFolder, plan: Plan, follow: FollowUp) -> Origin:
    """Give what the log of a follow-up is to hold: the record stays whole without its parent.

    Args:
        folder: The folder of the follow-up.
        plan: Its plan.
        follow: What it follows up.
    """
    from trialist.design.followup import changed_code

    if follow.origin is not None:
        return follow.origin
    if follow.plan is None:
        raise RuntimeError("a follow-up that is not registered has a parent")
    store = Store(folder.root.parent)
    parent = store.study(follow.parent.study)
    before = origin_in(history_of(parent))
    member = _member(parent, follow.plan, head=follow.parent.head)
    return Origin(
        members=(*(before.members if before else ()), member),
        used=follow.used,
        next_seed=follow.first_seed,
        code=changed_code(plan, follow.plan),
        beside=tuple(_beside(store, plan)),
    )


def _member(folder: StudyFolder, plan: Plan, *, head: str) -> FamilyMember:
    from trialist.decide.followup import member_of

    history = history_of(folder)
    settled = history.settled(read_records(folder, plan, history), plan.hash)
    judgement = looks_over(Board(plan, settled), history, bars_in(folder, plan, history)).judgement
    verdicts = judgement.verdicts if judgement else ()
    return member_of(folder.name, plan, verdicts, head=head)


def _beside(store: Store, plan: Plan) -> Iterator[str]:
    """Give other follow-ups of the same parent; those of the same name are told apart already."""
    for folder in store.studies():
        other = _plan_of(folder)
        if other is None or other.parent is None or plan.parent is None:
            continue
        if other.study != plan.study and other.parent.plan_hash == plan.parent.plan_hash:
            yield folder.name


def _plan_of(folder: StudyFolder) -> Plan | None:
    try:
        return read_plan(folder)
    except LedgerError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentChange:
    """What became of a study that others follow up, since they were registered.

    Attributes:
        where: Its log.
        message: What became of it, as a sentence.
        is_broken: True where its record is not the one that was followed up.
        is_gone: True where it cannot be found.
    """

    where: str
    message: str
    is_broken: bool = False
    is_gone: bool = False


def parent_changes(folder: StudyFolder, history: History) -> tuple[ParentChange, ...]:
    """Give what became of the studies before a follow-up since it was registered."""
    origin = origin_in(history)
    if origin is None:
        return ()
    found = [_change(folder, member) for member in origin.members]
    return tuple(change for change in found if change is not None)


def _change(folder: StudyFolder, member: FamilyMember) -> ParentChange | None:
    name, log = member.study, folder.root.parent / member.study / "ledger.jsonl"
    if not log.exists():
        said = f"{name}, which this study follows up, is not in this store: its record could not "
        return ParentChange(where=str(log), message=f"{said}be checked.", is_gone=True)
    heads = [entry.hash for entry in read_chain(log).entries]
    if member.head not in heads:
        said = f"The record of {name} is not the one that this study follows up."
        return ParentChange(where=str(log), message=said, is_broken=True)
    if member.head != heads[-1]:
        said = f"The record of {name} went on after this study was registered."
        return ParentChange(where=str(log), message=said)
    return None


def parent_deviations(folder: StudyFolder, history: History) -> tuple[str, ...]:
    """Give the changes of earlier studies that belong into the log of a follow-up."""
    return tuple(one.message for one in parent_changes(folder, history) if not one.is_gone)
