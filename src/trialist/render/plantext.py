"""A plan in a terminal: what will run, what it costs, what it can show."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.analysis.choice import PAIRED, test_name
from trialist.analysis.sides import Sides
from trialist.decide.predictions import predicted_words
from trialist.design.onechange import written
from trialist.render.cells import visible, wrapped
from trialist.render.statement import metric_words, relevant_words
from trialist.values.judging import Variance
from trialist.values.numbers import p_value, series
from trialist.values.plan import Plan

_WIDTH = 88


def plan_text(
    plan: Plan, *, cost: str, power: str, caveats: Sequence[str], advice: Sequence[str] = ()
) -> str:
    """Give the plan as text, with its cost, its power, its caveats, and advice."""
    lines = [f"{plan.study}   {visible(plan.question)}".rstrip(), measured_words(plan), ""]
    lines += variant_lines(plan)
    lines += ["", *_row("seeds", _seeds(plan)), *_row("looks", looks_words(plan))]
    lines += [*_row("test", _test(plan)), *_row("cost", cost), *_row("power", power)]
    lines += [] if plan.vectorize is None else _row("train", f"replicates {plan.vectorize.words}")
    lines += [line for text in _expected(plan) for line in _row("expect", text)]
    lines += [line for caveat in caveats for line in _row("note", caveat)]
    lines += [line for text in advice for line in _row("advice", text)]
    lines += _row("plan", plan.hash.removeprefix("sha256:")[:8])
    return "\n".join(lines) + "\n"


def measured_words(plan: Plan) -> str:
    """Give what is measured, and which difference is worth having."""
    worth = relevant_words(plan.metric)
    pieces = [metric_words(plan.metric), *([f"worth having: {worth}"] if worth else [])]
    return " · ".join(pieces)


def variant_lines(plan: Plan) -> list[str]:
    """Give a line per variant: what it changes."""
    base = plan.config_of(plan.baseline)
    width = max(len(variant.name) for variant in plan.variants)
    lines = []
    for variant in plan.variants:
        changed = _changes(base, variant.config)
        what = "the baseline" if variant.name == plan.baseline else ", ".join(changed) or "the same"
        lines.append(f"  {visible(variant.name):<{width}}  {visible(what)}")
    return lines


def _changes(base: object, other: object, path: str = "") -> list[str]:
    if isinstance(base, dict) and isinstance(other, dict):
        return [
            line
            for key in other
            for line in _changes(base.get(key), other[key], f"{path}.{key}" if path else str(key))
        ]
    return [] if base == other else [f"{path} {written(base)} -> {written(other)}"]


def _seeds(plan: Plan) -> str:
    seeds = plan.seeds
    is_range = seeds == tuple(range(seeds[0], seeds[0] + len(seeds)))
    named = f"{seeds[0]}..{seeds[-1]}" if is_range and len(seeds) > 1 else str(list(seeds))
    after = "" if plan.parent is None else f", after those of {plan.parent.study}"
    return f"{named} in every variant{after}; they vary {', '.join(plan.vary)}"


def _expected(plan: Plan) -> list[str]:
    return [f"{one.variant} {predicted_words(one, plan.metric)}" for one in plan.expect]


def looks_words(plan: Plan) -> str:
    """Give when a plan is judged, and by which thresholds."""
    family = plan.protocol.n_family
    if len(plan.variants) == 1:
        return f"at {series([look.n for look in plan.looks])} seeds"
    if plan.is_open:
        least = family / plan.alpha
        return (
            f"after every seed, {series([look.n for look in plan.looks])}; there the evidence E "
            f"must reach {least:g}; seeds.max may be raised later"
        )
    each = ", ".join(_threshold(look.thresholds[family - 1]) for look in plan.looks)
    moments = series([look.n for look in plan.looks])
    needed = "the smallest of the p-values" if len(plan.variants) > 2 else "p"
    word = "seed" if moments == "1" else "seeds"
    return f"at {moments} {word}; there {needed} must be below {each}"


def _threshold(p: float) -> str:
    return p_value(p) if p > 0 else "0 (one run cannot be tested)"


def _test(plan: Plan) -> str:
    sides = Sides(a=(), b=(), paired=bool(plan.paired))
    name = test_name(sides, plan.protocol)
    design = f"(shared: {', '.join(plan.paired)})" if plan.paired else "unpaired"
    if plan.paired and name != PAIRED:
        design = f"paired {design}"
    comma = "" if name == PAIRED else ","
    level = f"{100 * plan.alpha:g} % over all comparisons and looks"
    said = f"{name}{comma} {design}, two-sided, {level}"
    if plan.variance is Variance.POOLED:
        said += "; equal noise in all variants is declared"
    if plan.parent is not None:
        said += (
            f"; {plan.parent.n_comparisons} of {plan.protocol.n_family} comparisons were made "
            f"before, by {plan.parent.study}"
        )
    if plan.prior is not None:
        said += f"; assisted by {plan.prior.n_groups} groups of earlier runs"
    return said


def _row(label: str, text: str) -> list[str]:
    first, *rest = wrapped(visible(text), _WIDTH - 8) or [""]
    return [f"{label:<7} {first}", *(f"{'':<7} {line}" for line in rest)]
