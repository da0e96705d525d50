"""A run's curve of one metric in at most 200 points, however long the run was."""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

MOST_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortCurve:
    """A curve, made short where it was long.

    Attributes:
        steps: Ascending steps.
        values: One per step, NaN and infinities among them. Of a long curve: the lowest and the
            highest value of each stretch, and the first that is not finite.
        mean_steps: Of a long curve: the mean step of each stretch, over its finite values.
        mean_values: The mean of these values.
    """

    steps: Sequence[int]
    values: Sequence[float]
    mean_steps: Sequence[float] = ()
    mean_values: Sequence[float] = ()


def shortened(steps: Sequence[int], values: Sequence[float]) -> ShortCurve:
    """Give a curve in at most 200 points; one that has no more stays as it is.

    The same points always give the same curve.
    """
    if len(values) <= MOST_POINTS:
        return ShortCurve(steps=steps, values=values)
    most_each = 2 if all(map(math.isfinite, values)) else 3
    size = math.ceil(len(values) / (MOST_POINTS // most_each))
    kept: list[int] = []
    mean_steps: list[float] = []
    mean_values: list[float] = []
    for first in range(0, len(values), size):
        places = range(first, min(first + size, len(values)))
        finite = [place for place in places if math.isfinite(values[place])]
        chosen = set(_extremes(values, finite))
        if len(finite) < len(places):
            chosen.add(next(place for place in places if not math.isfinite(values[place])))
        kept += sorted(chosen)
        if finite:
            mean_steps.append(math.fsum(steps[place] for place in finite) / len(finite))
            mean_values.append(_mean([values[place] for place in finite]))
    return ShortCurve(
        steps=[steps[place] for place in kept],
        values=[values[place] for place in kept],
        mean_steps=mean_steps,
        mean_values=mean_values,
    )


def _extremes(values: Sequence[float], finite: Sequence[int]) -> Iterator[int]:
    if finite:
        yield min(finite, key=values.__getitem__)
        yield max(finite, key=values.__getitem__)


def _mean(values: Sequence[float]) -> float:
    try:
        return math.fsum(values) / len(values)
    except OverflowError:  # the sum is beyond all floats, the mean is not
        return math.fsum(value / len(values) for value in values)


def packed(curves: Mapping[str, ShortCurve]) -> bytes:
    """Give the curves of one run as bytes.

    Raises:
        OverflowError: If a step does not fit into 64 bits.
    """
    parts: list[bytes] = []
    for name, curve in curves.items():
        word = name.encode("utf-8", "backslashreplace")
        parts += (
            struct.pack("<HII", len(word), len(curve.steps), len(curve.mean_steps)),
            word,
            array("q", curve.steps).tobytes(),
            array("d", curve.values).tobytes(),
            array("d", curve.mean_steps).tobytes(),
            array("d", curve.mean_values).tobytes(),
        )
    return b"".join(parts)


def unpacked(data: bytes, *, only: str | None = None) -> dict[str, ShortCurve]:
    """Give the curves back.

    Args:
        data: What `packed` gave, on a machine of the same byte order: an index does not travel.
        only: The one metric that is wanted; None: all.
    """
    curves: dict[str, ShortCurve] = {}
    place = 0
    while place < len(data):
        length, n, n_means = struct.unpack_from("<HII", data, place)
        begin = place + struct.calcsize("<HII") + length
        name = data[begin - length : begin].decode()
        place = begin + 16 * (n + n_means)
        if only in (None, name):
            middle, after = begin + 16 * n, begin + 16 * n + 8 * n_means
            curves[name] = ShortCurve(
                steps=_whole(data[begin : begin + 8 * n]),
                values=_floats(data[begin + 8 * n : middle]),
                mean_steps=_floats(data[middle:after]),
                mean_values=_floats(data[after:place]),
            )
    return curves


def _whole(data: bytes) -> array[int]:
    numbers = array("q")
    numbers.frombytes(data)
    return numbers


def _floats(data: bytes) -> array[float]:
    numbers = array("d")
    numbers.frombytes(data)
    return numbers
