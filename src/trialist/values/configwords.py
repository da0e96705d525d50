"""A configuration as a program is told: options, variables, text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from trialist.values.command import ArgStyle


def nodes(config: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Give everything in a configuration by its dotted name, what holds others before them."""
    for key, value in config.items():
        name = f"{before}{key}"
        yield name, value
        if isinstance(value, Mapping):
            yield from nodes(value, f"{name}.")


def leaves(config: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the plain values of a configuration by their dotted names."""
    return ((name, value) for name, value in nodes(config) if not isinstance(value, Mapping))


def text_of(value: Any, style: ArgStyle) -> str:
    """Give a value as one word.

    Truth and absence are written as Python does, in the style `keyvalue` as YAML does; lists and
    mappings as JSON.

    Example:
        >>> text_of(1e-5, "space"), text_of(True, "keyvalue"), text_of([1, 2], "space")
        ('1e-05', 'true', '[1,2]')
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return json.dumps(value) if style == ArgStyle.KEYVALUE else str(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def words_of(config: Mapping[str, Any], style: ArgStyle) -> tuple[str, ...]:
    """Give a whole configuration as the words that `{args}` stands for.

    In the style `space` a list is its items, true is the option alone, and false and null leave the
    option out.

    Example:
        >>> words_of({"lr": 0.1, "layers": [64, 32], "nesterov": True}, ArgStyle.SPACE)
        ('--lr', '0.1', '--layers', '64', '32', '--nesterov')
        >>> words_of({"lr": 0.1, "model": {"width": 64}}, ArgStyle.KEYVALUE)
        ('lr=0.1', 'model.width=64')
    """
    if style == ArgStyle.KEYVALUE:
        return tuple(f"{name}={text_of(value, style)}" for name, value in leaves(config))
    if style == ArgStyle.EQUALS:
        return tuple(f"{_option(name)}={text_of(value, style)}" for name, value in leaves(config))
    return tuple(word for name, value in leaves(config) for word in _spaced(name, value))


def _spaced(name: str, value: Any) -> Iterator[str]:
    if value is None or value is False:
        return
    yield _option(name)
    if isinstance(value, list | tuple):
        yield from (text_of(item, ArgStyle.SPACE) for item in value)
    elif value is not True:
        yield text_of(value, ArgStyle.SPACE)


def _option(name: str) -> str:
    return name if name.startswith("-") else f"--{name}"
