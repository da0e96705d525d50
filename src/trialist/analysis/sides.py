"""The values of two variants that are compared, oriented so that higher is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from trialist.values.evidence import Sample
from trialist.values.plan import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The values that are compared; in paired designs the two are aligned.

    Attributes:
        a: The baseline's values, oriented.
        b: The candidate's values, oriented.
        differences: `b - a` by seed, in paired designs.
        n_unpaired: Values left out because their partner has none, in paired designs.
        paired: Whether equal seeds are pairs by design.
    """

    a: tuple[float, ...]
    b: tuple[float, ...]
    differences: Mapping[int, float] = field(default_factory=dict)
    n_unpaired: int = 0
    paired: bool

    @property
    def n(self) -> int:
        """Pairs, or the size of the smaller side."""
        return min(len(self.a), len(self.b))

    @property
    def df(self) -> int:
        """Degrees of freedom of the pairs, or of both sides together."""
        return self.n - 1 if self.paired else len(self.a) + len(self.b) - 2

    @property
    def mean_difference(self) -> float:
        """The difference of the means; both sides have a value."""
        return math.fsum(self.b) / len(self.b) - math.fsum(self.a) / len(self.a)


def sides_of(baseline: Sample, variant: Sample, protocol: Protocol) -> Sides:
    """Give the values of both that count in the protocol's design."""
    sign = protocol.metric.goal.sign
    if not protocol.paired:
        return Sides(
            a=tuple(sign * value for value in baseline.values),
            b=tuple(sign * value for value in variant.values),
            paired=False,
        )
    of_a, of_b = _by_seed(baseline), _by_seed(variant)
    shared = [seed for seed in of_a if seed in of_b]
    a = tuple(sign * of_a[seed] for seed in shared)
    b = tuple(sign * of_b[seed] for seed in shared)
    return Sides(
        a=a,
        b=b,
        differences={seed: y - x for seed, x, y in zip(shared, a, b, strict=True)},
        n_unpaired=baseline.n + variant.n - 2 * len(shared),
        paired=True,
    )


def _by_seed(sample: Sample) -> dict[int, float]:
    pairs = zip(sample.seeds, sample.values, strict=True)
    return {seed: value for seed, value in pairs if seed is not None}
