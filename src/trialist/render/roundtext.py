"""A round in a terminal: what it asks, what is tuned how, what it costs, what it can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialist.design.advice import short
from trialist.design.lintwords import listed, searches
from trialist.design.onechange import written
from trialist.design.tiers import tier_of
from trialist.render.cells import cell_width, cut, table_lines, visible, wrapped
from trialist.render.plantext import looks_words, measured_words, variant_lines
from trialist.values.lint import Lint, LintLevel
from trialist.values.numbers import counted
from trialist.values.plan import Plan
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter, Role, Scale

_WIDTH = 80
_LABEL = 7
_WIDEST = (36, 30, 26, 22, 18, 14)
"""How wide a cell of the table may be: the first with which it fits."""

_METHODS = {
    Method.GRID: "grid",
    Method.RANDOM: "random",
    Method.QUASI_RANDOM: "quasi-random",
    Method.TPE: "TPE",
    Method.GP: "GP",
    Method.CMA_ES: "CMA-ES",
    Method.NSGA_II: "NSGA-II",
    Method.PBT: "PBT",
}
_SCALES = {Scale.LINEAR: "linear", Scale.LOG: "log", Scale.ONE_MINUS_LOG: "log of 1 - x"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSaid:
    """What is said of a round beside its plan, as sentences.

    Attributes:
        cost: What it costs at most.
        shows: What difference it can show.
        lint: What is questionable.
        caveats: What its verdicts will not say.
        excess: What it needs more than may be spent; empty where it fits.
        offers: How it could fit.
        advice: What else is worth knowing of the budget and of the baseline.
    """

    cost: str
    shows: str
    lint: tuple[Lint, ...] = ()
    caveats: tuple[str, ...] = ()
    excess: str = ""
    offers: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


def round_text(plan: Plan, search: SearchPlan, said: RoundSaid) -> str:
    """Give a plan with searches as text, at most 80 characters wide."""
    head = f"{plan.study}   {visible(plan.question)}".rstrip()
    lines = [*wrapped(head, _WIDTH), *wrapped(measured_words(plan), _WIDTH), ""]
    lines += [*_row("goal", _goal(plan, search)), *_variants(plan, search), ""]
    lines += [*_space(plan, search), ""]
    lines += [*_row("search", _search(search)), *_row("why", search.why)]
    lines += [*_row("fresh", _fresh(plan, search)), *_row("looks", _looks(plan, search))]
    lines += [*_row("cost", said.cost), *_row("shows", said.shows)]
    lines += [line for label, text in _remarks(said) for line in _row(label, text)]
    lines += _row("plan", plan.hash.removeprefix("sha256:")[:8])
    return "\n".join(lines) + "\n"


def _goal(plan: Plan, search: SearchPlan) -> str:
    sampled = _sampled(search)
    if sampled:
        return (
            f"explore: how {listed(sampled)} acts on {plan.metric.name}, sampled with what is "
            "tuned; a plot, not a verdict about it"
        )
    n = counted(search.trials_per_search, "trial")
    if search.tuned is Tuned.RECIPE:
        return (
            f"a recipe: which variant ends better when each is tuned with {n}; judged over "
            f"{searches(search.replicates)} of each"
        )
    return (
        f"a configuration: is what tuning with {n} finds better with fresh seeds; the luck of the "
        "search is not judged"
    )


def _variants(plan: Plan, search: SearchPlan) -> list[str]:
    lines = variant_lines(plan)
    is_asked = any(arm.given for arm in search.arms)
    return [
        line if is_asked else line.replace("  the same", "  what the search finds")
        for line in lines
    ]


def _sampled(search: SearchPlan) -> list[str]:
    names = (
        one.shown for arm in search.arms for one in arm.parameters if one.role is Role.SCIENTIFIC
    )
    return list(dict.fromkeys(names))


def _space(plan: Plan, search: SearchPlan) -> list[str]:
    rows: list[tuple[str, ...]] = [("parameter", "values", "scale", "role", "tier", "tuned in")]
    rows += _scientific(search)
    found = sorted(_parameters(search.searched), key=lambda one: tier_of(one[0].name))
    rows += [_parameter(one, variants, search) for one, variants in found]
    rows += _fixed(plan, search)
    return next(
        (
            lines
            for widest in _WIDEST
            if max(map(cell_width, lines := _table(rows, widest))) <= _WIDTH
        ),
        _table(rows, _WIDEST[-1]),
    )


def _table(rows: Sequence[Sequence[str]], widest: int) -> list[str]:
    shown = [[cut(visible(cell), widest) for cell in row] for row in rows]
    return [f"  {line}" for line in table_lines(shown, gap=2)]


def _scientific(search: SearchPlan) -> Iterator[tuple[str, ...]]:
    values: dict[str, list[str]] = {}
    for arm in search.arms:
        for name, value in arm.given.items():
            values.setdefault(name, []).append(_value(value))
    for name, texts in values.items():
        yield name, ", ".join(dict.fromkeys(texts)), "", Role.SCIENTIFIC.value, "", ""


def _parameters(arms: Sequence[Arm]) -> Iterator[tuple[Parameter, list[str]]]:
    """Give each parameter once, with the variants that are tuned over it."""
    found: dict[str, tuple[Parameter, list[str]]] = {}
    for arm in arms:
        for one in arm.parameters:
            key = repr((one.shown, one.to_dict()))
            found.setdefault(key, (one, []))[1].append(arm.variant)
    yield from found.values()


def _parameter(one: Parameter, variants: list[str], search: SearchPlan) -> tuple[str, ...]:
    everywhere = len(variants) == len(search.searched)
    return (
        one.shown,
        _values(one),
        _SCALES[one.scale] if one.is_numeric else "",
        one.role.value,
        str(tier_of(one.name)),
        "all" if everywhere else ", ".join(variants),
    )


def _values(one: Parameter) -> str:
    off = "off, " if one.switch else ""
    if one.choices:
        return off + ", ".join(map(_value, one.choices))
    if one.low is None or one.high is None:
        return f"{off}{one.law.value}"
    return f"{off}{short(one.low)} to {short(one.high)}"


def _value(value: object) -> str:
    if isinstance(value, float):
        return short(value)
    return written(value)


def _fixed(plan: Plan, search: SearchPlan) -> Iterator[tuple[str, ...]]:
    for name, role in search.roles.items():
        if role == Role.FIXED.value:
            yield name, _value(_held(plan, name)), "", role, "", ""


def _held(plan: Plan, name: str) -> object:
    value: object = plan.config_of(plan.baseline)
    for key in name.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _search(search: SearchPlan) -> str:
    n = counted(search.trials, "trial")
    each = (
        ""
        if search.replicates == 1
        else (f", as {searches(search.replicates)} of {search.trials_per_search}")
    )
    variants = counted(len(search.searched), "variant")
    text = f"{_METHODS[search.method]}, {variants} x {n}{each}"
    if search.seeds_per_trial > 1:
        text += f", each the mean of {search.seeds_per_trial} seeds"
    if search.objectives:
        text += f", for {listed(list(search.objectives))} too"
    if search.pruner is not None:
        text += f"; {search.pruner.name} ends trials early"
    return text


def _fresh(plan: Plan, search: SearchPlan) -> str:
    seeds = plan.seeds
    named = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
    if search.tuned is Tuned.RECIPE:
        return f"the winner of each search runs once more, with {named}: these runs are judged"
    return f"the winner runs again with {named}: these runs are judged"


def _looks(plan: Plan, search: SearchPlan) -> str:
    if search.tuned is not Tuned.RECIPE:
        return looks_words(plan)
    _, _, rule = looks_words(plan).partition("; there ")
    return f"once, with {searches(search.replicates)} of each{f'; {rule}' if rule else ''}"


def _remarks(said: RoundSaid) -> Iterator[tuple[str, str]]:
    for one in said.lint:
        yield ("advice" if one.level is LintLevel.ADVICE else one.level.value), one.sentence
    yield from (("note", text) for text in said.caveats)
    yield from (("advice", text) for text in said.advice)
    if said.excess:
        yield "budget", said.excess
    yield from (("offer", text) for text in said.offers)


def _row(label: str, text: str) -> list[str]:
    if not text:
        return []
    first, *rest = wrapped(visible(text), _WIDTH - _LABEL - 1)
    return [f"{label:<{_LABEL}} {first}", *(f"{'':<{_LABEL}} {line}" for line in rest)]
