"""Whether a plan can come out both ways, by the spread of earlier runs of the same code."""

from __future__ import annotations

from trialist.analysis.pilot import PilotSpread, pilot_spread
from trialist.lab.registration import history_of
from trialist.lab.roundspread import SEED, pooled_spread, replicate_of
from trialist.ledger.attempts import read_records
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import InsufficientDataError, LedgerError
from trialist.values.plan import Plan

_SEED = 20260101


def refusal_of(store: Store, plan: Plan) -> str | None:
    """Say why `plan` is refused; None where it is fair, or where it cannot be told.

    It can be told where a smallest relevant difference is named and the store holds runs of the
    same code with the same metric; for pairs, only where those were pairs too. It is not told for
    studies without an end, nor where earlier runs lend their noise to the test; of recipes the
    plan says what their searches can show.
    """
    candidates = len(plan.variants) - 1
    # other tests than the one that is counted on
    unknown = plan.is_open or plan.prior is not None or replicate_of(plan) != SEED
    if plan.metric.relevant is None or unknown or candidates < 1:
        return None
    spread = pooled_spread(_spreads(store, plan))
    if spread is None:
        return None
    import numpy as np

    from trialist.design.seedplan import SeedQuestion, plan_seeds
    from trialist.design.seedwords import refusal

    question = SeedQuestion(
        sd=spread.sd,
        df=spread.df,
        relevant=plan.metric.relevant,
        paired=bool(plan.paired),
        n_comparisons=plan.protocol.n_family,
        looks=tuple(look.n for look in plan.looks),
    )
    said = refusal(plan_seeds(question, rng=np.random.default_rng(_SEED)), plan.metric)
    return None if said is None else f"{said} The spread is that of earlier runs of this code."


def _spreads(store: Store, plan: Plan) -> list[PilotSpread]:
    found = []
    for folder in store.studies():
        try:
            known = read_plan(folder)
        except LedgerError:
            continue
        if replicate_of(known) != SEED or not _is_alike(known, plan):
            continue
        records = read_records(folder, known, history_of(folder))
        try:
            found.append(pilot_spread(records, baseline=known.baseline if plan.paired else None))
        except InsufficientDataError:
            continue
    return found


def _is_alike(known: Plan, plan: Plan) -> bool:
    """Tell whether runs of an earlier plan vary as those of this one will."""
    return (known.code, known.trial, known.metric.name, known.paired) == (
        plan.code,
        plan.trial,
        plan.metric.name,
        plan.paired,
    )
