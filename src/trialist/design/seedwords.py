"""How many seeds, in words: the answer first, then how sure it is, then what to do."""

from __future__ import annotations

from collections.abc import Iterator

from trialist.design.seedplan import SeedPlan, SeedsNeeded
from trialist.design.twoways import FAIR_CHANCE, Cures
from trialist.stats.power import LIMIT
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for, plain

_LEAST = 1e-12  # a probability that is only rounded to 0
_MANY = 100


def needed_sentence(plan: SeedPlan, metric: Metric) -> str:
    """Give how many seeds find the relevant difference, with a Markdown bold lead."""
    needed, question = plan.needed, plan.question
    if isinstance(needed, Missing):
        return (
            "**Say which difference is worth having** (relevant) to learn how many seeds it takes; "
            "the table says what each number of seeds finds."
        )
    what = f"find a difference of {relevant_amount(metric)} in {percent(question.power)} of cases"
    lead = f"**{_capital(seeds_range(needed))} per variant** {what}"
    sd = sd_words(plan, metric)
    if question.df is None:
        return f"{lead}, if {sd} is exact."
    return f"{lead}: {_count(needed.point)} if {sd} were exact, but it is an estimate itself."


def further_sentences(plan: SeedPlan, metric: Metric) -> Iterator[str]:
    """Give what else is known: the seeds for "no difference", and what the affordable ones do."""
    if not isinstance(plan.equal, Missing):
        yield (
            f"To show that two variants lie within {relevant_amount(metric)} of each other, where "
            f"they do not differ at all, takes {seeds_range(plan.equal)}."
        )
    yield from _claims(plan, metric)
    yield from _several(plan)


def refusal(plan: SeedPlan, metric: Metric) -> str | None:
    """Give why the affordable plan is refused; None where it is not, or none is named."""
    ways = plan.ways
    if ways is None or ways.is_fair or plan.cures is None:
        return None
    return (
        f"**This plan cannot come out both ways:** with {_count(ways.n)} {_seeds(ways.n)} per "
        f"variant a difference of {relevant_amount(metric)} is found in {percent(ways.found)} of "
        f"cases, and that there is none of that size is shown in {percent(ways.ruled_out)}; less "
        f"than {percent(FAIR_CHANCE)} of either is no fair chance. "
        f"{_cures(plan, plan.cures, metric)}"
    )


def relevant_amount(metric: Metric) -> str:
    """Give the relevant difference with its unit."""
    unit = Unit.of(metric)
    shown = plain((metric.relevant or 0.0) * unit.factor)
    return f"{shown} {unit.word.removesuffix('s') if shown == '1' else unit.word}".rstrip()


def sd_words(plan: SeedPlan, metric: Metric) -> str:
    """Give the SD with its unit and where it comes from: "an SD of 0.4 points (4 df)"."""
    unit = Unit.of(metric)
    sd = plan.question.sd
    shown = unit.amount(sd, decimals_for(sd * unit.factor))
    kind = " of the paired differences" if plan.question.paired else ""
    df = plan.question.df
    known = "" if df is None else f" ({df:.3g} degree{'' if df == 1 else 's'} of freedom)"
    return f"an SD{kind} of {shown}{known}"


def seeds_range(needed: SeedsNeeded) -> str:
    """Give a range of seeds: "8 to 26 seeds"."""
    low, high = needed.low, needed.high
    if low >= LIMIT:
        return f"more than {LIMIT:,} seeds"
    if low == high:
        return f"{_count(low)} {_seeds(low)}"
    return f"{_count(low)} to {_count(high)} seeds"


def percent(share: float) -> str:
    """Give a probability in percent; never 0 or 100 where it is neither.

    Example:
        >>> percent(0.8), percent(0.0004), percent(0.9996), percent(0.034)
        ('80 %', 'under 0.1 %', 'over 99.9 %', '3.4 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1:
        return "over 99.9 %"
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.3g} %"


def _claims(plan: SeedPlan, metric: Metric) -> Iterator[str]:
    risk = plan.risk
    if isinstance(risk, Missing):
        return
    n = plan.question.looks[-1]
    yield (
        f"With {_count(n)} seeds, judged once, a true difference of {relevant_amount(metric)} is "
        f"found in {percent(risk.power)} of cases. Of the differences that are found then, "
        f"{percent(max(risk.wrong_sign, _LEAST))} have the wrong sign, and on average they are "
        f"{_times(risk.exaggeration)} as large as the true one."
    )


def _several(plan: SeedPlan) -> Iterator[str]:
    if plan.several is None:
        return
    there, none = plan.several.if_relevant, plan.several.if_none
    looks = ", ".join(map(str, plan.question.looks))
    yield (
        f"With looks at {looks} seeds it is found in {percent(there.better)} of cases, after "
        f"{there.mean_seeds:.1f} seeds on average; where there is no difference, "
        f"{percent(none.not_worth)} of studies show that it is not worth having, and "
        f"{percent(none.better + none.worse)} find one that is not there, after "
        f"{none.mean_seeds:.1f} seeds on average."
    )


def _cures(plan: SeedPlan, cures: Cures, metric: Metric) -> str:
    unit, sd = Unit.of(metric), plan.question.sd
    ways = []
    if not isinstance(cures.seeds, Missing):
        ways.append(f"{_count(cures.seeds)} seeds per variant")
    if not isinstance(cures.relevant, Missing):
        size = cures.relevant * sd
        ways.append(
            f"a relevant difference of {unit.amount(size, decimals_for(size * unit.factor))}"
        )
    if not isinstance(cures.correlation, Missing) and 0 < cures.correlation < 0.995:
        ways.append(f"pairs that correlate by {cures.correlation:.2f} or more")
    if not ways:
        return "Ask for a larger difference, or make the runs less noisy."
    return f"For {percent(plan.question.power)}: {', or '.join(ways)}."


def _count(n: int) -> str:
    return f"{n:,}" if n < LIMIT else f"more than {LIMIT:,}"


def _seeds(n: int) -> str:
    return "seed" if n == 1 else "seeds"


def _times(factor: float) -> str:
    return f"{factor:.1f} times" if factor < _MANY else f"more than {_MANY} times"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
