import math

import numpy as np
import pytest
from scipy.special import stdtr

from trialist.stats import t_process
from trialist.stats.t_process import exact_thresholds

DRAWS = 200_000
FINE = {
    "_NODES_FEW": (60, 48),
    "_NODES_MANY": (150, 90),
    "_TAIL_DEGREE": 80,
    "_TAIL_DEGREE_ROUGH": 300,
    "_GRID_DEGREE": 32,
    "_GRID": 1200,
}


def power2(looks, alpha):
    return [alpha * (n / looks[-1]) ** 2 for n in looks]


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize(
    ("looks", "tolerance"),
    [
        ((5, 8, 12, 20), 2e-5),
        ((3, 5, 8, 12, 20), 5e-5),
        ((5, 8, 10), 5e-4),
        ((2, 3, 4, 5), 5e-4),
        ((100, 300), 2e-5),
    ],
)
@pytest.mark.parametrize("alpha", [0.05, 0.0025])
def test_many_more_nodes_change_nothing(looks, tolerance, paired, alpha, monkeypatch):
    quick = exact_thresholds(looks, power2(looks, alpha), paired=paired)
    for name, value in FINE.items():
        monkeypatch.setattr(t_process, name, value)
    fine = exact_thresholds(looks, power2(looks, alpha), paired=paired)
    assert quick == pytest.approx(fine, rel=tolerance)


@pytest.mark.parametrize("paired", [False, True])
@pytest.mark.parametrize("steps", [((2, 1), (3, 1), (4, 3)), ((5, 3), (8, 4))])
def test_the_angle_moves_as_the_derivation_says(steps, paired):
    """The chain that is integrated, drawn forwards, has the moments of t on real data."""
    rng = np.random.default_rng(3)
    n_first, n_last = steps[0][0], sum(steps[-1])
    first = drawn = sines(*two_groups(rng, n_last, paired), n_first)
    for n, added in steps:
        nu, more = (n, added) if paired else (2 * n - 1, 2 * added)
        old, share = rng.beta(nu / 2, more / 2, DRAWS), n / (n + added)
        new = first_coordinate(rng, more)
        drawn = np.sqrt(share * old) * drawn + np.sqrt((1 - share) * (1 - old)) * new
    groups = two_groups(rng, n_last, paired)
    early, late = sines(*groups, n_first), sines(*groups, n_last)
    for f in (lambda u, w: w**2, lambda u, w: u * w, lambda u, w: (u * w) ** 2, lambda u, w: w**4):
        ours, theirs = f(first, drawn), f(early, late)
        error = math.hypot(ours.std(), theirs.std()) / math.sqrt(DRAWS)
        assert abs(ours.mean() - theirs.mean()) < 4 * error


def first_coordinate(rng, dimensions):
    """Draw the first coordinate of a uniform point on the sphere in so many dimensions."""
    if dimensions == 1:
        return rng.choice([-1.0, 1.0], DRAWS)
    return 2 * rng.beta((dimensions - 1) / 2, (dimensions - 1) / 2, DRAWS) - 1


def two_groups(rng, n, paired):
    b = rng.standard_normal((DRAWS, n))
    return (None if paired else rng.standard_normal((DRAWS, n))), b


def sines(a, b, n):
    """Give the sine of the angle at n seeds, from the usual t statistic."""
    t, df = t_statistic(a, b, n)
    return t / np.sqrt(df + t**2)


def t_statistic(a, b, n):
    b = b[:, :n]
    if a is None:
        return b.mean(axis=1) / (b.std(axis=1, ddof=1) / math.sqrt(n)), n - 1
    a = a[:, :n]
    var = (a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1)) / 2
    return (b.mean(axis=1) - a.mean(axis=1)) / np.sqrt(2 * var / n), 2 * n - 2


@pytest.mark.parametrize(
    ("looks", "alpha", "paired"),
    [
        ((5, 8, 12, 20), 0.05, True),
        ((5, 8, 12, 20), 0.05, False),
        ((2, 3, 4, 5), 0.1, True),
        ((3, 4, 6), 0.2, False),
    ],
)
def test_each_look_spends_what_it_may(looks, alpha, paired):
    rng = np.random.default_rng(looks[-1])
    spent = power2(looks, alpha)
    thresholds = exact_thresholds(looks, spent, paired=paired)
    a, b = two_groups(rng, looks[-1], paired)
    alive = np.ones(DRAWS, dtype=bool)
    for n, threshold, allowed in zip(looks, thresholds, spent, strict=True):
        t, df = t_statistic(a, b, n)
        alive &= 2 * stdtr(df, -np.abs(t)) > threshold
        error = math.sqrt(allowed * (1 - allowed) / DRAWS)
        assert abs((1 - alive.mean()) - allowed) < 4 * error
