"""Dotted overrides: `config.lr=0.2` on the command line, laid over a study's document.

`+config.dropout=0.1` adds a key that is not there, `~variants.wide` takes one away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from trialist.design.document import Document, Keys, dotted
from trialist.design.hints import hint, nearest
from trialist.design.includes import INCLUDE
from trialist.design.newkeys import OPEN_GROUPS, added_way, removed_way, step_into
from trialist.design.schema import GROUPS, LATER, keys_of, shown
from trialist.design.yamlnodes import parse_value
from trialist.values.errors import ConfigError


def compose(document: Document, overrides: Sequence[str]) -> Document:
    """Give `document` with every override in place, the last one winning.

    An override stands at "command line: config.lr=0.2". One that cannot be applied becomes a
    mistake of the document, so that it is shown with all the others. `+KEY=VALUE` adds a key that
    must not be there yet, `~KEY` takes away one that must be.
    """
    if not overrides or not isinstance(document.data, dict):
        return document
    data = _deep(document.data)
    values, keys = dict(document.values), dict(document.keys)
    mistakes = list(document.mistakes)
    for override in overrides:
        where = f"command line: {_printable(override)}"
        try:
            way, value = _read(override, data)
        except ConfigError as error:
            mistakes += (replace(mistake, where=where) for mistake in error.mistakes)
            continue
        is_removed = isinstance(value, _Removed)
        _remove(data, way) if is_removed else _place(data, way, value)
        for places in (values, keys):
            for inner in [other for other in places if other[: len(way)] == way]:
                del places[inner]
            if not is_removed:
                places[way] = where
    return replace(document, data=data, values=values, keys=keys, mistakes=tuple(mistakes))


class _Removed:
    """Stands for the value of a key that is taken away."""


def _read(override: str, data: Mapping[str, Any]) -> tuple[Keys, Any]:
    override = override.strip()
    if override.startswith("~"):
        return removed_way(override[1:].strip(), data), _Removed()
    name, equals, text = override.partition("=")
    name = name.strip()
    if not equals or not name:
        raise ConfigError(
            f"{_printable(override)!r} sets nothing", todo="write key=value, such as config.lr=0.2"
        )
    way = added_way(name[1:].strip(), data) if name.startswith("+") else _resolve(name, data)
    try:
        return way, parse_value(text, "value")
    except ConfigError as error:
        raise ConfigError(
            f"the value {_printable(text)!r} is not YAML: "
            f"{error.mistakes[0].message.removeprefix('this is not YAML: ')}",
            todo=f"put text into quotes twice: {name}='\"...\"'",
        ) from error


def _resolve(name: str, data: Mapping[str, Any]) -> Keys:
    """Give the keys that a dotted name means, and refuse those that no study has."""
    segments = name.split(".")
    top, rest = segments[0], segments[1:]
    if top not in keys_of(""):
        raise _unknown_top(top)
    if not rest:
        return (top,)
    if top == "variants":
        return _variant(name, data, rest)
    if top in OPEN_GROUPS:
        return (top, *_inside(name, top, data.get(top), rest))
    if top in GROUPS:
        return _grouped(name, top, rest, data)
    raise ConfigError(f"'{top}' has no keys inside", todo=f"set it as a whole: {top}=...")


def _unknown_top(top: str) -> ConfigError:
    if top == INCLUDE:
        return ConfigError(
            f"'{INCLUDE}' is read before the command line is",
            todo="write it into the study file, or set the keys themselves",
        )
    if top in LATER[""]:
        return ConfigError(f"'{top}' is not in this version of trialist yet", todo="leave it out")
    return ConfigError(
        f"'{top}' is not a key of a study",
        todo=hint(top, keys_of(""), nothing=""),
    )


def _grouped(name: str, group: str, rest: Sequence[str], data: Mapping[str, Any]) -> Keys:
    key = ".".join(rest)
    held = data.get(group)
    inner = held.get(rest[0]) if isinstance(held, dict) else None
    if len(rest) > 1 and rest[0] in keys_of(group) and isinstance(inner, Mapping):
        return (group, rest[0], *_inside(name, f"{group}.{rest[0]}", inner, rest[1:]))
    if key in LATER.get(group, ()):
        raise ConfigError(f"'{name}' is not in this version of trialist yet", todo="leave it out")
    if key not in keys_of(group):
        raise ConfigError(
            f"'{key}' is not a key of {group}", todo=hint(key, keys_of(group), nothing="")
        )
    here = data.get(group)
    if here is not None and not isinstance(here, dict):
        raise ConfigError(
            f"{group} is {shown(here)} in the file and has no '{key}'",
            todo=f"set it as a whole: {group}=...",
        )
    return (group, key)


def _variant(name: str, data: Mapping[str, Any], rest: Sequence[str]) -> Keys:
    variants = data.get("variants")
    names = list(variants) if isinstance(variants, dict) else []
    step = step_into(variants, rest)
    if step is None or not isinstance(variants, dict):
        wanted = rest[0]
        raise ConfigError(
            f"'{wanted}' is not a variant",
            todo=hint(wanted, names, nothing="the study names no variants"),
        )
    variant, deeper = step
    if not deeper:
        return ("variants", variant)
    known = _laid_over(data.get("config"), variants[variant])
    return ("variants", variant, *_inside(name, f"variants.{variant}", known, deeper))


def _laid_over(config: Any, change: Any) -> Any:
    """Give all that a variant may set: what the configuration has, and what it sets already."""
    if isinstance(config, Mapping) and (change is None or isinstance(change, Mapping)):
        own = change or {}
        both = dict.fromkeys((*config, *own))
        return {key: _laid_over(config.get(key), own.get(key)) for key in both}
    if change is None and isinstance(config, list):
        return tuple(config)  # the variant has no list of its own to put one item into
    return change if change is not None else config


def _inside(name: str, group: str, here: Any, rest: Sequence[str]) -> Keys:
    found: list[str | int] = []
    while rest:
        step = step_into(here, rest)
        if step is None:
            raise _unknown_inside(name, (group, *found), here, rest[0])
        key, rest = step
        found.append(key)
        here = here[key]
    return tuple(found)


def _unknown_inside(name: str, around: Keys, here: Any, segment: str) -> ConfigError:
    before = dotted(around)
    names: list[str] = []
    nothing = f"{before} is {shown(here)} and has no keys inside"
    if isinstance(here, Mapping):
        names, nothing = list(here), f"{before} has no keys"
    elif isinstance(here, list):
        names = [str(place) for place in range(len(here))]
    close = nearest(segment, names)
    if close is not None:
        todo = f"did you mean '{before}.{close}'?"
    else:
        todo = hint(segment, names, nothing=nothing)
        if around[0] in OPEN_GROUPS and (here is None or isinstance(here, Mapping)):
            todo += f"; '+{name}=...' adds a new key"
    return ConfigError(f"'{name}' is not in the study", todo=todo)


def _place(data: dict[str, Any], way: Keys, value: Any) -> None:
    here: Any = data
    for key in way[:-1]:
        if isinstance(here, dict) and here.get(key) is None:
            here[key] = {}
        here = here[key]
    here[way[-1]] = value


def _remove(data: dict[str, Any], way: Keys) -> None:
    here: Any = data
    for key in way[:-1]:
        here = here[key]
    del here[way[-1]]


def _deep(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _deep(inner) for key, inner in value.items()}
    return [_deep(inner) for inner in value] if isinstance(value, list) else value


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
