"""What earlier runs say of a baseline: none is known, or it is no better than chance."""

from __future__ import annotations

from statistics import fmean

from trialist.lab.registration import history_of
from trialist.lab.roundspread import studies_alike
from trialist.ledger.attempts import read_records
from trialist.ledger.store import Store
from trialist.values.errors import LedgerError
from trialist.values.metric import Metric
from trialist.values.plan import Plan

_ACCURACIES = ("accuracy", "acc")


def first_runs_advice(store: Store, plan: Plan, *, is_new: bool) -> tuple[str, ...]:
    """Give what to do before a round.

    Args:
        store: Where earlier runs of the same code are.
        plan: The round's plan.
        is_new: True where no run of this code is known.
    """
    from trialist.design.firstbaseline import FIRST_RUN, classes_of, worse_than_chance

    if is_new:
        return (FIRST_RUN,)
    n_classes = classes_of(plan.config_of(plan.baseline)) if _is_accuracy(plan.metric) else None
    value = None if n_classes is None else _baseline_value(store, plan)
    if n_classes is None or value is None:
        return ()
    said = worse_than_chance(value, n_classes=n_classes)
    return () if said is None else (f"The baseline has run before: {said[0].lower()}{said[1:]}",)


def _is_accuracy(metric: Metric) -> bool:
    return metric.is_fraction and metric.name.rpartition("/")[2] in _ACCURACIES


def _baseline_value(store: Store, plan: Plan) -> float | None:
    """Give the mean of earlier runs of this very baseline; None where there is none."""
    config = plan.config_of(plan.baseline)
    values: list[float] = []
    for folder, known in studies_alike(store, plan):
        searched = () if known.search is None else known.search.searched
        tuned = {arm.variant for arm in searched}  # their winners have other configurations
        names = {one.name for one in known.variants if one.config == config} - tuned
        try:
            records = read_records(folder, known, history_of(folder))
        except LedgerError:
            continue
        values += [one.value for one in records if one.variant in names and one.value is not None]
    return fmean(values) if values else None
