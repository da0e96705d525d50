"""How many more examples, or more seeds, would tell."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a comparison has: examples, and seeds per variant."""

    examples: int
    seeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreData:
    """What would tell, each alone: None where no number of them would.

    Attributes:
        examples: Examples more.
        seeds: Seeds more per variant.
    """

    examples: int | None
    seeds: int | None


def more_data(
    se: float,
    noise: tuple[float, float, float],
    sizes: Sizes,
    *,
    relevant: float,
    alpha: float = 0.05,
    power: float = 0.8,
) -> MoreData:
    """Give what would find a difference of `relevant` with `power`, everything else as it is.

    A rule of thumb from the normal distribution: the noise itself is an estimate.

    Args:
        se: The standard error that there is.
        noise: Shares of its square from examples, from seeds, and from their interplay.
        sizes: What it rests on.
        relevant: The relevant difference, never the observed one.
        alpha: Two-sided error rate of the comparison.
        power: The probability that is asked for.

    Example:
        >>> more_data(0.01, (1.0, 0.0, 0.0), Sizes(examples=1000, seeds=1), relevant=0.02)
        MoreData(examples=963, seeds=None)
    """
    wanted = (relevant / float(ndtri(1 - alpha / 2) + ndtri(power)) / se) ** 2
    examples, seeds, both = noise
    return MoreData(
        examples=_more(sizes.examples, fixed=seeds, shrinks=examples + both, wanted=wanted),
        seeds=_more(sizes.seeds, fixed=examples, shrinks=seeds + both, wanted=wanted),
    )


def _more(n: int, *, fixed: float, shrinks: float, wanted: float) -> int | None:
    if fixed >= wanted:
        return None
    return max(0, math.ceil(n * shrinks / (wanted - fixed)) - n)
