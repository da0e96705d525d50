"""Whether the best values of a parameter lie at an end of its range: the rule, on numbers alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trialist.values.playbook import Level

Array = npt.NDArray[np.float64]

FEWEST = 5
"""Complete trials below which nothing is said."""

ENOUGH = 12
"""Complete trials from which a range may be called good."""

_NEAR = 0.1  # the outermost tenth: the best lies near the end
_OUTER = 0.2  # the outermost fifth: where the other good ones are counted
_TOP = 0.2  # the share of the trials that count as good
_FEWEST_TOP = 3
_HALF = 0.5

_BEYOND = 0.8  # the share of infeasible trials beyond a threshold that makes an edge of it
_FEWEST_BEYOND = 3
_BESIDE = 0.15  # how far from that edge the best trial lies at most
_ROUNDING = 1e-9
_FEWEST_RISING = 24  # with fewer the trend of a parameter inside of its range misleads too often
_BY_CHANCE, _PERHAPS = 0.01, 0.05
_LEANING = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What the rule says of one parameter.

    Attributes:
        level: EDGE, SUSPECT, OK or UNDECIDED.
        side: low or high: the end that it is about; empty where there is none.
        n: Complete trials.
        k: How many of them count as the best.
        near: True where every best trial lies in the outermost tenth of that side.
        half: True where half of the k best or more lie in its outermost fifth.
        share: The share of the k best that lie there.
        trend: The rank correlation of the scores with the place, positive where they get better
            towards that side.
        rises: True where that trend is no chance.
        leans: True where it is no EDGE, and the end is not far: the best trial lies in the outer
            tenth, and four of ten good ones in the outer fifth, or the scores get better there.
        best: Where the best trial lies, from 0 to 1; the mean of those that share the best value.
    """

    level: Level
    side: str
    n: int
    k: int
    near: bool
    half: bool
    share: float
    best: float
    trend: float = 0.0
    rises: bool = False
    leans: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cliff:
    """An end of what is feasible, with the best trial beside it.

    Attributes:
        side: high where the trials above it diverge, low where those below do.
        at: Where it lies, from 0 to 1.
        n_beyond: Trials beyond it.
        n_infeasible: Those of them that diverged.
    """

    side: str
    at: float
    n_beyond: int
    n_infeasible: int


def edge_of(units: Array, scores: Array) -> Edge:
    """Apply the playbook's boundary rule, in numbers of our own, to one parameter.

    k = max(3, a fifth of the trials) are the best. EDGE where the best trial lies in the outer
    tenth of the range and at least half of the k best in the outer fifth of the same side; SUSPECT
    where only one of both holds; UNDECIDED below 12 trials unless it is EDGE. Trials of equal
    score are averaged over. Assumes trials that cover the range evenly; smallest n: 5.

    It is EDGE too where the best trial lies in the outer tenth and the scores of all trials get
    better towards that side (Spearman, one-sided p < .01). Where two parameters make up for one
    another, as a learning rate and a momentum do, the good trials lie along a ridge, and no single
    parameter has half of them at its end.

    Measured on 300 studies with three parameters and noise: `benchmarks/playbook/results.md`.

    Args:
        units: Where each complete trial lies, from 0 to 1, of shape (n,).
        scores: Its score, lower is better, of shape (n,).
    """
    n = len(scores)
    if n < FEWEST:
        return Edge(
            level=Level.UNDECIDED, side="", n=n, k=0, near=False, half=False, share=0.0,
            best=float(units[scores == scores.min()].mean()) if n else math.nan,
        )  # fmt: skip
    k = max(_FEWEST_TOP, math.ceil(_TOP * n))
    weights = _top_weights(scores, k)
    tied = units[scores == scores.min()]
    shares = {
        "low": float(weights[units < _OUTER].sum() / k),
        "high": float(weights[units > 1 - _OUTER].sum() / k),
    }
    near = _near_side(tied)
    side = near or _half_side(shares)
    share = shares.get(side, 0.0)
    half = share >= _HALF - _ROUNDING
    trend = _trend(units, scores, side)
    rises = n >= _FEWEST_RISING and _is_no_chance(trend, n)
    level = _level(n, near=bool(near), half=half, rises=rises)
    leans = bool(near) and (share >= _LEANING or _is_no_chance(trend, n, chance=_PERHAPS))
    return Edge(
        level=level, side=side, n=n, k=k, near=bool(near), half=half, share=share,
        best=float(tied.mean()), trend=trend, rises=rises,
        leans=leans and level is Level.SUSPECT,
    )  # fmt: skip


