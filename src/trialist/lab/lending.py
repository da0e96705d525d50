"""The store's finished studies as a history of spreads, for `variance: history` without a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict, replace
from typing import Any

from trialist.analysis.lentspread import RunGroup, lending
from trialist.lab.followup import origin_in
from trialist.lab.prepare import Prepared
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store
from trialist.stats.moderated import MIN_GROUPS, MIN_RUNS, fit_prior
from trialist.stats.spread import sd_of
from trialist.values.canonical import digest_of
from trialist.values.errors import InsufficientDataError, LedgerError
from trialist.values.judging import Variance
from trialist.values.numbers import counted
from trialist.values.plan import Plan
from trialist.values.prior import Lender

LENT = "lent"
"""The field of a registration that names the studies whose noise the plan's prior comes from."""

_MOST_NAMED = 5


def with_lent_spread(prepared: Prepared, store: Store, *, new: bool = False) -> Prepared:
    """Give a prepared study with the noise of the store's earlier runs, where it asks for that.

    It is fixed when the plan is registered: whoever runs the study again judges by the same noise,
    whatever the store holds by then.

    Args:
        prepared: The study as its file has it.
        store: Where the earlier studies lie.
        new: True where a further study of the same name may be started.

    Raises:
        InsufficientDataError: If fewer than 10 groups of 3 runs can lend their noise.
    """
    plan, study = prepared.plan, prepared.study
    if plan.variance is not Variance.HISTORY or study.history is not None:
        return prepared
    known = _registered(store, plan, new=new)
    if known is not None:
        return replace(prepared, plan=replace(plan, prior=known[0]), lent=known[1])
    groups, heads = _groups(store, plan)
    own = tuple(_planned(plan))
    used = lending(groups, own=own)
    if len(used) < MIN_GROUPS:
        raise _too_few(store, plan, used, n_studies=len(heads))
    prior = fit_prior([sd_of(one.values) for one in used], [len(one.values) for one in used])
    counts = {name: sum(one.study == name for one in used) for name in heads}
    lent = tuple(
        Lender(study=name, plan_hash=hashes[0], head=hashes[1], n_groups=counts[name])
        for name, hashes in heads.items()
        if counts[name]
    )
    return replace(prepared, plan=replace(plan, prior=prior), lent=lent)


def lenders_in(history: History) -> tuple[Lender, ...]:
    """Give the studies whose noise a registered plan uses."""
    registered: Any = history.registered or {}
    return tuple(Lender(**one) for one in registered.get(LENT, ()))


def lent_fields(lent: Collection[Lender]) -> dict[str, Any]:
    """Give what the line of a registration holds of the lenders; nothing where there are none."""
    return {LENT: [asdict(one) for one in lent]} if lent else {}


def lent_in_words(history: History) -> tuple[str, ...]:
    """Give a caveat that names the studies whose noise is used; none where no store lent it."""
    lent = lenders_in(history)
    if not lent:
        return ()
    names = [one.study for one in lent]
    said = ", ".join(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        said += f" and {len(names) - _MOST_NAMED} more"
    groups = counted(sum(one.n_groups for one in lent), "group")
    of = "study" if len(lent) == 1 else "studies"
    told = (
        f"The noise that the test leans on is that of {groups} of runs in {len(lent)} earlier {of} "
        f"of this store ({said}), as they stood when the plan was registered."
    )
    return (told,)


def _registered(store: Store, plan: Plan, *, new: bool) -> tuple[Any, tuple[Lender, ...]] | None:
    for folder in reversed(store.series(plan.study)):
        history = history_of(folder)
        lent = lenders_in(history)
        known = registered_plan(folder, history) if lent else None
        if known is not None and known.prior is not None:
            is_same = replace(plan, prior=known.prior).hash == known.hash
            is_open = history.verdict(known.hash) is None
            if not new or (is_same and is_open):
                return known.prior, lent
        if not new:
            return None
    return None


def _groups(store: Store, plan: Plan) -> tuple[list[RunGroup], dict[str, tuple[str, str]]]:
    apart = {folder.name for folder in store.series(plan.study)} | set(_ancestors(store, plan))
    groups: list[RunGroup] = []
    heads: dict[str, tuple[str, str]] = {}
    for folder in store.studies():
        if folder.name in apart:
            continue
        history = history_of(folder)
        try:
            found = list(_groups_of(folder, history, plan))
        except LedgerError:  # a damaged study lends nothing
            continue
        if found:
            heads[folder.name] = (str(history.plan_hash), history.entries[-1].hash)
            groups += found
    return groups, heads


def _ancestors(store: Store, plan: Plan) -> Iterator[str]:
    if plan.parent is None:
        return
    yield plan.parent.study
    origin = origin_in(history_of(store.study(plan.parent.study)))
    if origin is not None:
        yield from (member.study for member in origin.members)


def _groups_of(folder: StudyFolder, history: History, plan: Plan) -> Iterator[RunGroup]:
    if history.plan_hash is None or history.verdict(history.plan_hash) is None:
        return
    known = registered_plan(folder, history)
    if (known.metric.name, known.metric.goal) != (plan.metric.name, plan.metric.goal):
        return
    if known.is_of_searches:  # its seeds differ by their configurations, not by noise alone
        return
    records = read_records(folder, known, history)
    for variant in known.variants:
        runs = [
            (run.seed, run.value)
            for run in records
            if run.variant == variant.name and run.code is None
            if run.seed is not None and run.value is not None
        ]
        yield RunGroup(
            study=folder.name,
            variant=variant.name,
            recipe=_recipe(known, variant.name),
            seeds=tuple(seed for seed, _ in runs),
            values=tuple(value for _, value in runs),
        )


def _planned(plan: Plan) -> Iterator[RunGroup]:
    for variant in plan.variants:
        recipe = _recipe(plan, variant.name)
        yield RunGroup(
            study=plan.study, variant=variant.name, recipe=recipe, seeds=plan.seeds, values=()
        )


def _recipe(plan: Plan, variant: str) -> str:
    from trialist.design.amendment import recipe_of

    return digest_of([recipe_of(plan, variant), {file.path: file.digest for file in plan.code}])


def _too_few(
    store: Store, plan: Plan, used: Collection[RunGroup], *, n_studies: int
) -> InsufficientDataError:
    metric = f"{plan.metric.name} ({plan.metric.goal.value})"
    studies = f"{n_studies} finished {'study' if n_studies == 1 else 'studies'}"
    return InsufficientDataError(
        f"variance: history has no table, and the store lends {counted(len(used), 'group')} of "
        f"{MIN_RUNS} or more runs of {metric} from {studies}; a history needs {MIN_GROUPS}",
        where=str(store.root),
        todo="name a table of earlier runs (history: spreads.csv), or leave `variance` out until "
        "the store holds more",
    )
