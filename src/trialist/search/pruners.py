"""The rule that ends trials of one search, by its name in the plan."""

from __future__ import annotations

from trialist.search.pruning import Pruning
from trialist.search.rungpruning import RungPruning
from trialist.search.wandbrule import BandPruning
from trialist.values.metric import Goal
from trialist.values.searchplan import Pruner


def pruning_for(pruner: Pruner, goal: Goal, *, seed: int, warmup: int = 0) -> Pruning:
    """Give the rule of one search, to which nothing was reported yet.

    Args:
        pruner: What the plan says of it: median, asha, hyperband or wandb.
        goal: Which way is better.
        seed: Draws the would-be cuts that are audited: `factory.seed_of` gives it.
        warmup: The last step of the learning rate's warm-up: no rung lies before twice that.

    Raises:
        ConfigError: If the rungs have no place in the budget.
    """
    if pruner.name == "wandb":
        return BandPruning(pruner, goal)
    return RungPruning(pruner, goal, seed=seed, warmup=warmup)
