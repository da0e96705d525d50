"""The parameters of a W&B sweep file, nested ones too: what is searched, what is constant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.design.document import Document, Keys, dotted
from trialist.design.schema import shown
from trialist.design.sweepforms import Problem
from trialist.design.sweepparams import Meant, meaning_of
from trialist.values.errors import Mistake

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SEED = ("seed", "random_seed")


@dataclass(slots=True, kw_only=True)
class SweepSpace:
    """What the parameters of a sweep mean.

    Attributes:
        entries: What is searched, as in `space`, in the order of W&B's grid.
        constants: The configuration with what is constant; a name that itself has dots is there
            too, with nothing yet, so that it stays a key of its own.
        places: Where each parameter stands in the sweep.
        seed_name: The parameter that is the seed; None without one.
        n_seeds: How many values it has.
        mistakes: What is wrong.
        notes: What W&B does otherwise.
    """

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Keys] = field(default_factory=dict)
    seed_name: str | None = None
    n_seeds: int = 1
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_parameters(sweep: Document, *, method: str) -> SweepSpace:
    """Give what the parameters of a sweep mean, and everything that is wrong with them."""
    found = SweepSpace()
    given = sweep.data.get("parameters")
    if not isinstance(given, dict) or not given:
        message = "the sweep has no parameters" if not given else f"parameters is {shown(given)}"
        todo = "add parameters: {lr: {min: 0.001, max: 0.1}}"
        where = sweep.place_of_key(("parameters",))
        found.mistakes.append(Mistake(message=message, where=where, todo=todo))
        return found
    for way in sorted(_leaves(given), key=lambda one: one):
        _read(found, sweep, way, method)
    if not found.entries and not found.mistakes:
        todo = "give one of them values: [...], or min and max"
        where = sweep.place_of_key(("parameters",))
        message = "every parameter is constant: there is nothing to search"
        found.mistakes.append(Mistake(message=message, where=where, todo=todo))
    return found


def _leaves(given: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give the way to every parameter: through the `parameters` of those that hold others."""
    for key, value in given.items():
        inner = value.get("parameters") if isinstance(value, dict) else None
        if isinstance(inner, dict) and inner and set(value) == {"parameters"}:
            yield from _leaves(inner, (*before, key))
        else:
            yield (*before, key)


def _read(found: SweepSpace, sweep: Document, way: tuple[str, ...], method: str) -> None:
    at = _keys_of(way)
    name = ".".join(way)
    given: Any = sweep.data
    for key in at:
        given = given[key]
    problem = _form_problem(found, way, given)
    if problem is None:
        found.places[name] = at
    if problem is None and way[-1] in _SEED:
        values = given.get("values")
        found.seed_name = name
        found.n_seeds = len(values) if isinstance(values, list) and values else 1
        _put(found.constants, way, "{seed}")
        return
    meant = Meant(problems=[problem]) if problem else meaning_of(name, given, method=method)
    for one in meant.problems:
        keys = (*at, *one.place)
        where = sweep.place_of_key(keys) if one.of_key else sweep.place(keys)
        found.mistakes.append(Mistake(message=one.message, where=where, todo=one.todo))
    found.notes += meant.notes
    if meant.is_constant:
        _put(found.constants, way, meant.value)
    elif meant.space is not None:
        found.entries[name] = meant.space
        if any("." in key for key in way):
            _put(found.constants, way, None)


def _form_problem(found: SweepSpace, way: tuple[str, ...], given: Any) -> Problem | None:
    """Give what is wrong with a parameter's name, or with its being no mapping."""
    name = ".".join(way)
    bad = next((key for key in way if not _NAME.fullmatch(key)), None)
    todo = "use letters, digits, '_', '.' and '-', beginning with a letter or '_'"
    if bad is not None:
        message = f"the parameter's name {bad!r} is not taken by W&B"
        return Problem(place=(), message=message, todo=todo, of_key=True)
    if name in found.places:
        message = f"{name} is there twice: nested, and with a dot in its name"
        return Problem(place=(), message=message, todo="rename one", of_key=True)
    if not isinstance(given, dict):
        message = f"{dotted(_keys_of(way))} is {shown(given)}, expected a mapping"
        todo = f"write {way[-1]}: {{value: ...}}, or values: [...], or min and max"
        return Problem(place=(), message=message, todo=todo)
    return None


def _keys_of(way: tuple[str, ...]) -> Keys:
    keys: list[str] = []
    for key in way:
        keys += ["parameters", key]
    return tuple(keys)


def _put(config: dict[str, Any], way: tuple[str, ...], value: Any) -> None:
    here = config
    for key in way[:-1]:
        here = here.setdefault(key, {})
    here[way[-1]] = value
