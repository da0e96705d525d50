"""The axis of a parameter: even in the scale that it was searched on, labelled in its own unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from trialist.render.figures.axis import Scale, TickLabels, ticks
from trialist.render.figures.canvas import Axis, fitted, label_places, text_width
from trialist.stats.unitscale import unit_of, value_at
from trialist.values.space import Law, Parameter
from trialist.values.space import Scale as Searched

_BEYOND = 0.06
_INNER = 0.02  # a law without ends is labelled between these shares
_LONGEST = 6


def unit_axis(
    parameter: Parameter,
    units: Sequence[float],
    *,
    ends: tuple[float, float],
    size: float,
    upright: bool = False,
) -> Axis:
    """Give the axis of a parameter: places are units from 0 to 1, labels are values.

    Args:
        parameter: A range, or choices.
        units: Where the trials lie; those of an earlier round may lie beyond the range.
        ends: Where the axis starts and ends, in SVG units.
        size: The size of the labels.
        upright: True for a vertical axis, whose labels stand above each other.
    """
    low, high = min([0.0, *units]) - _BEYOND, max([1.0, *units]) + _BEYOND
    scale = Scale(low=low, high=high, start=ends[0], end=ends[1])
    if parameter.choices:
        return _choices(parameter, scale, size, upright=upright)
    found = [
        axis
        for axis in _candidates(parameter, scale)
        if 1 < len(axis.values) == len(set(axis.labels.texts))
    ]
    best = next((axis for axis in found if _fits(axis, size, upright=upright)), None)
    return best or _ends(parameter, scale)


def short(value: float) -> str:
    """Give a parameter's value as a label: 0.001, 1e-06, 0.999."""
    text = f"{value:.6g}"
    mantissa, e, power = text.partition("e")
    return f"{mantissa}e{int(power)}" if e else text


def value_words(value: object) -> str:
    """Give a parameter's value as a reader wants it: at most four digits, words as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return short(float(f"{value:.4g}"))


def _choices(parameter: Parameter, scale: Scale, size: float, *, upright: bool) -> Axis:
    """Give a label per choice, or as many as there is room for."""
    n = len(parameter.choices)
    room = abs(scale.end - scale.start) / max(n, 1) - 8
    least = size * (0.7 if upright else 2.2)
    every = max(1, math.ceil(least / max(room, 1.0))) if room < least else 1
    shown = parameter.choices[::every]
    places = [unit_of(parameter, one) or 0.0 for one in shown]
    width = size * _LONGEST if upright else max(room * every, size)
    texts = tuple(fitted(value_words(one), size, width) for one in shown)
    return Axis(scale=scale, values=tuple(places), labels=TickLabels(texts=texts))


def _candidates(parameter: Parameter, scale: Scale) -> Iterator[Axis]:
    """Give axes with ever fewer ticks."""
    low, high = _range(parameter)
    if parameter.scale is Searched.LOG:
        series: Iterator[Sequence[float]] = _decades(low, high)
    elif parameter.scale is Searched.ONE_MINUS_LOG:
        series = ([1 - one for one in row] for row in _decades(1 - high, 1 - low))
    else:
        series = (ticks(low, high, count=count) for count in range(7, 1, -1))
    for values in series:
        if parameter.integer and any(value != round(value) for value in values):
            continue
        places = {round(u, 9): short(v) for v in values if (u := _unit(parameter, v)) is not None}
        kept = sorted(u for u in places if scale.low <= u <= scale.high)
        texts = tuple(places[u] for u in kept)
        yield Axis(scale=scale, values=tuple(kept), labels=TickLabels(texts=texts))


def _unit(parameter: Parameter, value: float) -> float | None:
    return unit_of(parameter, float(f"{value:.12g}"))


def _range(parameter: Parameter) -> tuple[float, float]:
    if parameter.law is Law.UNIFORM and parameter.low is not None and parameter.high is not None:
        return float(parameter.low), float(parameter.high)
    first = 0.2 if parameter.switch else 0.0
    ends = (first + (1 - first) * _INNER, 1 - _INNER)
    low, high = (float(value_at(parameter, u)) for u in ends)
    return (low, high) if low < high else (low - 1.0, low + 1.0)


def _decades(low: float, high: float) -> Iterator[Sequence[float]]:
    """Give 1, 2, 5 of each power of ten, then the powers, then every second or third."""
    first, last = math.floor(math.log10(low) - 1e-9), math.ceil(math.log10(high) + 1e-9)
    powers = range(first, last + 1)
    least, most = low * (1 - 1e-9), high * (1 + 1e-9)
    fine = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    yield [value for value in fine if least <= value <= most]
    for step in (1, 2, 3, 4, 6):
        whole = [10.0**power for power in powers if power % step == 0]
        yield [value for value in whole if least <= value <= most]


def _fits(axis: Axis, size: float, *, upright: bool) -> bool:
    if upright:
        heights = [axis.scale.at(value) for value in axis.values]
        return all(abs(two - one) >= size * 1.7 for one, two in pairwise(heights))
    places = label_places(axis, size)
    halves = [text_width(text, size) / 2 for text in axis.labels.texts]
    pairs = zip(places, halves, places[1:], halves[1:], strict=False)
    return all(x + half + 8 <= next_x - next_half for x, half, next_x, next_half in pairs)


def _ends(parameter: Parameter, scale: Scale) -> Axis:
    """Give the two ends of the range, where no round values fit."""
    low, high = _range(parameter)
    places = (_unit(parameter, low) or 0.0, _unit(parameter, high) or 1.0)
    texts = tuple(short(float(f"{value:.3g}")) for value in (low, high))
    if texts[0] == texts[1]:
        texts = (f"{low:.12g}", f"{high:.12g}")
    return Axis(scale=scale, values=places, labels=TickLabels(texts=texts))