def cliff_of(units: Array, scores: Array, lost: Array) -> Cliff | None:
    """Give the end of the feasible trials, where the best one lies right beside it.

    A threshold with 3 trials or more beyond it, of which 80 % diverged, and the best trial at most
    0.15 on this side of it. Both ends are looked at; the upper one first.

    Args:
        units: Where each complete trial lies, of shape (n,).
        scores: Its score, lower is better, of shape (n,).
        lost: Where each trial lies that diverged, of shape (m,).
    """
    if len(lost) < _FEWEST_BEYOND or not len(units):
        return None
    best = units[scores == scores.min()]
    found = _upper_cliff(units, float(best.max()), lost)
    if found is not None:
        return found
    mirrored = _upper_cliff(1 - units, float((1 - best).max()), 1 - lost)
    if mirrored is None:
        return None
    return Cliff(
        side="low", at=1 - mirrored.at, n_beyond=mirrored.n_beyond,
        n_infeasible=mirrored.n_infeasible,
    )  # fmt: skip


def _upper_cliff(units: Array, best: float, lost: Array) -> Cliff | None:
    """Try a threshold below each trial that diverged, midway to the next one below it."""
    places = np.concatenate([units, lost])
    for first in np.unique(lost):
        n_lost, n_beyond = int((lost >= first).sum()), int((places >= first).sum())
        below = places[places < first]
        at = float((below.max() + first) / 2) if len(below) else float(first)
        is_cliff = n_beyond >= _FEWEST_BEYOND and n_lost >= _BEYOND * n_beyond
        if is_cliff and at - _BESIDE <= best <= at:
            return Cliff(side="high", at=at, n_beyond=n_beyond, n_infeasible=n_lost)
    return None


def _top_weights(scores: Array, k: int) -> Array:
    """Give 1 to each of the k best; those that share the last places share them equally."""
    kth = np.sort(scores)[k - 1]
    better, tied = scores < kth, scores == kth
    return np.where(better, 1.0, np.where(tied, (k - better.sum()) / tied.sum(), 0.0))


def _near_side(tied: Array) -> str:
    if tied.max() < _NEAR:
        return "low"
    return "high" if tied.min() > 1 - _NEAR else ""


def _half_side(shares: dict[str, float]) -> str:
    side = max(shares, key=lambda name: shares[name])
    both = shares["low"] == shares["high"]  # the good ones lie at both ends: neither is the one
    return side if shares[side] >= _HALF - _ROUNDING and not both else ""


def _trend(units: Array, scores: Array, side: str) -> float:
    """Give the rank correlation of goodness with the place towards a side."""
    from scipy.stats import rankdata

    if not side or len(np.unique(scores)) < 2 or len(np.unique(units)) < 2:
        return 0.0
    rho = float(np.corrcoef(rankdata(units), -rankdata(scores))[0, 1])
    return rho if side == "high" else -rho


def _is_no_chance(trend: float, n: int, *, chance: float = _BY_CHANCE) -> bool:
    """Tell whether a rank correlation is above what chance gives but for a share of cases."""
    from scipy.stats import t

    rest = max(1 - trend * trend, 1e-12)
    return trend > 0 and bool(t.sf(trend * math.sqrt((n - 2) / rest), n - 2) < chance)


def _level(n: int, *, near: bool, half: bool, rises: bool) -> Level:
    if near and (half or rises):
        return Level.EDGE
    if n < ENOUGH:
        return Level.UNDECIDED
    return Level.SUSPECT if near or half else Level.OK
