"""Where trials are compared: at fixed fractions of the budget, the same for all of them."""

from __future__ import annotations

import math

from trialist.values.errors import ConfigError
from trialist.values.searchplan import Pruner


def rungs_of(pruner: Pruner, *, warmup: int = 0) -> tuple[int, ...]:
    """Give the steps at which trials are compared: a factor of eta apart, before the budget's end.

    The first lies at `first` of the budget, and not before twice the end of the learning rate's
    warm-up: who is slow at the start is else cut first.

    Args:
        pruner: What the plan says; rungs that are given in it are taken as they are.
        warmup: The last step of the warm-up, the longest of all trials.

    Raises:
        ConfigError: If the budget is not known, or no rung lies inside of it.

    Example:
        >>> rungs_of(Pruner(name="asha", resource=600))
        (60, 180, 540)
        >>> rungs_of(Pruner(name="asha", resource=600), warmup=50)
        (100, 300)
    """
    if pruner.rungs:
        found = [rung for rung in pruner.rungs if pruner.resource is None or rung < pruner.resource]
        return tuple(sorted(found)) or _none(pruner, min(pruner.rungs))
    if pruner.resource is None:
        raise ConfigError(
            f"the pruner {pruner.name} does not know how long a trial is",
            where="search.pruner",
            todo="give budget.max_train_steps",
        )
    first = max(math.ceil(pruner.first * pruner.resource - _ROUNDING), 2 * warmup, 1)
    if first >= pruner.resource:
        _none(pruner, first)
    found = []
    while first * pruner.eta ** len(found) < pruner.resource:
        found.append(first * pruner.eta ** len(found))
    return tuple(found)


_ROUNDING = 1e-9  # .1 x 30 is a little more than 3


def _none(pruner: Pruner, first: int) -> tuple[int, ...]:
    raise ConfigError(
        f"the first rung of the pruner {pruner.name} lies at step {first}, and a trial ends "
        f"at {pruner.resource}",
        where="search.pruner",
        todo="give the trials more steps, or write pruner: none",
    )
