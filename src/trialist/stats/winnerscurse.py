"""How much too good the best of several noisy scores is, at most."""

from __future__ import annotations

from statistics import NormalDist

_BLOM = 0.375


def most_optimism(n: int, noise: float) -> float:
    """Give by how much the best of `n` scores is too good on average, if all were equally good.

    The expected largest of n normal errors. It is the most that choosing can do: where the
    configurations differ by as much as the noise, it is 0.7 of it. Assumes normal noise; smallest
    n: 1, where nothing is chosen.

    Args:
        n: Scores that were chosen from.
        noise: The standard deviation of each.

    References:
        Blom (1958): the error of the approximation is below 2 % of the noise.

    Example:
        >>> round(most_optimism(20, 0.5), 2)
        0.93
    """
    if n < 2:
        return 0.0
    return noise * NormalDist().inv_cdf((n - _BLOM) / (n + 1 - 2 * _BLOM))
