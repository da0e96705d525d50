"""One key of `space`: what it may say, as a declared parameter, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trialist.design.hints import hint
from trialist.design.schema import shown
from trialist.design.spaceproblem import Problems, SpaceProblem
from trialist.design.spacerange import check_range
from trialist.design.spacevalues import is_number, is_plain, plain_value, same_values
from trialist.values.errors import near
from trialist.values.space import Law, Parameter, Role, Scale

EXAMPLE = "{low: 1e-4, high: 1.0, log: true}"
_KINDS: Mapping[str, tuple[str, ...]] = {
    "fixed": ("fixed", "caveat"),
    "choices": ("choices", "ordered", "probabilities"),
    "range": (
        *("low", "high", "log", "scale", "integer", "step", "ranges"),
        *("hard_low", "hard_high", "law", "shape"),
    ),
}
"""The keys that make an entry what it is."""

_VALUES = {"low", "high", "choices", "fixed", "law", "shape"}
"""Without these nothing else of an entry can be judged."""

_SHARED = ("role", "per", "when", "switch", "off")
KEYS = tuple(dict.fromkeys((*_KINDS["choices"], *_KINDS["range"], *_KINDS["fixed"], *_SHARED)))
"""All keys of a parameter in the space."""

_TRUTHS = ("ordered", "log", "integer", "switch")
_NUMBERS = ("low", "high", "step", "hard_low", "hard_high")
_NAMED: Mapping[str, Sequence[str]] = {
    "role": [one.value for one in Role],
    "scale": [one.value for one in Scale],
    "law": [one.value for one in Law],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One key of the space, as it is declared: for all variants at once.

    Attributes:
        name: The key in the configuration; dots lead into nested mappings.
        parameter: What is searched or makes variants; None where it is held.
        per: The parameter whose every value has one of its own; None: one for all.
        ranges: The ends of its range by such a value, as text.
        value: What it is held at.
        caveat: What holding it means, in the user's words.
    """

    name: str
    parameter: Parameter | None = None
    per: str | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    value: Any = None
    caveat: str = ""

    @property
    def role(self) -> Role:
        """What it is in this round."""
        return Role.FIXED if self.parameter is None else self.parameter.role


def read_entry(name: str, given: Any) -> tuple[Declared | None, tuple[SpaceProblem, ...]]:
    """Give what one key of the space declares, and everything that is wrong with it.

    Args:
        name: The key.
        given: Its value, as the file has it.

    Returns:
        None in place of the declaration where there is a problem.
    """
    problems = Problems(name)
    if not isinstance(given, Mapping):
        todo = f"write {name}: {EXAMPLE}"
        if isinstance(given, list | tuple):
            todo = f"write {name}: {{choices: [...]}}"
        elif given is not None:
            todo = f"write {name}: {{fixed: {given}}}, or a range: {EXAMPLE}"
        problems.add((), f"{problems.way()} is {shown(given)}, expected a mapping", todo)
        return None, tuple(problems.found)
    _check_keys(problems, given)
    _check_types(problems, given)
    wrong = {str(one.place[2]) for one in problems.found}
    kind = _kind_of(problems, given)
    if kind is not None and not wrong & _VALUES:
        _check_kind(problems, {key: given[key] for key in given if key not in wrong}, kind)
    if kind is None or problems.found:
        return None, tuple(problems.found)
    return _declared(name, given, kind), ()


def dependencies(name: str, given: Any) -> Declared:
    """Give what an entry depends on, where the rest of it is wrong."""
    entry = given if isinstance(given, Mapping) else {}
    per = entry.get("per")
    return Declared(
        name=name,
        parameter=Parameter(name=name, when=_when(entry)),
        per=per if isinstance(per, str) else None,
    )


