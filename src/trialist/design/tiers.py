"""Which hyperparameters matter most: the order in which they deserve to be tuned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.design.hyperparameters import Kind, kind_of
from trialist.values.space import Parameter

LAST_TIER = 4

_TIERS: Mapping[int, tuple[Kind, ...]] = {
    1: (Kind.LR,),
    2: (Kind.MOMENTUM, Kind.BETA1, Kind.BETAS, Kind.WEIGHT_DECAY, Kind.SCHEDULE, Kind.WARMUP),
    3: (Kind.REGULARIZATION, Kind.WIDTH, Kind.DEPTH, Kind.HEADS, Kind.ARCHITECTURE, Kind.CLIPPING),
    4: (Kind.EPS, Kind.BETA2, Kind.BATCH_SIZE, Kind.LENGTH),
}
_TIER_OF = {kind: tier for tier, kinds in _TIERS.items() for kind in kinds}
_PLACE_OF = {kind: place for kinds in _TIERS.values() for place, kind in enumerate(kinds)}
_OF_UNKNOWN = 3


def tier_of(name: str) -> int:
    """Give how early a hyperparameter deserves to be tuned, from 1 to 4.

    1 is the learning rate; 2 what belongs to it (momentum, beta1, weight decay, the schedule);
    3 the model and its regularization, and every name that nobody knows; 4 what hardly ever
    matters (eps, beta2) or is no way to a better model (the batch size, the length of training).

    Example:
        >>> tier_of("adam.lr"), tier_of("momentum"), tier_of("dropout"), tier_of("eps")
        (1, 2, 3, 4)
    """
    kind = kind_of(name)
    return _OF_UNKNOWN if kind is None else _TIER_OF.get(kind, _OF_UNKNOWN)


def by_tier(parameters: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """Give the parameters with the most important first; equals stay in their order."""
    return tuple(sorted(parameters, key=_rank))


def least_important(parameters: Sequence[Parameter]) -> Parameter:
    """Give the parameter that a round misses least where it is fixed: the last by tier."""
    return by_tier(parameters)[-1]


def _rank(parameter: Parameter) -> tuple[int, int]:
    kind = kind_of(parameter.name)
    place = len(_PLACE_OF) if kind is None else _PLACE_OF.get(kind, len(_PLACE_OF))
    return tier_of(parameter.name), place
