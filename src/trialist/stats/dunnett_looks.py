"""Looks before the end where the noise is pooled: the p of Dunnett's test that a look has to reach.

The largest |t| of a family at successive looks has no chain of integrals over one angle, as a
single t has (`t_process`). So what an earlier look took away is simulated, and only that: the
chance that Dunnett's p is at most x at one look is x, exactly. Of the chance p_j that a look
rejects, the share that an earlier look had rejected anyway is the simulated part, and small.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from trialist.stats.dunnett import dunnett_critical, dunnett_p
from trialist.stats.dunnett_table import TABLE, TABLE_ALPHA
from trialist.stats.sequential import SMALLEST_N, spending, thresholds
from trialist.values.errors import ConfigError

Array = npt.NDArray[np.float64]

DRAWS = 400_000
_SEED = 20_240_229
_CHUNK = 2_000_000  # numbers drawn at once
_DIGITS = 6
_HALVINGS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """k comparisons with one baseline, every group of equal size.

    Attributes:
        k: Comparisons.
        paired: Whether equal seeds are blocks.
    """

    k: int
    paired: bool

    @property
    def dimensions(self) -> int:
        """Sources of noise per seed: what blocks share is taken out."""
        return self.k if self.paired else self.k + 1

    def df(self, n: int) -> int:
        """Give the degrees of freedom of the common SD with `n` seeds."""
        return self.dimensions * (n - 1)

    def p(self, t: float, n: int) -> float:
        """Give Dunnett's p of the largest |t| with `n` seeds."""
        return dunnett_p(t, df=self.df(n), n_baseline=n, n_others=(n,) * self.k)

    def critical(self, alpha: float, n: int) -> float:
        """Give the |t| at which Dunnett's p is `alpha` with `n` seeds."""
        return dunnett_critical(alpha, df=self.df(n), n_baseline=n, n_others=(n,) * self.k)


def dunnett_thresholds(
    looks: tuple[int, ...], *, alpha: float, k: int, paired: bool
) -> tuple[float, ...]:
    """Give the p of Dunnett's test that any of `k` comparisons has to reach at each look.

    With no difference anywhere, the chance that the smallest p has reached its threshold at any
    look up to the j-th is alpha (n_j / N)^2. Assumes normal noise, equal in all groups, and equal
    sizes. One comparison: as `sequential.thresholds`. Common schedules at alpha .05 come from
    a table (4,000,000 draws: standard error of a threshold below 0.25 %), others from 400,000 draws
    with a fixed seed (below 0.8 %). A look with fewer than 2 seeds has no test: its threshold is 0.
    Thresholds need not rise from look to look where two looks are close.

    Args:
        looks: Seeds per variant at each look, increasing.
        alpha: Error rate of the family over all looks, in (0, 1).
        k: Comparisons with the baseline.
        paired: Whether equal seeds are blocks.

    Raises:
        ConfigError: If looks do not increase, `alpha` is not in (0, 1), or `k` below 1.

    References:
        Follmann, Proschan & Geller (1994), Biometrics 50, 325-336 (many arms, group sequential);
        Lan & DeMets (1983), Biometrika 70, 659-663.

    Example:
        >>> dunnett_thresholds((5, 10), alpha=0.05, k=1, paired=True)[0]
        0.0125
    """
    if k < 1:
        raise ConfigError(f"{k} comparisons with the baseline", todo="add a variant")
    single = thresholds(looks, alpha=alpha, paired=paired)
    if k == 1:
        return single
    listed = TABLE.get((tuple(looks), k, bool(paired))) if alpha == TABLE_ALPHA else None
    return listed or simulated_thresholds(
        tuple(looks), alpha=alpha, family=Family(k=k, paired=bool(paired)), draws=DRAWS
    )


@lru_cache(maxsize=256)
def simulated_thresholds(
    looks: tuple[int, ...], *, alpha: float, family: Family, draws: int
) -> tuple[float, ...]:
    """Give the thresholds of `dunnett_thresholds`, simulated with a fixed seed.

    Args:
        looks: Seeds per variant at each look, increasing from 1 or more.
        alpha: Error rate of the family over all looks.
        family: What is compared.
        draws: Studies that are simulated.
    """
    tested = tuple(n for n in looks if n >= SMALLEST_N)
    spent = spending(looks, alpha)[len(looks) - len(tested) :]
    if len(tested) <= 1:
        return (0.0,) * (len(looks) - len(tested)) + (alpha,) * len(tested)
    limits = [family.critical(share, n) for share, n in zip(spent, tested, strict=True)]
    paths = _paths_that_may_end_early(tested, limits, family, draws)
    found, ended = [spent[0]], paths[:, 0] >= limits[0]
    for j in range(1, len(tested)):
        again = np.sort(paths[ended, j])
        limit = _limit(again, spent[j] - spent[j - 1], (family, tested[j], limits[j]), draws)
        found.append(family.p(limit, tested[j]))
        ended |= paths[:, j] >= limit
    rounded = tuple(float(f"{p:.{_DIGITS}g}") for p in found)
    return (0.0,) * (len(looks) - len(tested)) + rounded


def _limit(again: Array, more: float, look: tuple[Family, int, float], draws: int) -> float:
    """Find t with: P(max |t| >= t at this look, and no rejection before) = `more`.

    Args:
        again: Ascending max |t| at this look, of the paths that ended before.
        more: The error rate that this look may add.
        look: The family, its seeds, and the limit of the whole rate spent so far.
        draws: Paths that were drawn.
    """
    family, n, low = look
    high = family.critical(more, n)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        repeated = (len(again) - int(np.searchsorted(again, middle))) / draws
        if family.p(middle, n) - repeated > more:
            low = middle
        else:
            high = middle
    return high


def _paths_that_may_end_early(
    looks: Sequence[int], limits: Sequence[float], family: Family, draws: int
) -> Array:
    """Give max |t| at every look, of the paths with a chance to end before the last one."""
    rng = np.random.Generator(np.random.PCG64(_SEED))
    rows = max(1, _CHUNK // (family.k + 1))
    kept = [
        path[(path[:, :-1] >= limits[:-1]).any(axis=1)]
        for path in (
            _paths(rng, min(rows, draws - done), looks, family) for done in range(0, draws, rows)
        )
    ]
    return np.concatenate(kept)


def _paths(rng: np.random.Generator, rows: int, looks: Sequence[int], family: Family) -> Array:
    """Draw max |t| at every look when there is no difference, shape (rows, looks)."""
    means = np.zeros((rows, family.k + 1))
    squares = np.zeros(rows)
    largest = np.empty((rows, len(looks)))
    n = 0
    for place, n_next in enumerate(looks):
        added = n_next - n
        news = rng.standard_normal(means.shape) / math.sqrt(added)
        moved = means - news
        between = np.einsum("ij,ij->i", moved, moved)
        if family.paired:
            between -= moved.sum(axis=1) ** 2 / (family.k + 1)
        squares += n * added / n_next * between
        if added > 1:
            squares += rng.chisquare(family.dimensions * (added - 1), rows)
        means = (n * means + added * news) / n_next
        n = n_next
        se = np.sqrt(2 / n * squares / family.df(n))
        largest[:, place] = np.abs(means[:, 1:] - means[:, :1]).max(axis=1) / se
    return largest
