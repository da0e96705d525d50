"""How much winners differ between searches, and runs between seeds, by earlier studies."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from trialist.analysis.pilot import PilotSpread, pilot_spread
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import InsufficientDataError, LedgerError
from trialist.values.plan import Plan
from trialist.values.searchplan import Tuned

if TYPE_CHECKING:
    from trialist.design.resolution import SearchSpread


SEED = ("seed",)
"""What a value stands for where nothing is searched anew for it."""


def replicate_of(plan: Plan) -> tuple[object, ...]:
    """Give what one value of a plan's comparison stands for; spreads are lent among equals only.

    A seed of a recipe is another configuration each time: its spread has the luck of the search
    in it, that of other seeds has not.
    """
    search = plan.search
    if search is None or search.tuned is not Tuned.RECIPE:
        return SEED
    return ("search", search.method, search.trials_per_search, search.seeds_per_trial)


def search_spread(store: Store, plan: Plan) -> SearchSpread | None:
    """Give the spread of winners' differences, pooled over studies like this one.

    None where there is none: no study of this code has searched as `plan` will.
    """
    from trialist.design.resolution import SearchSpread

    if replicate_of(plan) == SEED:
        return None
    found: dict[str, PilotSpread] = {}
    for folder, known in studies_alike(store, plan):
        if replicate_of(known) == replicate_of(plan):
            spread = _spread(folder, known, baseline=known.baseline)
            found |= {} if spread is None else {folder.name: spread}
    pooled = pooled_spread(found.values())
    if pooled is None:
        return None
    where = next(iter(found)) if len(found) == 1 else f"{len(found)} earlier studies"
    return SearchSpread(sd=pooled.sd, df=pooled.df, study=where)


def seed_sd(store: Store, plan: Plan) -> float | None:
    """Give the SD between runs of one configuration of this code; None where it is unknown."""
    spreads = (
        _spread(folder, known)
        for folder, known in studies_alike(store, plan)
        if replicate_of(known) == SEED
    )
    pooled = pooled_spread(one for one in spreads if one is not None)
    return None if pooled is None else pooled.sd


def pooled_spread(spreads: Iterable[PilotSpread]) -> PilotSpread | None:
    """Give one spread for several, each by its degrees of freedom; None for none."""
    known = list(spreads)
    if not known:
        return None
    df = math.fsum(one.df for one in known)
    sd = math.hypot(*(one.sd * math.sqrt(one.df / df) for one in known))
    return PilotSpread(sd=sd, df=df, n_groups=sum(one.n_groups for one in known))


def _spread(folder: StudyFolder, known: Plan, *, baseline: str | None = None) -> PilotSpread | None:
    try:
        return pilot_spread(read_records(folder, known, history_of(folder)), baseline=baseline)
    except (InsufficientDataError, LedgerError):
        return None


def studies_alike(store: Store, plan: Plan) -> Iterator[tuple[StudyFolder, Plan]]:
    """Give the studies of the same code and metric."""
    for folder in store.studies():
        try:
            known = read_plan(folder)
        except LedgerError:
            continue
        same_code = (known.code, known.trial) == (plan.code, plan.trial)
        if same_code and known.metric.name == plan.metric.name:
            yield folder, known
