"""Values of a configuration by dotted names, which lead into nested mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialist.design.merge import merged
from trialist.values.study import Config


class Absent:
    """Stands for a value that is not there."""


ABSENT = Absent()


def way_of(config: Config, name: str) -> tuple[str, ...]:
    """Give the keys that a dotted name means; a key of the configuration may itself hold dots.

    Example:
        >>> way_of({"opt": {"lr": 1}, "a.b": 2}, "opt.lr"), way_of({"a.b": 2}, "a.b")
        (('opt', 'lr'), ('a.b',))
    """
    found: list[str] = []
    here: Any = config
    rest: Sequence[str] = name.split(".")
    while rest:
        keys = [".".join(rest[:end]) for end in range(len(rest), 0, -1)]
        known = here if isinstance(here, Mapping) else {}
        key = next((one for one in keys if one in known), rest[0])
        found.append(key)
        rest = rest[key.count(".") + 1 :]
        here = known.get(key)
    return tuple(found)


def found_at(config: Config, name: str) -> Any:
    """Give the value that a dotted name leads to; `ABSENT` where there is none."""
    here: Any = config
    for key in way_of(config, name):
        if not isinstance(here, Mapping) or key not in here:
            return ABSENT
        here = here[key]
    return here


def with_values(config: Config, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give `config` with values set by their dotted names; it is not touched.

    Example:
        >>> with_values({"opt": {"name": "sgd"}}, {"opt.lr": 0.1, "width": 8})
        {'opt': {'name': 'sgd', 'lr': 0.1}, 'width': 8}
    """
    result = merged(config, {})
    for name, value in values.items():
        *around, last = way_of(result, name)
        here = result
        for key in around:
            if not isinstance(here.get(key), dict):
                here[key] = {}
            here = here[key]
        here[last] = list(value) if isinstance(value, tuple) else value
    return result
