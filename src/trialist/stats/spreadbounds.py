"""How far an estimated SD may be from the true one."""

from __future__ import annotations

import math

from scipy.special import chdtri

from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Interval

_TAIL = 0.2


def spread_bounds(sd: float, df: float, *, tail: float = _TAIL) -> Interval:
    """Give the range of true SDs that `sd` stands for, with `tail` left out on either side.

    Assumes independent values with normal noise; smallest df: 1. At the default tails the upper
    end is enough in 80 % of cases.

    Args:
        sd: The estimated SD.
        df: Its degrees of freedom.
        tail: What is left out on either side, in (0, 0.5).

    Raises:
        InsufficientDataError: If there is less than one degree of freedom.

    References:
        Browne (1995), Statistics in Medicine 14, 1933-1940.

    Example:
        >>> bounds = spread_bounds(1.0, 4)
        >>> f"{bounds.low:.2f} {bounds.high:.2f}"
        '0.82 1.56'
    """
    if df < 1:
        raise InsufficientDataError(
            "one run has no spread", todo="run a pilot of two seeds or more, better five"
        )
    ends = (sd * math.sqrt(df / float(chdtri(df, part))) for part in (tail, 1 - tail))
    return Interval(low=next(ends), high=next(ends))
