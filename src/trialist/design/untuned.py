"""Variants that differ in what asks for tuning, in a study that tunes nothing."""

from __future__ import annotations

from trialist.design.document import dotted
from trialist.design.hyperparameters import Kind, kind_of
from trialist.design.lintwords import listed
from trialist.design.merge import changed_keys, value_at
from trialist.design.optimizers import Optimizer, optimizer_named
from trialist.values.plan import Plan

_PLURALS = {Kind.OPTIMIZER: "optimizers", Kind.BATCH_SIZE: "batch sizes"}


def untuned_advice(plan: Plan) -> tuple[str, ...]:
    """Give what a plan without a search cannot say of optimizers and batch sizes.

    Each wants a learning rate of its own; with one for all, or one that somebody chose, the
    verdict is about the configurations.
    """
    if plan.search is not None:
        return ()
    baseline = plan.config_of(plan.baseline)
    found: dict[Kind, dict[str, list[str]]] = {}
    for variant in plan.variants:
        for way in changed_keys(baseline, variant.config):
            kind = kind_of(dotted(way))
            if kind in _PLURALS:
                found.setdefault(kind, {}).setdefault(dotted(way), []).append(variant.name)
    return tuple(
        _sentence(plan, kind, name, variants)
        for kind, names in found.items()
        for name, variants in names.items()
    )


def _sentence(plan: Plan, kind: Kind, name: str, variants: list[str]) -> str:
    verb = "changes" if len(variants) == 1 else "change"
    sentence = (
        f"{listed(variants)} {verb} {name}, and nothing is tuned: the verdict is about these "
        f"configurations, not about the {_PLURALS[kind]}. A space makes the comparison fair"
    )
    known = [
        found.name
        for variant in variants
        if kind is Kind.OPTIMIZER and (found := _optimizer(plan, variant, name)) is not None
    ]
    return f"{sentence}: trialist.suggest_space({known[0]!r})." if known else f"{sentence}."


def _optimizer(plan: Plan, variant: str, name: str) -> Optimizer | None:
    try:
        value = value_at(plan.config_of(variant), tuple(name.split(".")))
    except KeyError:
        return None
    return optimizer_named(str(value))