def _when(given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the conditions of an entry; several values are a tuple."""
    when = given.get("when")
    return {
        name: tuple(map(plain_value, one)) if isinstance(one, list | tuple) else plain_value(one)
        for name, one in (when.items() if isinstance(when, Mapping) else ())
    }


def _check_keys(problems: Problems, given: Mapping[str, Any]) -> None:
    for key in given:
        if key not in KEYS:
            message = f"'{key}' is not a key of a parameter ({problems.way()})"
            problems.found.append(
                SpaceProblem(
                    place=("space", problems.name, str(key)),
                    message=message,
                    todo=hint(str(key), KEYS, nothing=""),
                    of_key=True,
                )
            )


def _check_types(problems: Problems, given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        said = f"{problems.way(key)} is {shown(value)}"
        if key in _TRUTHS and not isinstance(value, bool):
            problems.add((key,), f"{said}, expected true or false", "write true, or leave it out")
        elif key in _NUMBERS and not is_number(value):
            todo = "remove the quotes" if _is_quoted(value) else "write a number such as 0.1"
            problems.add((key,), f"{said}, expected a finite number", todo)
        elif key in _NAMED and value not in _NAMED[key]:
            problems.add((key,), said, near(str(value), _NAMED[key]))
        elif key in ("per", "caveat") and not isinstance(value, str):
            expected = "a parameter's name" if key == "per" else "text"
            problems.add((key,), f"{said}, expected {expected}", "write it as text")
        elif key in ("when", "ranges") and not (isinstance(value, Mapping) and value):
            example = "{optimizer: sgd}" if key == "when" else "{sgd: {low: 1e-3, high: 1.0}}"
            what = "empty" if isinstance(value, Mapping) else shown(value)
            message = f"{problems.way(key)} is {what}, expected a mapping such as {example}"
            problems.add((key,), message, "say what it depends on, or leave it out")
        elif key in ("fixed", "off") and not is_plain(value):
            problems.add((key,), f"{said}, which cannot be written down", "give a finite value")


def _is_quoted(value: Any) -> bool:
    try:
        return isinstance(value, str) and is_number(float(value))
    except ValueError:
        return False


def _kind_of(problems: Problems, given: Mapping[str, Any]) -> str | None:
    """Give what the entry is: fixed, choices or range; None where it is several or none."""
    found = [kind for kind, keys in _KINDS.items() if set(keys) & set(given)]
    way = problems.way()
    if not found:
        todo = f"give a range such as {EXAMPLE}, {{choices: [...]}} or {{fixed: VALUE}}"
        problems.add((), f"{way} has no range, no choices and no fixed value", todo)
    elif len(found) > 1:
        words = {"fixed": "held", "choices": "a list of choices", "range": "a range"}
        both = " and ".join(words[kind] for kind in found)
        keys = [key for kind in found for key in _KINDS[kind] if key in given]
        problems.add((), f"{way} is {both}: {', '.join(keys)}", "keep one of them")
    elif found == ["fixed"] and "fixed" not in given:
        problems.add((), f"{way} has a caveat and no fixed value", "add fixed: VALUE")
    return found[0] if len(found) == 1 else None


def _check_kind(problems: Problems, given: Mapping[str, Any], kind: str) -> None:
    if kind == "fixed":
        _check_fixed(problems, given)
    else:
        _check_role(problems, given)
        check = _check_choices if kind == "choices" else check_range
        check(problems, given)
        _check_switch(problems, given)


def _check_fixed(problems: Problems, given: Mapping[str, Any]) -> None:
    if given.get("role", Role.FIXED) != Role.FIXED:
        message = f"{problems.way()} is held at {shown(given['fixed'])}, and its role says "
        todo = "leave role out, or give a range or choices in place of fixed"
        problems.add(("role",), f"{message}{given['role']}", todo)
    for key in ("per", "when", "switch", "off"):
        if key in given:
            message = f"{problems.way()} is held, and {key} belongs to what is searched"
            problems.add((key,), message, "leave it out")


def _check_role(problems: Problems, given: Mapping[str, Any]) -> None:
    role = given.get("role", Role.NUISANCE)
    if role == Role.FIXED:
        message = f"{problems.way()} has the role fixed, and values to search"
        problems.add(("role",), message, "hold it: {fixed: VALUE}")
    for key in ("per", "when") if role == Role.SCIENTIFIC else ():
        if key in given:
            message = f"{problems.way()} is scientific, and {key} makes it differ by variant"
            todo = "leave it out; for values of some variants only, list the variants"
            problems.add((key,), message, todo)


def _check_choices(problems: Problems, given: Mapping[str, Any]) -> None:
    choices, way = given.get("choices"), problems.way("choices")
    if not isinstance(choices, list | tuple):
        message = f"{way} is {shown(choices)}, expected a list such as [sgd, adam]"
        problems.add(("choices",), message, "list the values")
        return
    if not choices:
        problems.add(("choices",), f"{way} is empty", "list two values or more")
    elif len(choices) == 1 and not given.get("switch"):
        todo = f"hold it: {{fixed: {choices[0]}}}, or add choices"
        problems.add(("choices",), f"{way} has one value: nothing is chosen", todo)
    for place, value in enumerate(choices):
        said = f"{problems.way('choices', place)} is {shown(value)}"
        if not is_plain(value):
            message = f"{said}, which cannot be written down"
            problems.add(("choices", place), message, "give a finite value")
            continue
        first = next(at for at, one in enumerate(choices) if same_values(one, value))
        if first != place:
            message = f"{said}, which is choices[{first}] already"
            problems.add(("choices", place), message, "remove one of them")
    _check_probabilities(problems, given.get("probabilities", ()), len(choices))


def _check_probabilities(problems: Problems, given: Any, n: int) -> None:
    if given == ():
        return
    is_list = isinstance(given, list | tuple) and all(is_number(one) and one >= 0 for one in given)
    if not is_list or len(given) != n or not sum(given):
        message = f"{problems.way('probabilities')} does not fit {n} choices"
        problems.add(("probabilities",), message, "give one number from 0 for each choice")


def _check_switch(problems: Problems, given: Mapping[str, Any]) -> None:
    if "off" in given and not given.get("switch"):
        message = f"{problems.way()} has a value for off, and no switch"
        problems.add(("off",), message, "add switch: true, or leave off out")
    if not given.get("switch"):
        return
    off, way = given.get("off", 0.0), problems.way()
    if any(same_values(off, one) for one in given.get("choices", ())):
        message = f"{way} is off at {shown(off)}, which is one of its choices"
        problems.add(("off",), message, "remove the choice, or leave the switch out")
    low, high = given.get("low"), given.get("high")
    if problems.found:
        return  # the range is not what is meant
    if is_number(off) and low is not None and high is not None and low <= off <= high:
        message = f"{way} is off at {shown(off)}, which lies in its range"
        todo = "say what it is when it is off (off: VALUE), or leave the switch out"
        problems.add(("switch",), message, todo)


def _declared(name: str, given: Mapping[str, Any], kind: str) -> Declared:
    if kind == "fixed":
        return Declared(
            name=name, value=plain_value(given["fixed"]), caveat=given.get("caveat", "")
        )
    plain = {key: given[key] for key in ("integer", "ordered", "step", "switch") if key in given}
    plain |= {key: float(given[key]) for key in ("hard_low", "hard_high") if key in given}
    scale = Scale.LOG if given.get("log") else Scale(given.get("scale", Scale.LINEAR))
    shape = given.get("shape")
    parameter = Parameter(
        name=name,
        low=given.get("low"),
        high=given.get("high"),
        scale=scale,
        choices=tuple(map(plain_value, given.get("choices", ()))),
        probabilities=tuple(given.get("probabilities", ())),
        law=Law(given.get("law", Law.UNIFORM)),
        shape=None if shape is None else (float(shape[0]), float(shape[1])),
        off=plain_value(given.get("off", 0.0)),
        when=_when(given),
        role=Role(given.get("role", Role.NUISANCE)),
        **plain,
    )  # fmt: skip
    ranges = {key: (one["low"], one["high"]) for key, one in given.get("ranges", {}).items()}
    return Declared(name=name, parameter=parameter, per=given.get("per"), ranges=ranges)
