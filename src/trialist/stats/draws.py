"""The random draws of resampling: fresh, or shared by comparisons of equal sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Block = npt.NDArray[np.float64]

_SEED = 20_260_704  # of all shared draws: fixed, so that a report is the same on every repeat
_MOST_SHARED = 2_000_000  # numbers of one block that is kept: 16 MB
_BLOCKS = 8


def splits(rng: Draws, rows: int, total: int, n: int) -> Block:
    """Give 1 for the `n` of `total` places that are picked in each of `rows` rows, else 0."""
    return _block("splits", rng, rows, total, n)


def signs(rng: Draws, rows: int, n: int) -> Block:
    """Give `n` signs in each of `rows` rows."""
    return _block("signs", rng, rows, n, n)


def weights(rng: Draws, rows: int, n: int) -> Block:
    """Give how often each of `n` values is drawn, in each of `rows` resamples."""
    return _block("weights", rng, rows, n, n)


class SharedDraws:
    """Draws that follow from their sizes alone: the same for every comparison of equal sizes.

    Fifty comparisons of 10 against 10 runs then draw once, and a comparison keeps its numbers when
    a variant is renamed or others join. One object serves one analysis: what it gives first, second
    and so on differs, and the next object gives the same again.
    """

    def __init__(self) -> None:
        self._given: Counter[tuple[str, int, int, int]] = Counter()

    def next(self, kind: str, rows: int, total: int, n: int) -> Block:
        """Give the next block of this kind and size; small ones are kept for the next object."""
        sizes = (kind, rows, total, n)
        self._given[sizes] += 1
        draw = _kept if rows * total <= _MOST_SHARED else _seeded
        return draw(*sizes, self._given[sizes])


Draws = np.random.Generator | SharedDraws
"""Where random draws come from."""


def _block(kind: str, rng: Draws, rows: int, total: int, n: int) -> Block:
    if isinstance(rng, SharedDraws):
        return rng.next(kind, rows, total, n)
    return _KINDS[kind](rng, rows, total, n)


def _seeded(kind: str, rows: int, total: int, n: int, count: int) -> Block:
    seeds = [_SEED, list(_KINDS).index(kind), rows, total, n, count]
    block = _KINDS[kind](np.random.default_rng(seeds), rows, total, n)
    block.setflags(write=False)
    return block


_kept = lru_cache(maxsize=_BLOCKS)(_seeded)


def _splits(rng: np.random.Generator, rows: int, total: int, n: int) -> Block:
    picked = np.argpartition(rng.random((rows, total)), n, axis=1)[:, :n]
    block = np.zeros((rows, total))
    np.put_along_axis(block, picked, 1.0, axis=1)
    return block


def _signs(rng: np.random.Generator, rows: int, total: int, _: int) -> Block:
    return 1.0 - 2.0 * rng.integers(0, 2, (rows, total), dtype=np.int8).astype(float)


def _weights(rng: np.random.Generator, rows: int, total: int, _: int) -> Block:
    return rng.multinomial(total, np.full(total, 1 / total), rows).astype(float)


_KINDS: Mapping[str, Callable[[np.random.Generator, int, int, int], Block]] = {
    "splits": _splits,
    "signs": _signs,
    "weights": _weights,
}
