"""Simulated runs: arrays of shape (studies, variants, seeds), no true difference between variants.

NaN is a run that diverged.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Draw = Callable[[np.random.Generator, int, int, int], Array]


def normal(
    rng: np.random.Generator, studies: int, variants: int, n: int, rho: float = 0.0
) -> Array:
    """Give normal noise of SD 1; runs of one seed correlate by `rho`."""
    own = rng.normal(size=(studies, variants, n))
    if rho == 0:
        return own
    shared = rng.normal(size=(studies, 1, n))
    return math.sqrt(rho) * shared + math.sqrt(1 - rho) * own


def ceiling(rng: np.random.Generator, studies: int, variants: int, n: int) -> Array:
    """Give accuracies close to 1: Beta(30, 1.5), skewness about -1.3."""
    return rng.beta(30, 1.5, size=(studies, variants, n))


def heavy(rng: np.random.Generator, studies: int, variants: int, n: int) -> Array:
    """Give Student's t with 3 degrees of freedom."""
    return rng.standard_t(3, size=(studies, variants, n))


def uneven(rng: np.random.Generator, studies: int, variants: int, n: int) -> Array:
    """Give normal noise, three times as large in the second variant."""
    draws = rng.normal(size=(studies, variants, n))
    draws[:, 1] *= 3
    return draws


def diverging(rng: np.random.Generator, studies: int, variants: int, n: int) -> Array:
    """Give normal noise where one run in ten diverges."""
    draws = rng.normal(size=(studies, variants, n))
    return np.where(rng.uniform(size=draws.shape) < 0.1, np.nan, draws)


def skewed_pairs(rng: np.random.Generator, studies: int, variants: int, n: int) -> Array:
    """Give runs whose paired differences are strongly skewed: Gamma(2), mean 0."""
    draws = np.zeros((studies, variants, n))
    draws[:, 0] = rng.normal(size=(studies, n))
    draws[:, 1:] = draws[:, :1] + rng.gamma(2.0, size=(studies, variants - 1, n)) - 2.0
    return draws


OTHER: Mapping[str, Draw] = {
    "ceiling": ceiling,
    "t with 3 df": heavy,
    "1 in 10 diverges": diverging,
    "one variant 3x as noisy": uneven,
}
CEILING_MEAN = 30 / 31.5
