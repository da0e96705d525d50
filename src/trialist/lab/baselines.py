"""The history of baselines, from the store's own record and the logs of its studies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import is_free
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store
from trialist.ledger.storelog import BASELINES, ENTRY, remembered
from trialist.values.baselinehistory import BaselineHistory, BaselineRound, KeyChange, Validation
from trialist.values.canonical import digest_of
from trialist.values.errors import LedgerError
from trialist.values.events import RunStatus
from trialist.values.plan import Plan


def line_of(plan: Plan) -> tuple[str, str]:
    """Give what the rounds of one history have in common: the trial and the goal metric."""
    from trialist.design.commandrules import program_name

    trial = plan.trial if plan.command is None else program_name(plan.command)
    return trial, plan.metric.name


def baseline_histories(store: str | Path = "experiments") -> tuple[BaselineHistory, ...]:
    """Give what was adopted in a store so far: a history per trial and metric.

    Args:
        store: The folder of all studies.
    """
    return histories(Store.indexed(Path(store)))


def histories(store: Store) -> tuple[BaselineHistory, ...]:
    """Give the histories of all lines of work in a store, by trial and metric."""
    told = _told(store)
    keys = sorted({(str(one["trial"]), str(one["metric"])) for one in told})
    plans = list(_plans(store)) if keys else []
    return tuple(_history(key, told, plans) for key in keys)


def history_for(store: Store, plan: Plan) -> BaselineHistory:
    """Give the history that a plan's adoptions go on; without rounds where nothing was adopted."""
    trial, metric = line_of(plan)
    found = [one for one in histories(store) if (one.trial, one.metric) == (trial, metric)]
    return found[0] if found else BaselineHistory(trial=trial, metric=metric)


def round_of(history: BaselineHistory, study: str, plan: Plan) -> BaselineRound | None:
    """Give the last round that a study led to, or else whose configuration it runs again."""
    rounds = history.rounds
    own = [one for one in rounds if one.study == study and one.plan_hash == plan.hash]
    if not own and plan.search is None:
        configs = {digest_of(one.config) for one in plan.variants}
        own = [one for one in rounds if one.digest in configs and one.study != study]
    return own[-1] if own else None


def _told(store: Store) -> list[Mapping[str, Any]]:
    """Give all adoptions, each once, oldest first: of the studies, and of studies that are gone."""
    found: dict[str, Mapping[str, Any]] = {}
    for folder in store.studies():
        for entry in history_of(folder).adopted:
            found[entry.hash] = {**entry.fields, "study": folder.name, "is_gone": False}
    for entry in remembered(store.root, BASELINES):
        known = {**entry.fields, "time": entry.fields["adopted"], "is_gone": True}
        found.setdefault(str(entry.fields[ENTRY]), known)
    return sorted(found.values(), key=lambda one: float(one["time"]))


def _plans(store: Store) -> Iterator[tuple[StudyFolder, Plan]]:
    for folder in store.studies():
        if not is_free(folder):
            try:
                yield folder, registered_plan(folder, history_of(folder))
            except LedgerError:  # a damaged study validates nothing; `store check` tells of it
                continue


def _history(
    key: tuple[str, str],
    told: Sequence[Mapping[str, Any]],
    plans: Sequence[tuple[StudyFolder, Plan]],
) -> BaselineHistory:
    own = [one for one in told if (one["trial"], one["metric"]) == key]
    rounds = tuple(_round(number, one, plans) for number, one in enumerate(own, start=1))
    return BaselineHistory(trial=key[0], metric=key[1], rounds=rounds)


def _round(
    number: int, told: Mapping[str, Any], plans: Sequence[tuple[StudyFolder, Plan]]
) -> BaselineRound:
    decision, ends = told["decision"], told["decision"]["interval"]
    return BaselineRound(
        number=number,
        study=str(told["study"]),
        plan_hash=str(told["plan"]),
        variant=str(told["variant"]),
        baseline=str(told["baseline"]),
        decision=str(decision["decision"]),
        verdict=str(told["verdict"]),
        estimate=decision["estimate"],
        interval=None if ends is None else (ends[0], ends[1]),
        price=float(decision["price"]),
        changes=tuple(map(KeyChange.from_dict, told["changes"])),
        config=told["config"],
        learned=str(told["learned"]),
        reason=told["reason"],
        source=str(told["source"]),
        by=str(told["by"]),
        time=float(told["time"]),
        validation=_validation(told, plans),
        is_gone=bool(told["is_gone"]),
        before=tuple((str(one["study"]), str(one["learned"])) for one in told.get("before", ())),
    )


def _validation(
    told: Mapping[str, Any], plans: Sequence[tuple[StudyFolder, Plan]]
) -> Validation | None:
    """Give the most fresh runs of an adopted configuration: of its own study, or of another."""
    own = _validated(str(told["study"]), told["fresh"])
    digest, used = digest_of(told["config"]), set(told["seeds"])
    others = [
        _validated(folder.name, _values_of(folder, plan, digest, used))
        for folder, plan in plans
        if plan.metric.name == told["metric"] and plan.search is None
    ]
    found = [one for one in (own, *others) if one is not None]
    return max(found, key=lambda one: one.n, default=None)


def _values_of(folder: StudyFolder, plan: Plan, digest: str, used: set[int]) -> list[float]:
    variants = {one.name for one in plan.variants if digest_of(one.config) == digest}
    if not variants:
        return []
    records = read_records(folder, plan, history_of(folder))
    found = {
        record.seed: record.value
        for record in records
        if record.variant in variants
        and record.seed not in used
        and record.status is RunStatus.FINISHED
    }
    return [value for value in found.values() if value is not None]


def _validated(study: str, values: Sequence[float]) -> Validation | None:
    from trialist.stats.interval import mean_interval

    if not values:
        return None
    found = mean_interval(list(values))
    return Validation(study=study, n=found.n, mean=found.mean, interval=found.interval)
