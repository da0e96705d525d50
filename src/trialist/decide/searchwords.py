"""Verdicts on tuned variants in words: what they are about, and how far a winner's score lied."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from trialist.decide.recipes import ENOUGH_FRESH, Bar, Groups
from trialist.stats.splitstudy import split_study
from trialist.stats.spread import has_spread, mean_of, sd_of
from trialist.values.errors import InsufficientDataError
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, counted, decimals_for
from trialist.values.searches import Claim, SearchSummary
from trialist.values.verdict import Verdict, VerdictCode

_ABOUT = {
    Claim.NOTHING: "",
    Claim.CONFIGURATIONS: " This is about these two configurations, not the recipes.",
    Claim.RECIPES: " This is about the recipes, tuning included.",
}
_ASSUMED = {
    Claim.NOTHING: (),
    Claim.CONFIGURATIONS: ("no search has used the seeds of the fresh runs",),
    Claim.RECIPES: (
        "the searches of a variant are independent, each with a design of its own",
        "no search has used the seeds of the fresh runs",
    ),
}


def told(
    verdicts: Sequence[Verdict],
    groups: Groups,
    *,
    claim: Claim,
    bars: Mapping[str, Bar],
    metric: Metric,
) -> tuple[Verdict, ...]:
    """Give the verdicts as the searches allow them: barred, or with their scope and the optimism.

    Args:
        verdicts: What `judge` gave; barred comparisons had no runs.
        groups: The searches of each variant.
        claim: What the searches can support, at most.
        bars: What forbids a comparison, by candidate.
        metric: What is measured.
    """
    first = next((verdict for verdict in verdicts if verdict.variant not in bars), None)
    return tuple(
        barred(verdict, bars[verdict.variant])
        if verdict.variant in bars
        else _scoped(verdict, groups, claim, metric, with_baseline=verdict is first)
        for verdict in verdicts
    )


def caveats_of_searches(groups: Groups) -> tuple[str, ...]:
    """Give what limits all verdicts on these searches, and how to plan better ones."""
    searches = [search for group in groups.values() for search in group]
    return (*_plan(groups), *_budgets(searches), *_left_out(searches), *_shared(searches))


def optimism_words(searches: Sequence[SearchSummary], metric: Metric) -> str:
    """Give how far the scores of one variant's winners were from their fresh runs; may be empty.

    Args:
        searches: The searches of one variant.
        metric: What is measured.
    """
    scores, means = _known(searches)
    if not scores:
        return ""
    name, unit = searches[0].variant, Unit.of(metric)
    score, mean = mean_of(scores), mean_of(means)
    decimals = _decimals(searches, scores, means, factor=unit.factor)
    shown = (round(number * unit.factor, decimals) for number in (score, mean))
    excess = metric.goal.sign * (next(shown) - next(shown))  # as a reader would subtract them
    on = _fresh_words(searches, len(scores))
    ends = f"{unit.show(score, decimals)} when chosen, {unit.show(mean, decimals)} {on}"
    whose = f"{name}'s winner was" if len(scores) == 1 else f"{name}'s winners were"
    if round(excess, decimals) <= 0:
        return f"The score that {whose} chosen by was not too good: {ends}."
    amount = _amount(excess, unit, decimals)
    wrong = "high" if metric.goal is Goal.MAXIMIZE else "low"
    average = "" if len(scores) == 1 else " on average"
    return f"The score that {whose} chosen by was {amount} too {wrong}{average}: {ends}."


def barred(verdict: Verdict, bar: Bar) -> Verdict:
    """Give a verdict that says what keeps its variant from being compared, and no number."""
    reason = f"{bar.lead}: {bar.why}"
    nothing = Missing(bar.lead[0].lower() + bar.lead[1:])
    return replace(
        verdict,
        name=bar.code,
        final=True,
        estimate=nothing,
        interval=nothing,
        p=nothing,
        p_adjusted=nothing,
        effect_size=nothing,
        correlation=nothing,
        more_seeds=Missing("only an inconclusive verdict asks for more seeds"),
        reason=reason,
        assumptions=(),
        notes=(),
        losses=None,
        sentence=f"**{bar.lead}:** {bar.why}",
    )


def _scoped(
    verdict: Verdict, groups: Groups, claim: Claim, metric: Metric, *, with_baseline: bool
) -> Verdict:
    is_refused = verdict.name is VerdictCode.REFUSED
    names = [verdict.variant, *([verdict.baseline] if with_baseline else [])]
    notes = [optimism_words(groups[name], metric) for name in names]
    if claim is Claim.CONFIGURATIONS:
        notes += _few_fresh([groups[name][0] for name in names])
    return replace(
        verdict,
        sentence=verdict.sentence + ("" if is_refused else _ABOUT[claim]),
        notes=(*filter(None, notes), *verdict.notes),
        assumptions=(*_assumed(verdict, claim), *_ASSUMED[claim]),
    )


def _assumed(verdict: Verdict, claim: Claim) -> tuple[str, ...]:
    if claim is not Claim.RECIPES:
        return verdict.assumptions
    return tuple(
        "equal searches tried the same points" if said.startswith("equal seeds") else said
        for said in verdict.assumptions
    )


def _few_fresh(searches: Sequence[SearchSummary]) -> Iterator[str]:
    for search in searches:
        if search.fresh.n < ENOUGH_FRESH:
            runs = counted(search.fresh.n, "fresh seed")
            whose = f"{search.variant}'s winner" if search.n_trials else search.variant
            yield f"Only {runs} of {whose}: {ENOUGH_FRESH} or more are asked for."


def _plan(groups: Groups) -> Iterator[str]:
    if len(groups) < 2 or any(len(group) > 1 for group in groups.values()):
        return
    try:
        plan = split_study(min(search.n_trials for (search,) in groups.values()))
    except InsufficientDataError:
        return
    yield (
        f"To judge recipes with as many trials: {plan.n_searches} searches of {plan.n_trials} "
        "trials per variant instead of one, each with a design of its own (shared by the variants: "
        f"then they are pairs), and one fresh run of each winner: {plan.n_runs} runs per variant."
    )


def _budgets(searches: Sequence[SearchSummary]) -> Iterator[str]:
    n = sum(search.n_trials == 0 for search in searches)
    if n:
        yield (
            f"The table holds no trials of {counted(n, 'winner')}: whether all had the same number "
            "of trials to win against is not known."
        )


def _left_out(searches: Sequence[SearchSummary]) -> Iterator[str]:
    n_other = sum(search.n_other for search in searches)
    n_repeats = sum(search.n_repeats for search in searches)
    without = [search for search in searches if not (search.fresh.n + search.fresh.n_lost)]
    if n_other:
        yield f"{counted(n_other, 'fresh run')} of trials that were not chosen: left out."
    if n_repeats:
        yield (
            f"{counted(n_repeats, 'fresh run')} with the seed that the winner was chosen with: "
            "left out, for that is the chosen run again."
        )
    if without and len(without) < len(searches):
        yield (
            f"{len(without)} of {len(searches)} winners have no fresh run. The verdicts hold if "
            "they were not left out for what they scored."
        )


def _shared(searches: Sequence[SearchSummary]) -> Iterator[str]:
    names = [f"{search.variant}/{search.search}" for search in searches if search.shared_seeds]
    if names:
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        yield (
            f"Fresh runs share seeds with trials of their search ({shown}): if the seed steers the "
            "split or the data order, the winner was chosen for these seeds too. Use new ones."
        )


def _known(searches: Sequence[SearchSummary]) -> tuple[list[float], list[float]]:
    pairs = [
        (search.score, search.fresh_mean)
        for search in searches
        if not isinstance(search.score, Missing) and not isinstance(search.fresh_mean, Missing)
    ]
    return [score for score, _ in pairs], [mean for _, mean in pairs]


def _fresh_words(searches: Sequence[SearchSummary], n_known: int) -> str:
    if n_known > 1:
        return f"on fresh seeds ({n_known} searches)"
    fresh = next(search.fresh for search in searches if search.fresh.n)
    return f"on {counted(fresh.n, 'fresh seed')}"


def _decimals(
    searches: Sequence[SearchSummary],
    scores: Sequence[float],
    means: Sequence[float],
    *,
    factor: float,
) -> int:
    """Give the decimals that the standard error of the fresh mean allows, or else the gap."""
    values = list(means) if len(means) > 1 else [v for s in searches for v in s.fresh.values]
    if has_spread(values):
        return decimals_for(sd_of(values) / math.sqrt(len(values)) * factor, digits=1)
    gap = abs(mean_of(scores) - mean_of(means)) * factor
    return decimals_for(gap) if gap > 0 and math.isfinite(gap) else 4


def _amount(shown: float, unit: Unit, decimals: int) -> str:
    text = unit.show(shown / unit.factor, decimals)
    return f"{text} {unit.word.removesuffix('s') if text == '1' else unit.word}".rstrip()
