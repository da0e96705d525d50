"""Whether two inputs interact: what their product explains beyond a curve in each of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from trialist.values.errors import InsufficientDataError

Array = npt.NDArray[np.float64]

_DRAWS = 999
_FENCE = 3.0  # interquartile ranges beyond the upper quartile: what is worse is cut to that
_FLAT = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShare:
    """What the product of two inputs explains.

    Attributes:
        first: The place of one input.
        second: The place of the other.
        share: Of the variance that the curves in all inputs leave, from 0 to 1.
        p: How often residuals in another order explain as much in any pair.
    """

    first: int
    second: int
    share: float
    p: float


def least_n(inputs: int) -> int:
    """Give the least number of points for so many inputs: half as many again as coefficients."""
    return max(12, -(-3 * (2 * inputs + 2) // 2))


def interactions(units: Array, scores: Array, *, rng: np.random.Generator) -> tuple[PairShare, ...]:
    """Give for each pair of inputs what their product adds to a model of separate curves.

    A parabola in every input is fitted by least squares; the product of two inputs is then
    correlated with what is left. p by the permutation of the residuals of that model, as the
    largest share of all pairs in each order, so that it holds for all pairs together. Scores worse
    than the outer fence of their box plot are cut to it. Assumes points that cover the cube evenly
    and inputs that act smoothly; smallest n: `least_n`.

    Args:
        units: Of shape (n, inputs), from 0 to 1.
        scores: Lower is better, of shape (n,).
        rng: Where the orders come from.

    Raises:
        InsufficientDataError: If there are fewer points than `least_n`, or fewer than two inputs.

    References:
        Freedman and Lane (1983); Westfall and Young (1993) for the largest of all pairs.
    """
    n, inputs = units.shape
    if inputs < 2 or n < least_n(inputs):
        raise InsufficientDataError(
            f"{n} points in {inputs} inputs are too few for their interactions",
            todo=f"ask for {least_n(inputs)} points or more",
        )
    centred = units - 0.5
    basis = np.column_stack([np.ones(n), centred, centred**2])
    pairs = list(combinations(range(inputs), 2))
    products = np.column_stack([centred[:, i] * centred[:, j] for i, j in pairs])
    directions = _normed(_left(basis, products))
    residuals = _left(basis, _cut(scores)[:, None])[:, 0]
    seen = _shares(directions, residuals[:, None], basis)[:, 0]
    orders = np.column_stack([rng.permutation(residuals) for _ in range(_DRAWS)])
    largest = _shares(directions, orders, basis).max(axis=0)
    p = (1 + (largest[None, :] >= seen[:, None] - _FLAT).sum(axis=1)) / (1 + _DRAWS)
    return tuple(
        PairShare(first=i, second=j, share=float(share), p=float(one))
        for (i, j), share, one in zip(pairs, seen, p, strict=True)
    )


def _left(basis: Array, columns: Array) -> Array:
    """Give what least squares on `basis` leaves of the columns."""
    fitted, *_ = np.linalg.lstsq(basis, columns, rcond=None)
    return np.asarray(columns - basis @ fitted)


def _normed(columns: Array) -> Array:
    sizes = np.linalg.norm(columns, axis=0)
    return np.asarray(columns / np.where(sizes > _FLAT, sizes, np.inf))


def _shares(directions: Array, residuals: Array, basis: Array) -> Array:
    left = _left(basis, residuals)
    whole = (left**2).sum(axis=0)
    explained = (directions.T @ left) ** 2
    return np.asarray(np.where(whole > _FLAT, explained / np.where(whole > 0, whole, 1.0), 0.0))


def _cut(scores: Array) -> Array:
    low, high = np.quantile(scores, (0.25, 0.75))
    return np.asarray(np.minimum(scores, high + _FENCE * (high - low)))
