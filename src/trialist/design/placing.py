"""Parameters in a configuration: names with dots lead into nested mappings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def configured(config: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Give a configuration with the values of parameters in it.

    Args:
        config: The configuration that they change; it stays as it is.
        params: Values by name; `optimizer.lr` is the key `lr` of the mapping `optimizer`, unless
            the configuration has a key of that very name.

    Example:
        >>> configured({"optimizer": {"name": "sgd"}}, {"optimizer.lr": 0.1})
        {'optimizer': {'name': 'sgd', 'lr': 0.1}}
    """
    made = dict(config)
    for name, value in params.items():
        if name in made or "." not in name:
            made[name] = value
            continue
        first, _, rest = name.partition(".")
        inner = made.get(first)
        made[first] = configured(inner if isinstance(inner, Mapping) else {}, {rest: value})
    return made
