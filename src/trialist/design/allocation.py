"""What to offer where the searches of a plan cost more than may be spent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trialist.design.lintwords import error, listed, searches
from trialist.design.searchcost import Pace, SearchCost, cost_of
from trialist.design.tiers import by_tier
from trialist.values.lint import Lint
from trialist.values.numbers import counted, duration
from trialist.values.plan import Plan
from trialist.values.searchplan import SearchPlan, Tuned
from trialist.values.searchsettings import Budget

CONFIRMATION_SHARE = 0.2
"""The part of a budget that is kept for confirming what a round found (playbook 1.2)."""

LEAST_TRIALS = 2
"""Of one trial nothing is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A plan's cost beside its budget.

    Attributes:
        cost: The runs that it needs.
        excess: What it needs more than may be spent, as a sentence; empty where it fits.
        offers: How it could fit, the best first; never with fewer trials for one variant.
        advice: What else is worth knowing of the budget.
        mistakes: Why it cannot be done at all.
    """

    cost: SearchCost
    excess: str = ""
    offers: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    mistakes: tuple[Lint, ...] = ()


def allocation_of(plan: Plan, search: SearchPlan, budget: Budget | None, pace: Pace) -> Allocation:
    """Set a plan's cost beside what may be spent.

    Args:
        plan: The plan of `search`.
        search: Its searches.
        budget: What may be spent; None: no limit.
        pace: How long runs take here.
    """
    cost = cost_of(search, n_variants=len(plan.variants), n_fresh_seeds=len(plan.seeds))
    case = _Case(plan, search, budget or Budget(), pace, cost)
    mistakes = tuple(case.mistakes())
    is_over = case.limit is not None and cost.n_runs > case.limit
    return Allocation(
        cost=cost,
        excess=case.excess() if is_over else "",
        offers=tuple(case.offers()) if is_over and not mistakes else (),
        advice=tuple(case.advice()) if not is_over else (),
        mistakes=mistakes,
    )


def least_runs(plan: Plan, search: SearchPlan) -> int:
    """Give the fewest runs that still answer: two trials per search, and the first look."""
    searching = len(search.searched) * search.replicates * LEAST_TRIALS * search.seeds_per_trial
    return searching + _first_look(plan)


def _first_look(plan: Plan) -> int:
    return len(plan.variants) * plan.looks[0].n


class _Case:
    """A plan, its budget, and how they could be brought together."""

    def __init__(
        self, plan: Plan, search: SearchPlan, budget: Budget, pace: Pace, cost: SearchCost
    ) -> None:
        self.plan, self.search, self.budget, self.pace, self.cost = plan, search, budget, pace, cost

    @property
    def limit(self) -> int | None:
        """The most runs that may be made: by their number, or by the time."""
        limits = [one for one in (self.budget.runs, self._runs_in_time()) if one is not None]
        return min(limits, default=None)

    def _runs_in_time(self) -> int | None:
        seconds, most = self.pace.seconds_per_run, self.budget.wall_clock
        if seconds is None or most is None or seconds <= 0:
            return None
        return math.floor(most * self.pace.workers / seconds)

    def excess(self) -> str:
        """Say what is needed and what may be spent."""
        needed = f"This needs at most {counted(self.cost.n_runs, 'run')}"
        if self.limit == self.budget.runs:
            return f"{needed}, and budget.runs allows {self.limit:,}."
        longest = self.pace.seconds(self.cost.n_runs) or 0.0
        allowed = duration(self.budget.wall_clock or 0.0)
        return f"{needed}, about {duration(longest)}, and budget.wall_clock allows {allowed}."

    def mistakes(self) -> Iterator[Lint]:
        """Give what makes the round impossible, with what would be possible."""
        search = self.search
        if search.searched and search.trials_per_search < LEAST_TRIALS and not search.extends:
            yield error(
                "search.trials",
                f"{counted(search.trials, 'trial')} per variant in {searches(search.replicates)} "
                f"leave fewer than {LEAST_TRIALS} for each, and of one nothing is chosen",
                f"give {LEAST_TRIALS * search.replicates} trials per variant or more",
            )
        least, limit = least_runs(self.plan, search), self.limit
        if limit is not None and least > limit:
            yield error(self._key(), self._too_small(least, limit), self._possible(limit))

    def _key(self) -> str:
        return "budget.runs" if self.limit == self.budget.runs else "budget.wall_clock"

    def _too_small(self, least: int, limit: int) -> str:
        fresh = _first_look(self.plan)
        room = "" if limit > fresh else "; nothing would be left to search with"
        return (
            f"{counted(limit, 'run')} cannot hold this round: {LEAST_TRIALS} trials per search and "
            f"{counted(fresh, 'fresh run')} to confirm are {least}{room}"
        )

    def _possible(self, limit: int) -> str:
        least = least_runs(self.plan, self.search)
        ways = [f"allow {least} runs or more"]
        n = self._variants_within(limit, LEAST_TRIALS * self.search.replicates)
        if n is not None:
            ways.append(f"compare {n} variants")
        if self.search.tuned is Tuned.RECIPE:
            ways.append(
                "ask which configuration is better, with one search each: search.claim: "
                "configuration"
            )
        return "; or ".join(ways)

    def advice(self) -> Iterator[str]:
        """Say where too little is kept for what comes after the search."""
        limit = self.limit
        if limit is None or self.cost.n_search_runs <= (1 - CONFIRMATION_SHARE) * limit:
            return
        kept = math.ceil(CONFIRMATION_SHARE * limit)
        share = 100 * self.cost.n_search_runs / limit
        yield (
            f"The searches take {share:.0f} % of the budget: keep {kept} of {limit:,} runs for "
            "confirming what they find."
        )

    def offers(self) -> Iterator[str]:
        """Give how the plan could fit; never by fewer trials for one variant than for another."""
        yield from self._fewer_variants()
        yield from self._fewer_parameters()
        yield from self._shorter_runs()

    def _fewer_variants(self) -> Iterator[str]:
        n = self._variants_within(self.limit or 0, self.search.trials)
        if n is not None:
            runs = self._runs_with(n, self.search.trials)
            yield (
                f"compare {n} of the {len(self.plan.variants)} variants in this round: at most "
                f"{runs} runs"
            )

    def _variants_within(self, limit: int, trials: int) -> int | None:
        """Give how many variants fit, if that is fewer than there are and still a comparison."""
        for n in range(len(self.plan.variants) - 1, 1, -1):
            if self._runs_with(n, trials) <= limit:
                return n
        return None

    def _runs_with(self, n_variants: int, trials: int) -> int:
        untuned = len(self.plan.variants) - len(self.search.searched)
        searched = max(n_variants - untuned, 1)
        per_variant = trials * self.search.seeds_per_trial
        return searched * per_variant + n_variants * len(self.plan.seeds)

    def _fewer_parameters(self) -> Iterator[str]:
        n = self._trials_that_fit()
        covered = parameters_for(n or 0)
        if n is None or not covered:
            return
        runs = self._runs_with(len(self.plan.variants), n)
        widest = max(self.search.searched, key=lambda arm: len(arm.parameters)).parameters
        if covered >= len(widest):
            yield (
                f"give every variant {n} trials, which still cover its "
                f"{counted(len(widest), 'parameter')}: at most {runs} runs"
            )
            return
        left = by_tier(widest)[covered:]
        names = listed(list(dict.fromkeys(one.name for one in left)))
        verb = "was" if len(left) == 1 else "were"
        yield (
            f"fix {names} and give every variant {n} trials: at most {runs} runs, with the caveat "
            f"that {names} {verb} not tuned"
        )

    def _trials_that_fit(self) -> int | None:
        """Give the most trials per variant that fit, the same for all, in whole searches."""
        room = (self.limit or 0) - self.cost.n_fresh
        each = len(self.search.searched) * self.search.replicates * self.search.seeds_per_trial
        per_search = room // each if each else 0
        return per_search * self.search.replicates if per_search >= LEAST_TRIALS else None

    def _shorter_runs(self) -> Iterator[str]:
        in_time = self._runs_in_time()
        if in_time is None or in_time >= self.cost.n_runs:
            return
        share = in_time / self.cost.n_runs
        steps = self.budget.max_train_steps
        how = (
            f"{math.floor(share * steps):,} steps" if steps else f"{100 * share:.0f} % of the steps"
        )
        yield (
            f"run shorter first: {how} fit into {duration(self.budget.wall_clock or 0.0)}, and "
            "what is learned about the model and the optimizer mostly carries over; the schedule "
            "of the learning rate does not"
        )


def parameters_for(trials: int) -> int:
    """Give how many parameters so many trials of a variant cover (playbook 1.2).

    Example:
        >>> [parameters_for(n) for n in (4, 8, 16, 32, 64)]
        [0, 1, 3, 5, 6]
    """
    return next((n for least, n in _COVERED if trials >= least), 0)


_COVERED: Sequence[tuple[int, int]] = ((64, 6), (32, 5), (16, 3), (8, 1))
