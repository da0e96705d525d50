"""The range of a parameter in the space: what does not fit together in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from trialist.design.schema import shown
from trialist.design.spaceproblem import Problems
from trialist.design.spacevalues import is_number
from trialist.values.space import Law, Scale

_ROUNDING = 1e-9
"""A multiple of a step is met up to this share of the step."""


def check_range(problems: Problems, given: Mapping[str, Any]) -> None:
    """Report what does not fit together in a range.

    Args:
        problems: Takes what is wrong.
        given: The entry, whose values have the right types.
    """
    _check_scale(problems, given)
    law = Law(given.get("law", Law.UNIFORM))
    if law is not Law.UNIFORM or "shape" in given:
        _check_shape(problems, given, law)
        return
    _check_ranges(problems, given)
    ends = [key for key in ("low", "high") if key in given]
    if len(ends) == 1 or (not ends and "ranges" not in given):
        missing = "high" if "low" in given else "low"
        has = f"a {ends[0]} and no {missing}" if ends else "no low and no high"
        problems.add((), f"{problems.way()} has {has}", "give both ends of the range")
    elif ends:
        _check_ends(problems, given, given["low"], given["high"])


def scale_of(given: Mapping[str, Any]) -> Scale:
    """Give the scale that a range is searched on."""
    return Scale.LOG if given.get("log") else Scale(given.get("scale", Scale.LINEAR))


def _check_scale(problems: Problems, given: Mapping[str, Any]) -> None:
    scale = given.get("scale")
    if scale is not None and "log" in given and given["log"] != (scale == Scale.LOG):
        truth = shown(given["log"])
        message = f"{problems.way()} says log: {truth} and scale: {scale}"
        problems.add(("log",), message, "keep `scale`")
    if "step" in given and given["step"] <= 0:
        message = f"{problems.way('step')} is {shown(given['step'])}, expected more than 0"
        problems.add(("step",), message, "values are rounded to multiples of it")


def _check_shape(problems: Problems, given: Mapping[str, Any], law: Law) -> None:
    shape = given.get("shape")
    fits = isinstance(shape, list | tuple) and len(shape) == 2 and all(map(is_number, shape))
    if law is Law.UNIFORM or not fits:
        example = "law: normal with shape: [mean, sd], or law: beta with shape: [a, b]"
        problems.add((), f"{problems.way()} has a law and a shape that do not fit", example)
    for key in ("low", "high", "ranges"):
        if key in given:
            message = f"{problems.way()} has a {law.value} law, which has no ends, and {key}"
            problems.add((key,), message, "leave it out")


def _check_ranges(problems: Problems, given: Mapping[str, Any]) -> None:
    if "ranges" in given and "per" not in given:
        message = f"{problems.way()} has ranges, and does not say of what"
        problems.add(("ranges",), message, "add per: the parameter whose values they belong to")
    for value, ends in given.get("ranges", {}).items():
        keys = ("ranges", value)
        fits = isinstance(ends, Mapping) and set(ends) == {"low", "high"}
        if not fits or not all(map(is_number, ends.values())):
            message = f"{problems.way(*keys)} is {shown(ends)}, expected {{low: ..., high: ...}}"
            problems.add(keys, message, "give two numbers")
        else:
            _check_ends(problems, given, ends["low"], ends["high"], keys)


def _check_ends(
    problems: Problems,
    given: Mapping[str, Any],
    low: float,
    high: float,
    keys: tuple[str, ...] = (),
) -> None:
    way, before = problems.way(*keys), len(problems.found)
    if low >= high:
        message = f"{way}: low {shown(low)} is not below high {shown(high)}"
        problems.add((*keys, "low"), message, _order_todo(low, high))
    scale = scale_of(given)
    if scale is Scale.LOG and low <= 0:
        todo = "give a low above 0"
        if low == 0 and not given.get("switch"):
            todo += "; switch: true adds 0 as a choice"
        message = f"{way}: low is {shown(low)}, and a log scale begins above 0"
        problems.add((*keys, "low"), message, todo)
    if scale is Scale.ONE_MINUS_LOG and not 0 <= low < high < 1 and low < high:
        end = "low" if low < 0 else "high"
        value = shown(low if low < 0 else high)
        message = f"{way}: {end} is {value}, and one_minus_log lies between 0 and 1"
        problems.add((*keys, end), message, "for example {low: 0.5, high: 0.99}")
    if len(problems.found) == before:
        _check_whole(problems, given, (low, high), keys)
        _check_hard(problems, given, (low, high), keys)


def _order_todo(low: float, high: float) -> str:
    if low == high:
        return f"hold it: {{fixed: {shown(low)}}}, or widen the range"
    return f"swap them: {{low: {shown(high)}, high: {shown(low)}}}"


def _check_whole(
    problems: Problems, given: Mapping[str, Any], ends: tuple[float, float], keys: tuple[str, ...]
) -> None:
    for name, end in zip(("low", "high"), ends, strict=True):
        way = problems.way(*keys, name)
        if given.get("integer") and "step" not in given and end != int(end):
            message = f"{way} is {shown(end)}, and integer says whole numbers"
            problems.add((*keys, name), message, f"write {math.floor(end)} or {math.ceil(end)}")
        elif "step" in given and "law" not in given and not _is_multiple(end, given["step"]):
            message = f"{way} is {shown(end)}, which is no multiple of step {shown(given['step'])}"
            todo = "values are rounded to multiples of step: let the ends be some"
            problems.add((*keys, name), message, todo)


def _is_multiple(value: float, step: float) -> bool:
    if step <= 0:
        return True  # which is told already
    return math.isclose(round(value / step) * step, value, rel_tol=0, abs_tol=_ROUNDING * step)


def _check_hard(
    problems: Problems, given: Mapping[str, Any], ends: tuple[float, float], keys: tuple[str, ...]
) -> None:
    low, high = ends
    inside = problems.way(*keys)
    if "hard_low" in given and given["hard_low"] > low:
        message = f"{inside}: low {shown(low)} lies below hard_low {shown(given['hard_low'])}"
        problems.add(("hard_low",), message, "no value below hard_low makes sense: raise low")
    if "hard_high" in given and given["hard_high"] < high:
        message = f"{inside}: high {shown(high)} lies above hard_high {shown(given['hard_high'])}"
        problems.add(("hard_high",), message, "no value above hard_high makes sense: lower high")
