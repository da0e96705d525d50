"""Going on from the searches of another study: its trials are kept, and new ones join them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from trialist.lab.registration import history_of
from trialist.lab.searchtable import table_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lineage import registered_plan
from trialist.ledger.searchlog import Told, TrialKey
from trialist.ledger.store import Store
from trialist.ledger.trialrecords import searches_in
from trialist.values.errors import ConfigError, near
from trialist.values.plan import Plan
from trialist.values.study import Study

if TYPE_CHECKING:
    from trialist.design.extension import Extended


def extended_of(study: Study, store: Store) -> Extended | None:
    """Give the searches that a study goes on from; None where it begins anew.

    Raises:
        ConfigError: If there is no such study, its searches are not over, or it searched nothing.
    """
    from trialist.design.extension import Extended

    name = None if study.search is None else study.search.extends
    if name is None:
        return None
    folder = _searched(name, store)
    history = history_of(folder)
    plan = registered_plan(folder, history)
    if plan.search is None:
        raise _cannot(name, "searched nothing", "name a study with a `space:`")
    if plan.search.method.is_adaptive:
        raise _cannot(
            name,
            f"searched by {plan.search.method.value}, whose trials lie where it looked",
            "begin anew: leave `extends` out",
        )
    if not searches_in(folder, plan, history).is_over:
        raise _cannot(name, "has not ended its searches", f"run it first: trialist run {name}")
    return Extended(
        study=folder.name,
        search=plan.search,
        trials=table_of(folder, plan, history).trials,
        first_seed=max(*plan.seeds, *(seed for _, seed, _ in history.started)) + 1,
        plan=plan,
    )


def taken_over(plan: Plan, folder: StudyFolder) -> Mapping[TrialKey, Told]:
    """Give what the trials came to that a study takes from another one of its store.

    Raises:
        ConfigError: If that study is gone, or does not have them any more.
    """
    if plan.search is None or plan.search.extends is None:
        return {}
    wanted = {trial.key: trial for trial in plan.search.design if trial.source is not None}
    if not wanted:
        return {}
    source = _searched(plan.search.extends, Store(folder.root.parent))
    history = history_of(source)
    told = searches_in(source, registered_plan(source, history), history).told
    missing = [key for key in wanted if key not in told]
    if missing:
        variant, search, number = missing[0]
        raise _cannot(
            source.name,
            f"has no trial {number} of search {search} of {variant} any more",
            "restore it, or begin anew without `extends`",
        )
    return {key: replace(told[key], source=trial.source) for key, trial in wanted.items()}


def _searched(name: str, store: Store) -> StudyFolder:
    names = [folder.name for folder in store.studies()]
    if name not in names:
        todo = near(name, names) if names else "run it first, or name its store: --store"
        raise ConfigError(
            f"search.extends is {name!r}, and there is no such study in the store",
            where=str(store.root),
            todo=todo,
        )
    return store.study(name)


def _cannot(name: str, why: str, todo: str) -> ConfigError:
    return ConfigError(f"search.extends: {name} {why}", where="search.extends", todo=todo)
