"""Mean and spread of a few numbers, and whether there is any spread to speak of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from trialist.values.errors import MetricError

# Numbers closer than this share of their size differ by rounding only: single precision itself
# carries 6e-8, and the differences of decimals that lie in [0, 1] carry 1e-16 / their size.
_ROUNDING = 1e-10
_SMALLEST = 1e-300  # below it, squares and quotients of doubles lose all digits

NO_SPREAD = "all values are equal: deterministic or rounded metric"


def has_spread(values: Sequence[float]) -> bool:
    """Tell whether `values` differ by more than the rounding of their arithmetic.

    Raises:
        MetricError: If a value is NaN or infinite.
    """
    check_finite(values)
    if len(values) < 2:
        return False
    low, high = min(values), max(values)
    return high - low > max(_ROUNDING * max(abs(low), abs(high)), _SMALLEST)


def check_finite(values: Sequence[float]) -> None:
    """Refuse NaN and infinity: runs that diverged are counted, never averaged.

    Raises:
        MetricError: If a value is NaN or infinite.
    """
    if all(map(math.isfinite, values)):
        return
    value = next(value for value in values if not math.isfinite(value))
    raise MetricError(
        f"{value!r} cannot be averaged",
        todo="count runs that diverged apart from those that finished",
    )


def mean_of(values: Sequence[float]) -> float:
    """Give the mean: the order of the values cannot change it, and it lies among them."""
    # the sum is rounded once; dividing it can still leave [0.1, 0.1, 0.1] by a bit
    return min(max(math.fsum(values) / len(values), min(values)), max(values))


def sd_of(values: Sequence[float]) -> float:
    """Give the sample SD (n - 1), independent of order and safe from overflow of squares."""
    mean = mean_of(values)
    deviations = sorted(abs(value - mean) for value in values)
    return math.hypot(*deviations) / math.sqrt(len(values) - 1)
