"""What difference a round can show: how large the luck of a search may be beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from trialist.design.lintwords import searches
from trialist.design.planpower import POWER, power_of_plan
from trialist.stats.power import detectable_beyond
from trialist.stats.splitstudy import MIN_SEARCHES
from trialist.stats.ttest import critical_at
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for
from trialist.values.plan import Plan
from trialist.values.searchplan import SearchPlan, Tuned


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSpread:
    """How much the difference of two winners varies between searches, from an earlier study.

    Attributes:
        sd: The SD of the paired differences of the winners' fresh runs, in the metric's unit.
        df: Its degrees of freedom.
        study: Where it was measured.
    """

    sd: float
    df: float
    study: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The smallest difference that a round finds in 80 % of cases.

    Attributes:
        effect: In SDs of the difference of two searches' winners; missing where nothing is found.
        n: Searches per variant.
        difference: The same in the metric's unit; missing where the SD is unknown.
        sentence: All of it in words.
    """

    effect: float | Missing
    n: int
    difference: float | Missing
    sentence: str


def resolution_of(
    plan: Plan,
    search: SearchPlan,
    *,
    spread: SearchSpread | None = None,
    seed_sd: float | None = None,
) -> Resolution:
    """Give what a round can find, before it runs.

    A recipe is judged by one difference per search, as pairs. How much these differ is the luck
    of the searches and of the winners' fresh runs together; it is unknown before something alike
    has run, and then the answer is in units of it. What is known of the seeds alone is less.

    Args:
        plan: The plan of `search`.
        search: Its searches.
        spread: What an earlier study like this one measured.
        seed_sd: The SD between runs of one configuration, in the metric's unit.
    """
    if search.tuned is not Tuned.RECIPE:
        return _of_configurations(plan)
    n, alpha = search.replicates, plan.looks[-1].thresholds[-1]
    if n < MIN_SEARCHES or alpha <= 0:
        reason = Missing(f"{searches(n)} per variant")
        sentence = (
            f"With {reason.reason} nothing can be said about a recipe: search each variant "
            f"{MIN_SEARCHES} times or more."
        )
        return Resolution(effect=reason, n=n, difference=reason, sentence=sentence)
    effect = detectable_beyond(critical_at(n - 1, alpha), n - 1, math.sqrt(n), power=POWER)
    words = _Words(plan, search, effect)
    if spread is not None:
        return Resolution(
            effect=effect,
            n=n,
            difference=effect * spread.sd,
            sentence=words.known(spread),
        )
    unknown = Missing("nothing alike has run yet")
    return Resolution(effect=effect, n=n, difference=unknown, sentence=words.unknown(seed_sd))


def _of_configurations(plan: Plan) -> Resolution:
    power = power_of_plan(plan)
    return Resolution(
        effect=power.last.effect,
        n=power.last.n,
        difference=Missing("the spread of the winners is not known"),
        sentence=f"{power.sentence} That is of the winners' fresh runs: whether another search "
        "would have found as good a winner is not tested.",
    )


class _Words:
    """The sentences about a recipe."""

    def __init__(self, plan: Plan, search: SearchPlan, effect: float) -> None:
        self.plan, self.search, self.effect = plan, search, effect
        self.lead = f"With {searches(search.replicates)} per variant, a difference of"
        self.often = f"is found in {100 * POWER:g} % of cases"

    def known(self, spread: SearchSpread) -> str:
        """Say it in the metric's unit."""
        return (
            f"{self.lead} {self._amount(self.effect * spread.sd)} {self.often}: the winners' "
            f"differences had an SD of {self._amount(spread.sd)} in {spread.study} "
            f"({spread.df:g} degrees of freedom)."
        )

    def unknown(self, seed_sd: float | None) -> str:
        """Say it in SDs."""
        text = (
            f"{self.lead} {self.effect:.2g} SDs {self.often}; the SD is that of the difference of "
            "two winners, the luck of the search included, which no run has shown yet"
        )
        if seed_sd is not None:
            least = self.effect * math.sqrt(2) * seed_sd
            text += (
                f". The seeds alone (an SD of {self._amount(seed_sd)}) make that about "
                f"{self._amount(least)} already"
            )
        n = self.search.trials_per_search
        return f"{text}. More trials per search ({n} here) make it smaller, more seeds do not."

    def _amount(self, value: float) -> str:
        return Unit.of(self.plan.metric).amount(value, self._decimals(value))

    def _decimals(self, value: float) -> int:
        return decimals_for(value * Unit.of(self.plan.metric).factor)
