"""What can be said of a round before it runs: fairness, cost, what it can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialist.lab.firstruns import first_runs_advice
from trialist.lab.roundspread import search_spread, seed_sd
from trialist.ledger.store import Store
from trialist.values.errors import ConfigError, Mistake, PlanRefusedError
from trialist.values.lint import Lint, LintLevel
from trialist.values.missing import Missing
from trialist.values.plan import Plan
from trialist.values.searchplan import SearchPlan
from trialist.values.study import Study

if TYPE_CHECKING:
    from trialist.design.allocation import Allocation
    from trialist.design.resolution import Resolution
    from trialist.design.searchcost import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """What is said of a plan's searches.

    Attributes:
        search: The searches.
        lint: What is questionable.
        allocation: The cost beside the budget, and offers where it is more.
        resolution: What difference the round can show.
        advice: What is worth knowing of the baseline.
    """

    search: SearchPlan
    lint: tuple[Lint, ...]
    allocation: Allocation
    resolution: Resolution
    advice: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        found = self.resolution
        missing = {
            name: value.reason
            for name, value in (("effect", found.effect), ("difference", found.difference))
            if isinstance(value, Missing)
        }
        return {
            "cost": self.allocation.cost.to_dict(),
            "lint": [one.to_dict() for one in self.lint],
            "excess": self.allocation.excess or None,
            "offers": list(self.allocation.offers),
            "advice": [*self.allocation.advice, *self.advice],
            "resolution": {
                "n": found.n,
                "effect": None if isinstance(found.effect, Missing) else found.effect,
                "difference": None if isinstance(found.difference, Missing) else found.difference,
                "missing": missing,
            },
        }


def refuse_unfair(study: Study, plan: Plan) -> None:
    """Refuse a round whose comparison would be none, or that its budget cannot hold.

    Raises:
        ConfigError: With everything that makes it impossible.
    """
    if plan.search is None:
        return
    from trialist.design.allocation import allocation_of
    from trialist.design.searchcost import Pace
    from trialist.design.spacelint import lint

    errors = [one for one in lint(study, plan.search) if one.level is LintLevel.ERROR]
    errors += allocation_of(plan, plan.search, study.budget, Pace()).mistakes
    mistakes = [*(one.mistake for one in errors), *_refused_by_method(plan, plan.search)]
    if mistakes:
        raise ConfigError.of(mistakes)


def _refused_by_method(plan: Plan, search: SearchPlan) -> tuple[Mistake, ...]:
    """Give what the method or the pruner cannot do with this space."""
    if not (search.method.is_adaptive or search.pruner or search.options):
        return ()
    from trialist.search.refusals import refusals

    configs = [variant.config for variant in plan.variants]
    warmups = [one.get("warmup_steps", 0) for one in configs]
    budgets = {one.get("max_train_steps") for one in configs}
    budget = budgets.pop() if len(budgets) == 1 else None
    return refusals(
        search,
        warmup=max((one for one in warmups if isinstance(one, int)), default=0),
        budget=budget if isinstance(budget, int) else None,
    )


def refuse_excess(study: Study, plan: Plan) -> None:
    """Refuse a round that needs more runs than its budget allows.

    Raises:
        PlanRefusedError: With what could be done.
    """
    if plan.search is None:
        return
    from trialist.design.allocation import allocation_of
    from trialist.design.searchcost import Pace

    found = allocation_of(plan, plan.search, study.budget, Pace())
    if found.excess:
        raise PlanRefusedError(
            found.excess,
            where="budget.runs",
            todo="\n".join((*found.offers, "or allow more runs")),
        )


def round_of(study: Study, plan: Plan, search: SearchPlan, pace: Pace, store: Store) -> RoundReport:
    """Give what can be said of a plan's searches; nothing is run.

    Args:
        study: As it was written.
        plan: The plan of `search`.
        search: Its searches.
        pace: How long runs take here.
        store: Where the spread of winners, or of seeds, is looked up.

    Raises:
        ConfigError: If the time that is allowed cannot hold it.
    """
    from trialist.design.allocation import allocation_of
    from trialist.design.firstbaseline import baseline_advice
    from trialist.design.resolution import resolution_of
    from trialist.design.spacelint import lint

    allocation = allocation_of(plan, search, study.budget, pace)
    if allocation.mistakes:
        raise ConfigError.of([one.mistake for one in allocation.mistakes])
    return RoundReport(
        search=search,
        lint=lint(study, search),
        allocation=allocation,
        resolution=resolution_of(
            plan, search, spread=search_spread(store, plan), seed_sd=seed_sd(store, plan)
        ),
        advice=(
            *first_runs_advice(store, plan, is_new=pace.seconds_per_run is None),
            *baseline_advice(study),
        ),
    )
