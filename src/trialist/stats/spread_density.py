"""How an estimated SD scatters around the true one, under normal noise."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_STIRLING_FROM = 30.0
_NEAR = 0.5


def spread_density(ratio: Array, df: float) -> Array:
    """Give the density of S = estimated SD / true SD, where df S^2 is chi-square with df.

    Relative error below 1e-11 for df up to 1e6, within ten SDs of S around 1.

    Args:
        ratio: Values of S above 0, of any shape.
        df: Degrees of freedom, above 0.
    """
    log_scale = math.log(2) + math.log(df / (4 * math.pi)) / 2 - _stirling_rest(df / 2)
    excess = ratio - 1
    # log s - (s^2 - 1) / 2, without the difference of large numbers near s = 1
    log = np.where(ratio < _NEAR, np.log(ratio), np.log1p(np.maximum(excess, _NEAR - 1)))
    shape = log - excess * (1 + excess / 2)
    return np.asarray(np.exp(log_scale + df * shape) / ratio)


def _stirling_rest(a: float) -> float:
    """Give log Gamma(a) less Stirling's (a - 1/2) log a - a + log(2 pi) / 2."""
    if a < _STIRLING_FROM:
        return math.lgamma(a) - (a - 0.5) * math.log(a) + a - math.log(2 * math.pi) / 2
    square = a * a
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) / a
