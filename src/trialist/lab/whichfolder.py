"""Which folder of the store a plan belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.lab.amend import plan_changed
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_attempts
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free
from trialist.ledger.store import Store
from trialist.values.errors import LedgerError
from trialist.values.plan import Plan


def choose_folder(
    store: Store,
    plan: Plan,
    *,
    new: bool,
    amends: bool = False,
    command: Sequence[str] = (),
) -> StudyFolder:
    """Give the folder that `plan` goes on in, or a new one.

    NAME, NAME-2, ... form a series. A plan goes on where it is registered already. One that is
    registered nowhere takes the newest folder if that has no result yet.

    Args:
        store: Where studies lie.
        plan: What is to be run.
        new: True starts NAME-2 and so on where the newest has results, unless such a new one of
            this plan is unfinished.
        amends: True where the plan may take the place of one that has results.
        command: The command as it was typed, for the ways on after a change.

    Raises:
        PlanChangedError: If the newest folder has results of another plan, with the difference.
    """
    if is_free(store.study(plan.study)):
        raise _holds_free_runs(store.study(plan.study))
    series = store.series(plan.study)
    same = [folder for folder in series if history_of(folder).plan_hash == plan.hash]
    if not series:
        return store.study(plan.study)
    if new:
        unfinished = [one for one in same if history_of(one).verdict(plan.hash) is None]
        if unfinished and unfinished[-1].name != plan.study:
            return unfinished[-1]
        fresh = store.study(_next_name(plan.study, series))
        return fresh if has_results(series[-1]) else series[-1]
    if same:
        return same[-1]
    if not amends and has_results(series[-1]):
        raise plan_changed(series[-1], history_of(series[-1]), plan, command=command)
    return series[-1]


def _holds_free_runs(folder: StudyFolder) -> LedgerError:
    return LedgerError(
        f"{folder.name} holds runs without a plan, and a study cannot be registered after its runs",
        where=str(folder.root),
        todo="give the study another name: `name: ...` in the study file",
    )


def _next_name(name: str, series: Sequence[StudyFolder]) -> str:
    numbers = [int(folder.name.removeprefix(f"{name}-")) for folder in series[1:]]
    return f"{name}-{max([1, *numbers]) + 1}"


def has_results(folder: StudyFolder) -> bool:
    """Tell whether a run of the registered plan, or of one that it amends, has a result."""
    history = history_of(folder)
    current, started = history.plan_hash, history.started
    return bool(history.amendments) or any(
        attempt.status.has_result
        and attempt.plan_hash == current
        and (variant, seed, attempt.number) in started
        for variant in folder.variants()
        for seed in folder.seeds(variant)
        for attempt in read_attempts(folder, variant, seed)
    )
