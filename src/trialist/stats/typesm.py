"""What a claim is worth: the risk of its sign being wrong, and how much it exaggerates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtrit

from trialist.stats.level import check_alpha
from trialist.stats.spread_density import spread_density
from trialist.values.errors import ConfigError, InsufficientDataError

Array = npt.NDArray[np.float64]

_NODES = 128
_REACH = 12.0  # SDs that are integrated over: beyond it is less than 1e-15


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskOfClaim:
    """What happens to those who claim a difference where the test finds one.

    Attributes:
        power: P(the test finds a difference).
        wrong_sign: P(the estimate has the wrong sign), given that a difference was found: Type S.
        exaggeration: The mean size of the estimate over the true size, given the same: Type M.
    """

    power: float
    wrong_sign: float
    exaggeration: float


def type_s_m(effect: float, n: int, *, paired: bool, alpha: float) -> RiskOfClaim:
    """Give power, Type S and Type M of a two-sided t test at `alpha`, with no look before the end.

    Assumes normal noise, equal in both variants if unpaired; the noise is estimated as the test
    does it. Smallest n: 2.

    Args:
        effect: True difference in SDs: of the runs if unpaired, of the differences if paired.
        n: Seeds per variant.
        paired: Whether the pairs are compared.
        alpha: Two-sided error rate of the test.

    Raises:
        ConfigError: If `effect` is 0, NaN or infinite, or `alpha` is not in (0, 1).
        InsufficientDataError: If there are fewer than 2 seeds per variant.

    References:
        Gelman & Carlin (2014), Perspectives on Psychological Science 9, 641-651.

    Example:
        >>> risk = type_s_m(0.5, 5, paired=False, alpha=0.05)
        >>> f"{risk.power:.2f} {risk.wrong_sign:.3f} {risk.exaggeration:.1f}"
        '0.11 0.036 2.9'
    """
    check_alpha(alpha)
    if n < 2:
        raise InsufficientDataError(
            f"{n} seed per variant cannot find any difference", todo="plan 3 seeds or more"
        )
    if not math.isfinite(effect) or effect == 0:
        raise ConfigError(
            f"a true difference of {effect!r} has no sign and no size", todo="name a difference"
        )
    df = n - 1 if paired else 2 * n - 2
    shift = abs(effect) * math.sqrt(n if paired else n / 2)
    if shift == 0 or math.isinf(shift):
        raise ConfigError(
            f"a true difference of {effect!r} cannot be computed with",
            todo="give it in units of the seed SD, such as 0.5",
        )
    critical = -float(stdtrit(df, alpha / 2))
    spread, weights = _spread_rule(df, critical, shift)
    limits = critical * spread
    right, wrong = ndtr(shift - limits) @ weights, ndtr(-shift - limits) @ weights
    # E[|z + shift|; |z + shift| > limit], in closed form for each spread
    size = _density(limits - shift) + _density(limits + shift)
    size += shift * (ndtr(shift - limits) - ndtr(-shift - limits))
    power = float(right + wrong)
    return RiskOfClaim(
        power=min(1.0, power),
        wrong_sign=float(wrong) / power,
        exaggeration=float(size @ weights / (shift * power)),
    )


def _density(z: Array) -> Array:
    return np.asarray(np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))


def _spread_rule(df: int, critical: float, shift: float) -> tuple[Array, Array]:
    """Give nodes and weights of the estimated SD, dense where the test turns to "found"."""
    sd = 1 / math.sqrt(2 * df)
    low, high = max(0.0, 1 - _REACH * sd), 1 + _REACH * sd
    turn = ((shift - _REACH) / critical, (shift + _REACH) / critical)
    edges = [low, *(min(max(edge, low), high) for edge in turn), high]
    x, unit_weights = _unit_rule()
    panels = [(start, end - start) for start, end in pairwise(edges) if end > start]
    spread = np.concatenate([start + length * x for start, length in panels])
    weights = np.concatenate([length * unit_weights for _, length in panels])
    return spread, weights * spread_density(spread, df)


@cache
def _unit_rule() -> tuple[Array, Array]:
    x, weights = np.polynomial.legendre.leggauss(_NODES)
    return (x + 1) / 2, weights / 2
