"""Whether numbers differ by more than the rounding they went through."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from trialist.stats.spread import has_spread

_DOUBLE_ROUNDING = 2.0**-53
_SINGLE_ROUNDING = 2.0**-24


def rounding_of(values: Sequence[float]) -> float:
    """Give the largest difference that rounding alone can make between such `values`.

    Without it, five differences that are all "one image of 10,000" differ by 1e-17 and would be
    tested as five measurements that agree astonishingly well. Values that single precision can
    hold are taken to come from there (a metric computed by torch); whole numbers are exact.
    """
    if all(value.is_integer() for value in values):
        return 0.0
    largest = max(abs(value) for value in values)
    # Two roundings in each of two differences for single precision; a few more operations for
    # double precision, since sums and percentages are computed in it.
    return largest * (4 * _SINGLE_ROUNDING if _is_single(values) else 16 * _DOUBLE_ROUNDING)


def is_flat(numbers: Sequence[float], *, rounding: float) -> bool:
    """True where `numbers` differ by no more than `rounding`, or too little to be tested."""
    return max(numbers) - min(numbers) <= rounding or not has_spread(numbers)


def _is_single(values: Sequence[float]) -> bool:
    try:
        packed = struct.pack(f"<{len(values)}f", *values)
    except OverflowError:
        return False
    return struct.unpack(f"<{len(values)}f", packed) == tuple(values)
