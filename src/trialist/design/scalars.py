"""Plain scalars by the YAML 1.2 core schema: what `1e-4`, `on` and `0o17` mean."""

from __future__ import annotations

import math
import re

LONGEST_NUMBER = 300
"""Characters of the longest whole number that is read; Python refuses to print much longer ones."""

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"([-+]?)\.(inf|Inf|INF)")
_NOT_A_NUMBER = frozenset({".nan", ".NaN", ".NAN"})

Scalar = str | int | float | bool | None


def resolve(text: str) -> Scalar:
    """Give the value of an unquoted scalar.

    Raises:
        ValueError: If `text` is a whole number too long to be meant.

    References:
        YAML 1.2.2, section 10.3.2 (core schema, tag resolution).

    Example:
        >>> [resolve(text) for text in ("1e-4", "on", "0o17", "1_000", "~", "true")]
        [0.0001, 'on', 15, '1_000', None, True]
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    whole = _whole(text)
    return whole if whole is not None else _fractional(text)


def _whole(text: str) -> int | None:
    for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            if len(text) > LONGEST_NUMBER:
                raise ValueError(f"a number of {len(text):,} digits")
            return int(text, base) if base == 10 else int(text[2:], base)
    return None


def _fractional(text: str) -> float | str:
    if _FLOAT.fullmatch(text):
        return float(text)
    infinity = _INFINITY.fullmatch(text)
    if infinity:
        return -math.inf if infinity.group(1) == "-" else math.inf
    return math.nan if text in _NOT_A_NUMBER else text
