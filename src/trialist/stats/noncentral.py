"""The noncentral t distribution, by quadrature that holds at any t.

SciPy's inverse (`nctdtrinc`) loses digits from t = 1e4 on and never returns at t = 1e8.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.special import chdtri, gammainc, ndtr, ndtri

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(160)
_REACH = 12.0  # SDs on either side that are integrated over; what is beyond is below 1e-15
_ROUNDS = 80  # at most; about five are taken
_CLOSE = 1e-10


def noncentral_sf(t: float, df: float, ncp: float) -> float:
    """Give P(T > t) for t >= 0, where T = (Z + ncp) / S and df S^2 is chi-square with df.

    Absolute error below 1e-10, with t, df and ncp of any size.
    """
    return float(_sf(t, df, np.array([ncp]))[0])


def noncentral_beyond(t: float, df: float, ncp: float) -> float:
    """Give P(|T| > t) for t >= 0, with T as in `noncentral_sf`."""
    return float(_sf(t, df, np.array([ncp, -ncp])).sum())


def noncentrality_at(t: float, df: float, sf: float) -> float:
    """Give the noncentrality at which P(T > t) is `sf`, for t >= 0.

    References:
        Steiger & Fouladi (1997), "Noncentrality interval estimation".
    """
    # S lies between these quantiles and Z within 8 of 0 but for 1e-12: so does the answer
    low = t * math.sqrt(chdtri(df, 1 - 1e-12) / df) - 8
    high = t * math.sqrt(chdtri(df, 1e-12) / df) + 8
    # As a normal quantile the probability is nearly a line in the noncentrality: secants meet it
    # in about five steps. A step that leaves the bracket is replaced by half of it.
    target, slope = float(ndtri(sf)), 1 / math.hypot(1, t / math.sqrt(2 * df))
    place = min(max(t * (1 - 1 / (4 * df)) + target / slope, low), high)
    before = (math.nan, math.nan)
    for _ in range(_ROUNDS):
        quantile = float(ndtri(noncentral_sf(t, df, place)))
        error = quantile - target
        if abs(error) <= _CLOSE or high - low <= _CLOSE * (abs(low) + abs(high)):
            break
        low, high = (place, high) if error < 0 else (low, place)
        tangent = (quantile - before[1]) / (place - before[0]) if place != before[0] else math.nan
        slope = tangent if tangent > 0 and math.isfinite(tangent) else slope
        step = place - error / slope
        before = (place, quantile)
        place = step if low < step < high else (low + high) / 2
    return place


def _sf(t: float, df: float, ncp: np.ndarray) -> np.ndarray:
    # the smoother of the two factors of T is integrated out, so that fixed nodes suffice
    return _over_spread(t, df, ncp) if t <= math.sqrt(2 * df) else _over_noise(t, df, ncp)


def _over_spread(t: float, df: float, ncp: np.ndarray) -> np.ndarray:
    spread, weights = _spread_rule(df)
    result: np.ndarray = ndtr(ncp[:, None] - t * spread) @ weights
    return result


@cache
def _spread_rule(df: float) -> tuple[np.ndarray, np.ndarray]:
    sd = 1 / math.sqrt(2 * df)
    low, high = max(0.0, 1 - _REACH * sd), 1 + _REACH * sd
    nodes = low + (high - low) * (_NODES + 1) / 2
    log_density = (df - 1) * np.log(nodes) - df * (nodes**2 - 1) / 2
    weights = _WEIGHTS * np.exp(log_density)
    return nodes, weights / weights.sum()


def _over_noise(t: float, df: float, ncp: np.ndarray) -> np.ndarray:
    # Z + ncp must be above 0, and S below (Z + ncp) / t
    low = np.clip(-ncp, -_REACH, _REACH)[:, None]
    half = (_REACH - low) / 2
    z = low + half * (_NODES + 1)
    spread = np.maximum(z + ncp[:, None], 0.0) / t
    below = gammainc(df / 2, df / 2 * np.minimum(spread, 1e100) ** 2)
    result: np.ndarray = (half * below * np.exp(-(z**2) / 2)) @ _WEIGHTS / math.sqrt(2 * math.pi)
    return result
