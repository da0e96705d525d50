"""How to divide a budget of trials into independent searches, so that a recipe can be judged."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.values.errors import InsufficientDataError

MIN_SEARCHES = 3
"""Searches per variant from which a recipe may be judged (statistics.md 3.8)."""

LARGEST_RATIO = 1.25
"""Trials of one variant's searches over the other's, beyond which the budgets are unequal.

Measured type I error at nominal .05, equal recipes, 8 searches of 8 trials each against 8 larger
ones, seed noise .05 of the spread between configurations: .038 at 1, .051 at 1.25, .077 at 1.5,
.15 at 2, .41 at 4.
"""

_FEWEST_TRIALS = 2  # the best of one trial is no search


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitStudy:
    """A budget in parts.

    Attributes:
        n_searches: Independent searches, each with a design of its own.
        n_trials: Trials of each.
        n_fresh: Runs of each search's winner with fresh seeds.
    """

    n_searches: int
    n_trials: int
    n_fresh: int

    @property
    def n_runs(self) -> int:
        """All runs of one variant."""
        return self.n_searches * (self.n_trials + self.n_fresh)


def split_study(n_trials: int, *, n_searches: int = 4, n_fresh: int = 1) -> SplitStudy:
    """Divide `n_trials` of one variant into independent searches.

    The winners' fresh means are then one value per search, and Welch's or the paired t test over
    the searches judges the recipes: measured type I error .030 to .049. Four searches with one
    fresh run each are better than two with three: the luck of the search is the larger noise.
    Searches of fewer than 2 trials are not made: 3 searches are taken where 4 would be too small.

    Args:
        n_trials: The trials that one search would have had.
        n_searches: How many searches, 3 or more.
        n_fresh: Runs of each winner with fresh seeds, 1 or more.

    Raises:
        InsufficientDataError: If there are too few trials for 3 searches of 2.

    Example:
        >>> split_study(100)
        SplitStudy(n_searches=4, n_trials=25, n_fresh=1)
    """
    if n_searches < MIN_SEARCHES or n_fresh < 1:
        raise InsufficientDataError(
            f"{n_searches} searches with {n_fresh} fresh runs each cannot judge a recipe",
            todo=f"plan {MIN_SEARCHES} searches or more, and a fresh run of each winner",
        )
    most = min(n_searches, n_trials // _FEWEST_TRIALS)
    if most < MIN_SEARCHES:
        raise InsufficientDataError(
            f"{n_trials} trials are too few for {MIN_SEARCHES} searches of {_FEWEST_TRIALS}",
            todo=f"plan {MIN_SEARCHES * _FEWEST_TRIALS} trials or more",
        )
    return SplitStudy(n_searches=most, n_trials=n_trials // most, n_fresh=n_fresh)
