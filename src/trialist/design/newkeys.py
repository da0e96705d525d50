"""Overrides that add a key or take one away: `+config.dropout=0.1`, `~variants.wide`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialist.design.document import Keys, dotted
from trialist.design.hints import hint
from trialist.design.schema import keys_of, shown
from trialist.values.errors import ConfigError

OPEN_GROUPS = ("config", "variants", "expect", "env", "metrics", "space")
"""Keys of a study whose own keys are the user's."""


def added_way(name: str, data: Mapping[str, Any]) -> Keys:
    """Give the keys that `+NAME=...` makes.

    All but the last key must be there; the last one must not.

    Raises:
        ConfigError: If it is there already, or nothing can be added there.
    """
    segments = name.split(".")
    top, rest = segments[0], segments[1:]
    if top not in OPEN_GROUPS or not all(rest):
        raise ConfigError(
            f"'{name}' cannot be added",
            todo=f"keys are added inside of {', '.join(OPEN_GROUPS)}: +config.KEY=VALUE; "
            "others are set as they are: KEY=VALUE",
        )
    here = data.get(top)
    if not rest:
        if top in data:
            raise _is_there((top,), here)
        return (top,)
    way, here, left = _as_far_as(here, rest)
    found: Keys = (top, *way)
    if not left:
        raise _is_there(found, here)
    if here is not None and not isinstance(here, Mapping):
        raise ConfigError(
            f"{dotted(found)} is {shown(here)} and has no keys inside",
            todo=f"set it as a whole: {dotted(found)}=...",
        )
    if len(left) > 1 and left[0] not in (here or {}):
        inner = "".join(f"{{{key}: " for key in left[1:]) + "..." + "}" * (len(left) - 1)
        raise ConfigError(
            f"{dotted(found)} has no '{left[0]}' to add '{'.'.join(left[1:])}' to",
            todo=f"add it as a whole: +{dotted((*found, left[0]))}='{inner}'",
        )
    return (*found, left[0])


def removed_way(name: str, data: Mapping[str, Any]) -> Keys:
    """Give the keys that `~NAME` means.

    Raises:
        ConfigError: If there is no such key, or it has a value behind it.
    """
    if "=" in name:
        raise ConfigError(
            f"'~{name}' has a value, and what is taken away has none",
            todo=f"write ~{name.partition('=')[0].strip()}",
        )
    segments = name.split(".")
    way, here, left = _as_far_as(data, segments)
    if left:
        known = list(here) if isinstance(here, Mapping) else []
        todo = hint(left[0], [*map(str, known)], nothing="leave it out")
        if not way and left[0] in keys_of(""):
            todo = f"leave it out: the study does not set {left[0]}"
        raise ConfigError(f"'{name}' is not in the study", todo=todo)
    if isinstance(way[-1], int):
        raise ConfigError(
            f"'{name}' is an item of a list",
            todo=f"set the list as a whole: {dotted(way[:-1])}=...",
        )
    return way


def _as_far_as(here: Any, segments: Sequence[str]) -> tuple[Keys, Any, Sequence[str]]:
    """Follow `segments` as far as they lead: the way, what is there, and what is left."""
    way: list[str | int] = []
    while segments:
        step = step_into(here, segments)
        if step is None:
            break
        key, segments = step
        way.append(key)
        here = here[key]
    return tuple(way), here, segments


def step_into(here: Any, rest: Sequence[str]) -> tuple[Any, Sequence[str]] | None:
    """Give the next key and what is left; a key may itself hold dots."""
    if isinstance(here, list):
        head = rest[0]
        fits = head.isascii() and head.isdecimal() and len(head) < 10 and int(head) < len(here)
        return (int(head), rest[1:]) if fits else None
    if isinstance(here, Mapping):
        for end in range(len(rest), 0, -1):
            key = ".".join(rest[:end])
            if key in here:
                return key, rest[end:]
    return None


def _is_there(way: Keys, value: Any) -> ConfigError:
    name = dotted(way)
    return ConfigError(
        f"{name} is there already ({shown(value)})", todo=f"leave the '+' out: {name}=..."
    )
