"""What the searches of a plan cost: runs that choose, and runs that count."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.design.lintwords import searches
from trialist.values.numbers import counted
from trialist.values.searchplan import SearchPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchCost:
    """The runs of a plan with searches.

    Attributes:
        n_searches: Searches, over all variants.
        n_trials: Trials that are run here, over all searches.
        n_taken_over: Trials whose runs are those of an earlier study.
        seeds_per_trial: Runs of a trial.
        n_fresh: The most runs with fresh seeds.
    """

    n_searches: int
    n_trials: int
    n_taken_over: int
    seeds_per_trial: int
    n_fresh: int

    @property
    def n_search_runs(self) -> int:
        """Runs that only choose."""
        return self.n_trials * self.seeds_per_trial

    @property
    def n_runs(self) -> int:
        """The most runs."""
        return self.n_search_runs + self.n_fresh

    @property
    def words(self) -> str:
        """The runs in words."""
        seeds = f" with {self.seeds_per_trial} seeds each" if self.seeds_per_trial > 1 else ""
        taken = f" ({self.n_taken_over} more are taken over)" if self.n_taken_over else ""
        return (
            f"{counted(self.n_trials, 'trial')}{seeds} in {searches(self.n_searches)}{taken} and "
            f"{counted(self.n_fresh, 'fresh run')}"
        )

    def to_dict(self) -> dict[str, int]:
        """Give the cost as plain data."""
        return {
            "n_searches": self.n_searches,
            "n_trials": self.n_trials,
            "n_taken_over": self.n_taken_over,
            "seeds_per_trial": self.seeds_per_trial,
            "n_search_runs": self.n_search_runs,
            "n_fresh": self.n_fresh,
            "n_runs": self.n_runs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast runs are here.

    Attributes:
        seconds_per_run: Measured with this very code; None where it never ran.
        workers: Processes that train at the same time.
    """

    seconds_per_run: float | None = None
    workers: int = 1

    def seconds(self, n_runs: int) -> float | None:
        """Give how long so many runs take; None where that is unknown."""
        if self.seconds_per_run is None:
            return None
        return n_runs * self.seconds_per_run / self.workers


def cost_of(search: SearchPlan, *, n_variants: int, n_fresh_seeds: int) -> SearchCost:
    """Give the runs of a plan.

    Args:
        search: Its searches.
        n_variants: Variants that are run with fresh seeds, those without a search among them.
        n_fresh_seeds: The most fresh seeds per variant.
    """
    taken = sum(trial.source is not None for trial in search.design)
    n_trials = len(search.design) - taken if search.design else _undesigned(search)
    return SearchCost(
        n_searches=len(search.searched) * search.replicates,
        n_trials=n_trials,
        n_taken_over=taken,
        seeds_per_trial=search.seeds_per_trial,
        n_fresh=n_variants * n_fresh_seeds,
    )


def _undesigned(search: SearchPlan) -> int:
    return len(search.searched) * search.trials
