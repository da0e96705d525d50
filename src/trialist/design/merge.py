"""Laying one configuration over another, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialist.design.document import Keys
from trialist.values.study import Config


def merged(config: Config, change: Config) -> dict[str, Any]:
    """Give `config` with `change` laid over it; neither of them is touched.

    Mappings are merged key by key, everything else is replaced, lists as a whole.

    Example:
        >>> merged({"lr": 0.1, "opt": {"name": "sgd", "eps": 0}}, {"opt": {"name": "adam"}})
        {'lr': 0.1, 'opt': {'name': 'adam', 'eps': 0}}
    """
    result = {key: _copied(value) for key, value in config.items()}
    for key, value in change.items():
        below = result.get(key)
        if isinstance(below, Mapping) and isinstance(value, Mapping):
            result[key] = merged(below, value)
        else:
            result[key] = _copied(value)
    return result


def unknown_keys(config: Config, change: Config) -> Iterator[Keys]:
    """Give the ways to keys of `change` that `config` does not have.

    A mapping may replace a plain value or fill an empty mapping: then its keys are new by intent.
    """
    for key, value in change.items():
        if key not in config:
            yield (key,)
            continue
        below = config[key]
        if isinstance(value, Mapping) and isinstance(below, Mapping) and below:
            yield from ((key, *deeper) for deeper in unknown_keys(below, value))


def changed_keys(config: Config, other: Config) -> Iterator[Keys]:
    """Give the ways to values in which two configurations differ."""
    for key in dict.fromkeys((*config, *other)):
        if key not in config or key not in other:
            yield (key,)
            continue
        here, there = config[key], other[key]
        if isinstance(here, Mapping) and isinstance(there, Mapping):
            yield from ((key, *deeper) for deeper in changed_keys(here, there))
        elif type(here) is not type(there) or here != there:
            yield (key,)


def value_at(config: Config, keys: Keys) -> Any:
    """Give the value at `keys`.

    Raises:
        KeyError: If it is not there.
    """
    value: Any = config
    for key in keys:
        if not isinstance(value, Mapping) or key not in value:
            raise KeyError(key)
        value = value[key]
    return value


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return value
