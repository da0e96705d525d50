"""Performance profiles of costs: the share of problems solved within a multiple of the best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioProfile:
    """The share of problems that one solver solves within tau times the best solver's cost.

    Attributes:
        taus: Where the share rises, ascending, and 1.
        shares: The share from there on.
        upto: The largest multiple that counts.
        score: The area under the profile from 1 to `upto`, divided by its width: 1 is the best.
    """

    taus: tuple[float, ...]
    shares: tuple[float, ...]
    upto: float
    score: float


def ratio_profiles(
    ratios: Mapping[str, Sequence[float]], *, upto: float = 4.0
) -> Mapping[str, RatioProfile]:
    """Give each solver's profile from its ratios to the best, one per problem.

    Every problem has the same weight. What a profile says of one solver depends on the others: the
    best of all is what each is measured by. Smallest n: one problem.

    Args:
        ratios: Cost as a multiple of the best solver's on each problem; infinite where it was not
            solved. The same problems in the same order for every solver.
        upto: The largest multiple that counts.

    Raises:
        ValueError: If a ratio is below 1 or NaN, or there is no problem.

    References:
        Dolan & More (2002), Mathematical Programming 91, 201-213; the score: Dahl et al. (2023),
        Benchmarking neural network training algorithms, section 4.4.

    Example:
        >>> found = ratio_profiles({"a": [1.0, 1.0], "b": [2.5, float("inf")]})
        >>> found["a"].score, found["b"].score, found["b"].shares
        (1.0, 0.25, (0.0, 0.5))
    """
    return {name: _profile(list(found), upto) for name, found in ratios.items()}


def ratios_of(
    costs: Mapping[str, Mapping[str, float]], problems: Sequence[str]
) -> Mapping[str, tuple[float, ...]]:
    """Give each solver's costs as multiples of the least cost on each problem.

    Args:
        costs: By solver and problem; what is missing or infinite was not solved.
        problems: The problems in their order.

    Example:
        >>> ratios_of({"a": {"x": 2.0}, "b": {"x": 3.0, "y": 1.0}}, ["x", "y"])
        {'a': (1.0, inf), 'b': (1.5, 1.0)}
    """
    least = {name: min(own.get(name, math.inf) for own in costs.values()) for name in problems}
    return {
        solver: tuple(_ratio(own.get(name, math.inf), least[name]) for name in problems)
        for solver, own in costs.items()
    }


def _ratio(cost: float, least: float) -> float:
    return cost / least if math.isfinite(cost) else math.inf


def _profile(ratios: list[float], upto: float) -> RatioProfile:
    if not ratios or not all(ratio >= 1 for ratio in ratios):
        raise ValueError(f"ratios to the best are 1 or more, one per problem; these are {ratios}")
    inside = sorted(ratio for ratio in ratios if ratio <= upto)
    taus = sorted({1.0, *inside})
    shares = [sum(ratio <= tau for ratio in inside) / len(ratios) for tau in taus]
    area = math.fsum((upto - ratio) / (upto - 1) for ratio in inside) / len(ratios)
    return RatioProfile(taus=tuple(taus), shares=tuple(shares), upto=upto, score=area)
