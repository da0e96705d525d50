"""Values of a space: what is a number, what can be written down, and which are the same."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from trialist.values.canonical import canonical_json


def is_number(value: Any) -> bool:
    """Tell whether `value` is a finite number; true and false are none."""
    is_real = isinstance(value, int | float) and not isinstance(value, bool)
    return is_real and math.isfinite(value)


def is_plain(value: Any) -> bool:
    """Tell whether a configuration can hold `value`."""
    try:
        canonical_json(value)
    except (TypeError, ValueError):
        return False
    return True


def plain_value(value: Any) -> Any:
    """Give a plain value as it is read back from JSON: tuples are lists."""
    if isinstance(value, Mapping):
        return {key: plain_value(inner) for key, inner in value.items()}
    return [plain_value(one) for one in value] if isinstance(value, list | tuple) else value


def same_values(one: Any, other: Any) -> bool:
    """Tell whether a configuration cannot tell two values apart: 1 and 1.0 are one, 1 and true two.

    Example:
        >>> same_values(1, 1.0), same_values(1, True), same_values([1, 2], (1, 2))
        (True, False, True)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(same_values, one, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return set(one) == set(other) and all(same_values(one[key], other[key]) for key in one)
    return bool(one == other)


def text_of_value(value: Any) -> str:
    """Give a value as the study file names it, for a label or a key.

    Example:
        >>> text_of_value("sgd"), text_of_value(True), text_of_value(None), text_of_value(0.1)
        ('sgd', 'true', 'null', '0.1')
    """
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
