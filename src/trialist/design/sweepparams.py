"""One parameter of a W&B sweep file as a key of `space`, or as a constant."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialist.design.sweepforms import (
    DEFAULTS,
    EXPONENTS,
    FORMS,
    Problem,
    form_of,
    is_number,
    key_problems,
    value_problems,
)
from trialist.values.canonical import canonical_json

MOST_VALUES = 10_000
"""Values of one parameter in a grid."""

_IN_GRIDS = ("constant", "categorical", "int_uniform", "q_uniform")


@dataclass(slots=True, kw_only=True)
class Meant:
    """What a parameter of a sweep means.

    Attributes:
        space: Its entry of `space`; None for a constant, and where it is wrong.
        value: The constant.
        is_constant: True for a constant.
        problems: What is wrong with it.
        notes: What W&B does otherwise, as sentences.
    """

    space: dict[str, Any] | None = None
    value: Any = None
    is_constant: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def meaning_of(name: str, given: Mapping[str, Any], *, method: str) -> Meant:
    """Give what a parameter means.

    Args:
        name: Its name, for messages.
        given: Its keys, as they stand in the file; no nested `parameters`.
        method: The sweep's method: in a grid, ranges are lists.
    """
    kind, problems = form_of(name, given)
    if kind is None:
        return Meant(problems=problems)
    problems += key_problems(name, kind, given)
    values = {**{key: DEFAULTS[key] for key in FORMS[kind] if key in DEFAULTS}, **given}
    if not problems:
        problems += value_problems(name, kind, values)
    if method == "grid" and kind not in _IN_GRIDS:
        message = f"{name} is {kind}, and a grid takes categorical, int_uniform and q_uniform only"
        todo = "give `values`, or say method: random"
        problems.append(Problem(place=(), message=message, todo=todo, of_key=True))
    if problems:
        return Meant(problems=problems)
    return _meant(name, kind, values, is_grid=method == "grid")


def _meant(name: str, kind: str, values: Mapping[str, Any], *, is_grid: bool) -> Meant:
    if kind == "constant":
        return Meant(value=values["value"], is_constant=True)
    if kind == "categorical":
        return _choices(name, values["values"], [1.0] * len(values["values"]), is_grid=is_grid)
    if kind == "categorical_w_probabilities":
        return _choices(name, values["values"], values["probabilities"], is_grid=is_grid)
    if is_grid:
        return _listed(name, kind, values)
    notes = []
    if kind in EXPONENTS:
        low, high = _ends(kind, values)
        notes.append(
            f"{name}: {kind} takes exponents of e, so its values go from {low:.3g} to {high:.3g}; "
            f"W&B calls it deprecated in favour of {kind}_values"
        )
    return Meant(space=_range(kind, values), notes=notes)


def _range(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    space: dict[str, Any] = {}
    if "min" in values:
        space["low"], space["high"] = _ends(kind, values)
    elif "mu" in values:
        space |= {"law": "normal", "shape": [float(values["mu"]), float(values["sigma"])]}
    else:
        space |= {"law": "beta", "shape": [float(values["a"]), float(values["b"])]}
    if "log" in kind:
        space["scale"] = "log"
    if "q" in values:
        space["step"] = float(values["q"])
        if "low" in space:
            space["law"] = "uniform"  # its ends need not be multiples: values may leave them
    if kind == "int_uniform" or type(values.get("q")) is int:
        space["integer"] = True
    return space


def _ends(kind: str, values: Mapping[str, Any]) -> tuple[float, float]:
    low, high = values["min"], values["max"]
    if kind in ("log_uniform", "q_log_uniform"):
        return math.exp(low), math.exp(high)
    if kind == "inv_log_uniform":  # 1/x has the exponents
        return math.exp(-high), math.exp(-low)
    return low, high


def _listed(name: str, kind: str, values: Mapping[str, Any]) -> Meant:
    """Give a range of a grid as the list that W&B makes of it: `q_uniform` leaves its end out."""
    low, high = values["min"], values["max"]
    q = 1 if kind == "int_uniform" else values["q"]
    n = high - low + 1 if kind == "int_uniform" else math.ceil((high - low) / q)
    if n > MOST_VALUES:
        message = f"{name} has {n:,} values in a grid"
        return Meant(problems=[Problem(place=(), message=message, todo="say method: random",
                                       of_key=True)])  # fmt: skip
    step = (low + q) - low  # as numpy.arange goes
    listed = [low + place * step for place in range(n)]
    notes = []
    if kind == "q_uniform":
        notes.append(f"{name}: in a grid W&B leaves the end of q_uniform out: {listed[-1]:g} is "
                     "the last value")  # fmt: skip
    meant = _choices(name, listed, [1.0] * n, is_grid=True)
    meant.notes += notes
    return meant


def _choices(
    name: str, values: Sequence[Any], weights: Sequence[float], *, is_grid: bool
) -> Meant:  # fmt: skip
    """Give a list of values: equal ones once, and with their shares together."""
    share: dict[str, float] = {}
    chosen: dict[str, Any] = {}
    for value, weight in zip(values, weights, strict=True):
        key = _identity(value)
        share[key] = share.get(key, 0.0) + weight
        chosen[key] = value
    notes = []
    if len(chosen) < len(values):
        how = "tried once" if is_grid else "drawn as often as they stand there"
        notes.append(f"{name}: values that are there twice are {how}")
    if len(chosen) == 1:
        return Meant(value=next(iter(chosen.values())), is_constant=True, notes=notes)
    space: dict[str, Any] = {"choices": list(chosen.values())}
    if _is_rising(space["choices"]):
        space["ordered"] = True
    total = sum(share.values())
    if len({round(one, 12) for one in share.values()}) > 1:
        space["probabilities"] = [one / total for one in share.values()]
    return Meant(space=space, notes=notes)


def _identity(value: Any) -> str:
    is_whole = isinstance(value, float) and value.is_integer()
    return canonical_json(int(value) if is_whole else value)


def _is_rising(values: Sequence[Any]) -> bool:
    if len(values) < 3 or not all(is_number(one) for one in values):
        return False
    return list(values) in (sorted(values), sorted(values, reverse=True))
