"""Trials as dots: many in one mark, the best ringed, those that diverged as crosses at the top."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeVar

from trialist.render.figures.palette import VariantLook
from trialist.render.markup import Markup, coordinate, el
from trialist.values.metric import Goal

MOST_DOTS = 400
"""Beyond this, the best quarter of them and an even share of the rest are drawn."""

_FENCE = 1.5
_BEST_SHARE = 0.25
_FINE = 20

Place = tuple[float, float]
T = TypeVar("T")


def dots(places: Sequence[Place], look: VariantLook, *, size: float, opacity: float) -> Markup:
    """Give round dots as one path: a page of a thousand trials stays small."""
    path = "".join(f"M{coordinate(x)} {coordinate(y)}h0" for x, y in places)
    return el(
        "path",
        d=path,
        class_=look.color,
        fill="none",
        stroke="currentColor",
        stroke_width=size,
        stroke_linecap="round",
        stroke_opacity=f"{opacity:.2f}",
    )


def crosses(places: Sequence[Place], *, size: float = 4.0) -> Markup:
    """Give a cross for each trial that diverged."""
    d = coordinate(2 * size)
    path = "".join(
        f"M{coordinate(x - size)} {coordinate(y - size)}l{d} {d}m0 -{d}l-{d} {d}" for x, y in places
    )
    return el("path", d=path, class_="lost bad", stroke_width=1.6)


def ring(x: float, y: float, look: VariantLook) -> list[Markup]:
    """Give the mark of the best: the variant's own marker in a ring."""
    circle = el("circle", cx=x, cy=y, r=9, class_="ring", fill="none", stroke_width=1.8)
    return [look.marker(x, y, 9), circle]


def opacity_for(n: int) -> float:
    """Give the opacity of one of `n` dots: a crowd is fainter."""
    return max(0.25, min(0.75, 8 / math.sqrt(max(n, 1)) / 2))


def thinned(trials: Sequence[T], badness: Callable[[T], float], *, most: int) -> list[T]:
    """Give at most `most` trials in their order: the best, and an even share of the others.

    Args:
        trials: In any order.
        badness: Lower is better.
        most: How many are kept.
    """
    if len(trials) <= most:
        return list(trials)
    order = sorted(range(len(trials)), key=lambda k: (badness(trials[k]), k))
    n_best = round(most * _BEST_SHARE)
    rest, n_rest = order[n_best:], most - n_best
    kept = {*order[:n_best], *(rest[k * len(rest) // n_rest] for k in range(n_rest))}
    return [trials[k] for k in sorted(kept)]


def resolution(values: Sequence[float], goal: Goal, noise: float | None) -> float:
    """Give what decides the digits of a value: the noise, else a part of the range that is drawn.

    Args:
        values: Finite values, one or more.
        goal: Which way is better.
        noise: The standard deviation between runs of one configuration; None where unknown.
    """
    if noise:
        return noise
    low, high = shown_range(values, goal)
    return (high - low) / _FINE or abs(high) / _FINE


def shown_range(values: Sequence[float], goal: Goal) -> tuple[float, float]:
    """Give the range of values to draw: the best side whole, the worst without far outliers.

    Args:
        values: Finite values, one or more.
        goal: Which way is better.
    """
    ordered = sorted(values, reverse=goal is Goal.MAXIMIZE)
    best, worst = ordered[0], ordered[-1]
    usual = ordered[(3 * (len(ordered) - 1)) // 4]
    fence = usual + _FENCE * (usual - best)
    if abs(worst - best) > 2 * abs(fence - best) > 0:
        worst = fence
    return (best, worst) if best <= worst else (worst, best)
