"""The forms that a parameter of a W&B sweep file can have, and whether one has its form.

The grammar is that of `sweeps` 0.3: without a `distribution`, the first form that the keys of a
parameter fit counts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialist.design.document import Keys
from trialist.design.schema import shown
from trialist.values.errors import near

_UNIFORM = ("min", "max")
_QUANTIZED = ("min", "max", "q")
FORMS: Mapping[str, tuple[str, ...]] = {
    "constant": ("value",),
    "categorical": ("values",),
    "categorical_w_probabilities": ("values", "probabilities"),
    "int_uniform": _UNIFORM,
    "uniform": _UNIFORM,
    "q_uniform": _QUANTIZED,
    "log_uniform": _UNIFORM,
    "log_uniform_values": _UNIFORM,
    "q_log_uniform": _QUANTIZED,
    "q_log_uniform_values": _QUANTIZED,
    "inv_log_uniform": _UNIFORM,
    "inv_log_uniform_values": _UNIFORM,
    "normal": ("mu", "sigma"),
    "q_normal": ("mu", "sigma", "q"),
    "log_normal": ("mu", "sigma"),
    "q_log_normal": ("mu", "sigma", "q"),
    "beta": ("a", "b"),
    "q_beta": ("a", "b", "q"),
}
"""The keys of every distribution beside `distribution` itself."""

DEFAULTS: Mapping[str, float] = {"q": 1.0, "mu": 0.0, "sigma": 1.0, "a": 1.0, "b": 1.0}
EXPONENTS = ("log_uniform", "q_log_uniform", "inv_log_uniform")
_POSITIVE = ("q", "sigma", "a", "b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a parameter: at which of its keys, what, and what to do."""

    place: Keys
    message: str
    todo: str
    of_key: bool = False


def form_of(name: str, given: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    """Give the distribution that a parameter has, or why it has none."""
    kind = given.get("distribution")
    if kind is not None:
        if isinstance(kind, str) and kind in FORMS:
            return kind, []
        message = f"{name}.distribution is {shown(kind)}"
        problem = Problem(place=("distribution",), message=message, todo=near(str(kind), [*FORMS]))
        return None, [problem]
    keys = set(given)
    for inferred in ("categorical", "categorical_w_probabilities", "constant"):
        if keys == set(FORMS[inferred]):
            return inferred, []
    if keys == set(_UNIFORM):
        both = [given["min"], given["max"]]
        return "int_uniform" if all(type(one) is int for one in both) else "uniform", []
    return None, [_not_inferred(name, given)]


def _not_inferred(name: str, given: Mapping[str, Any]) -> Problem:
    unknown = [key for key in given if not any(key in form for form in FORMS.values())]
    if unknown:
        keys = sorted({key for form in FORMS.values() for key in form} | {"distribution"})
        message = f"'{unknown[0]}' is not a key of a sweep's parameter"
        return Problem(place=(unknown[0],), message=message, todo=near(unknown[0], keys),
                       of_key=True)  # fmt: skip
    fitting = [kind for kind, form in FORMS.items() if set(given) <= set(form)]
    if not given or not fitting:
        message = f"{name} has {' and '.join(given) or 'no key'}, which is no form of a parameter"
        todo = "give values: [...], or min and max, or value"
        return Problem(place=(), message=message, todo=todo, of_key=True)
    if len(given) == 1 and set(given) < set(_UNIFORM):
        message = f"{name} has one of min and max"
        return Problem(place=(), message=message, todo="give both", of_key=True)
    message = f"{name} has {' and '.join(given)}, and no distribution"
    todo = f"add distribution: {fitting[0]}" + (
        f" (or {', '.join(fitting[1:])})" if fitting[1:] else ""
    )
    return Problem(place=(), message=message, todo=todo, of_key=True)


def key_problems(name: str, kind: str, given: Mapping[str, Any]) -> list[Problem]:
    """Give the keys that do not belong to a distribution, are missing, or have a wrong type."""
    form = FORMS[kind]
    found = []
    for key in given:
        if key not in (*form, "distribution"):
            message = f"'{key}' is not a key of distribution {kind}"
            todo = f"{kind} takes {', '.join(form)}"
            found.append(Problem(place=(key,), message=message, todo=todo, of_key=True))
    for key in form:
        if key not in given and key not in DEFAULTS:
            message = f"{name} has no '{key}', and {kind} needs it"
            found.append(Problem(place=(), message=message, todo=f"add {key}", of_key=True))
    for key in form:
        if key in given and (wrong := _wrong_type(kind, key, given[key])):
            message = f"{name}.{key} is {shown(given[key])}, expected {wrong}"
            found.append(Problem(place=(key,), message=message, todo=f"write {wrong}"))
    return found


def _wrong_type(kind: str, key: str, value: Any) -> str | None:
    if key == "value":
        return None
    if key in ("values", "probabilities"):
        is_list = isinstance(value, list) and bool(value)
        if key == "values":
            return None if is_list else "a list of values"
        fits = is_list and all(is_number(one) and one >= 0 for one in value)
        return None if fits else "a list of numbers from 0"
    if kind == "int_uniform":
        return None if type(value) is int else "a whole number"
    if not is_number(value):
        return "a number"
    is_above = key not in _POSITIVE or value > 0
    return None if is_above else "a number above 0"


def is_number(value: Any) -> bool:
    """Tell whether `value` is a finite number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def value_problems(name: str, kind: str, values: Mapping[str, Any]) -> list[Problem]:
    """Give what does not fit together, where every key is there with the right type."""
    if kind == "categorical_w_probabilities":
        return _weight_problems(name, values["values"], values["probabilities"])
    if "min" not in values:
        return []
    low, high = values["min"], values["max"]
    if low >= high:
        message = f"{name}: min {low} is not below max {high}"
        return [Problem(place=("min",), message=message, todo="give a smaller min")]
    if kind.endswith("_values") and low <= 0:
        message = f"{name}: min {low} has no logarithm"
        todo = "give a min above 0, or another distribution"
        return [Problem(place=("min",), message=message, todo=todo)]
    if kind in EXPONENTS and max(abs(low), abs(high)) > 700:
        message = f"{name}: {kind} takes exponents of e, and {max(low, high, key=abs)} is too large"
        todo = f"say distribution: {kind}_values, whose min and max are the values themselves"
        return [Problem(place=("max",), message=message, todo=todo)]
    return []


def _weight_problems(
    name: str, values: Sequence[Any], weights: Sequence[float]
) -> list[Problem]:  # fmt: skip
    if len(values) != len(weights):
        message = f"{name} has {len(values)} values and {len(weights)} probabilities"
        return [Problem(place=("probabilities",), message=message, todo="give one for each value")]
    if not math.isclose(sum(weights), 1.0, rel_tol=1e-5, abs_tol=1e-8):
        message = f"{name}: the probabilities add up to {sum(weights):g}"
        return [Problem(place=("probabilities",), message=message, todo="let them add up to 1")]
    return []
