"""The t statistic as it moves from look to look when there is no difference, exactly.

Under normal noise and no difference the direction of the data is uniform on a sphere whatever
their scale (Basu 1955). The t statistic is a function of one angle of that direction, and the
angles at successive looks are a Markov chain: the chance of any path of looks is a chain of
integrals over one angle. Taken backwards, from a later look to an earlier one, every factor is
smooth and the tails keep their relative precision.

With nu dimensions (pairs: n; two groups of n: 2 n - 1, since the grand mean is free) the angle
is atan(t / sqrt(nu - 1)).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from numpy.polynomial import chebyshev, legendre
from scipy.special import betaln, stdtrit

Array = npt.NDArray[np.float64]
Survival = Callable[[Array], Array]
"""P(no earlier look rejected | the angle at this look); even, so it is asked from 0 up."""

# Relative error of the thresholds, against four times as many nodes: below 2e-5, and below 5e-4
# where a look adds one or two dimensions; see docs/design/002-exact-thresholds.md.
_FEW_DIMENSIONS = 64
_NODES_FEW = (24, 20)  # of the outer integral on each side of its kink, of the inner one
_NODES_MANY = (96, 56)
_GRID = 257
_GRID_DEGREE = 20
_TAIL_DEGREE = 40
_TAIL_DEGREE_ROUGH = 160
_REACH = 7.0  # standard deviations that are integrated over
_HALVINGS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """From a look with `n` to a later one with `n_next` seeds, in dimensions of the data."""

    n: int
    n_next: int
    paired: bool

    @property
    def nu(self) -> int:
        return self.n if self.paired else 2 * self.n - 1

    @property
    def added(self) -> int:
        return (self.n_next - self.n) * (1 if self.paired else 2)

    @property
    def nu_next(self) -> int:
        return self.nu + self.added

    @property
    def smooth(self) -> bool:
        """False where one dimension is added: then nothing is averaged and kinks stay."""
        return self.added > 1

    @property
    def nodes(self) -> tuple[int, int]:
        return _NODES_FEW if self.nu_next <= _FEW_DIMENSIONS else _NODES_MANY


def exact_thresholds(
    looks: Sequence[int], spent: Sequence[float], *, paired: bool
) -> tuple[float, ...]:
    """Give the p thresholds at which the chance of a rejection up to look j is `spent[j]`.

    Assumes normal noise, equal in both variants if unpaired (pooled t).

    Args:
        looks: Seeds per variant at each look, increasing, from 2 up.
        spent: Cumulative error rate at each look, increasing, in (0, 1).
        paired: Whether pairs are compared.

    References:
        Jennison & Turnbull (2000), "Group Sequential Methods", chapters 7 (error spending) and
        19 (recursive integration, there for the z statistic).
    """
    thresholds = [spent[0]]
    survival: Survival = np.ones_like
    for j in range(1, len(looks)):
        step = _Step(n=looks[j - 1], n_next=looks[j], paired=paired)
        survival = _next_survival(step, thresholds[-1], survival)
        thresholds.append(_threshold(step, survival, spent[j - 1], spent[j]))
        if j + 1 < len(looks):
            survival = _tabulated(step, survival, thresholds[-1])
    return tuple(thresholds)


def _angle(p: Array, nu: int) -> Array:
    return np.asarray(np.arctan(-stdtrit(nu - 1, p / 2) / math.sqrt(nu - 1)))


def _threshold(step: _Step, survival: Survival, before: float, spent: float) -> float:
    """Find p with: integral of `survival` over the two-sided p from 0 to p = spent - before."""

    # In x = 2 (p / spent)^(1/3) - 1 the nodes are dense towards p = 0, where the survival bends.
    # The answer is below `spent`: at most the paths that rejected before are missing there.
    def survival_at(x: Array) -> Array:
        return survival(_angle(spent * ((x + 1) / 2) ** 3, step.nu_next))

    degree = _TAIL_DEGREE if step.smooth else _TAIL_DEGREE_ROUGH
    # dp = spent 3/2 ((x + 1) / 2)^2 dx
    density = _series(lambda x: survival_at(x) * 3 / 2 * ((x + 1) / 2) ** 2, degree)
    chance = chebyshev.chebint(density, lbnd=-1)
    share = (spent - before) / spent
    low, high = -1.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if float(chebyshev.chebval(middle, chance)) < share:
            low = middle
        else:
            high = middle
    return spent * ((high + 1) / 2) ** 3


def _tabulated(step: _Step, survival: Survival, threshold: float) -> Survival:
    limit = float(_angle(np.array(threshold), step.nu_next))
    grid = np.linspace(0.0, limit, _GRID)
    if step.smooth:
        # even in the angle, so a polynomial in its square
        series = _series(lambda x: survival(limit * np.sqrt((x + 1) / 2)), _GRID_DEGREE)
        values = np.asarray(chebyshev.chebval(2 * (grid / limit) ** 2 - 1, series))
    else:
        values = survival(grid)
    return lambda angles: np.asarray(np.interp(angles, grid, values))


def _next_survival(step: _Step, threshold: float, survival: Survival) -> Survival:
    """Give the survival at the later look: no look up to the earlier one rejected."""
    limit = math.tan(float(_angle(np.array(threshold), step.nu)))
    old, new = math.sqrt(step.n / step.n_next), math.sqrt(1 - step.n / step.n_next)

    def next_survival(angles: Array) -> Array:
        # Given the angle at the later look, the rest of its direction is uniform on a sphere.
        # `chi` is the angle of the part that trades the old contrast against the new one;
        # `contrast` and cos(chi) are what is left for the earlier look, over cos(angle).
        slope = np.tan(angles)[:, None]
        chi, weights = _outer_rule(step, slope, limit, (old, new))
        contrast = np.abs(old * slope + new * np.sin(chi))
        inner = _over_noise(step, contrast, np.cos(chi), limit, survival)
        return np.asarray((inner * weights).sum(axis=1))

    return next_survival


def _outer_rule(
    step: _Step, slope: Array, limit: float, mix: tuple[float, float]
) -> tuple[Array, Array]:
    # the earlier look can have gone on only where |old slope + new sin chi| < limit cos chi
    old, new = mix
    turn = math.atan2(limit, new)
    shift = np.arcsin(np.minimum(old * slope / math.hypot(limit, new), 1.0))
    reach = min(math.pi / 2, _REACH / math.sqrt(max(step.nu_next - 3, 1)))
    low = np.maximum(np.maximum(-turn - shift, turn + shift - math.pi), -reach)
    high = np.maximum(np.minimum(turn - shift, reach), low)
    # the contrast changes its sign here, and its absolute value has a kink
    middle = np.clip(np.arcsin(np.maximum(-old * slope / new, -1.0)), low, high)
    x, weights = _sine_rule(step.nodes[0])
    chi = np.hstack([_between(low, middle, x), _between(middle, high, x)])
    spans = np.hstack([(middle - low) / 2 * weights, (high - middle) / 2 * weights])
    power = step.nu_next - 3
    log_density = power * np.log(np.cos(chi)) - betaln((power + 1) / 2, 0.5)
    return chi, spans * np.exp(log_density)


def _over_noise(
    step: _Step, contrast: Array, rest: Array, limit: float, survival: Survival
) -> Array:
    """Integrate over the share `sin(psi)^2` of the remaining noise that the earlier look saw."""
    if step.added == 1:
        return survival(np.arctan2(contrast, rest))
    a, b = step.nu - 2, step.added - 2
    middle = math.atan2(math.sqrt(a), math.sqrt(b)) if a + b else math.pi / 4
    reach = _REACH / math.sqrt(max(a + b, 1))
    first = np.arcsin(np.minimum(contrast / (limit * rest), 1.0))[..., None]
    low = np.maximum(first, middle - reach)
    high = np.maximum(min(math.pi / 2, middle + reach), low)
    x, weights = _plain_rule(step.nodes[1])
    psi = _between(low, high, x)
    sine = np.sin(psi)
    log_density = a * np.log(sine) + b * np.log(np.cos(psi))
    density = np.exp(log_density + math.log(2) - betaln((a + 1) / 2, (b + 1) / 2))
    values = survival(np.arctan2(contrast[..., None], rest[..., None] * sine))
    return np.asarray((values * density) @ weights * ((high - low) / 2)[..., 0])


def _series(function: Callable[[Array], Array], degree: int) -> Array:
    """Give the Chebyshev coefficients of a function on [-1, 1]."""
    points, matrix = _chebyshev_rule(degree)
    return np.asarray(matrix @ function(points))


@cache
def _chebyshev_rule(degree: int) -> tuple[Array, Array]:
    points = np.cos(math.pi * (np.arange(degree + 1) + 0.5) / (degree + 1))
    matrix = chebyshev.chebvander(points, degree).T * (2 / (degree + 1))
    matrix[0] /= 2
    return points, np.asarray(matrix)


def _between(low: Array, high: Array, x: Array) -> Array:
    return np.asarray((low + high) / 2 + (high - low) / 2 * x)


@cache
def _plain_rule(n: int) -> tuple[Array, Array]:
    return legendre.leggauss(n)


@cache
def _sine_rule(n: int) -> tuple[Array, Array]:
    # dense at both ends, where the integrand can begin like a square root
    x, weights = legendre.leggauss(n)
    turned = math.pi / 2 * x
    return np.sin(turned), weights * math.pi / 2 * np.cos(turned)
