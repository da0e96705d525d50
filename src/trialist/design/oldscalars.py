"""Plain scalars as PyYAML reads them (YAML 1.1): what W&B takes `yes`, `010` and `1e-4` for."""

from __future__ import annotations

import re

from trialist.design.scalars import Scalar, resolve

_WORDS = {
    **dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False),
}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0x[0-9a-fA-F_]+|0b[01_]+)")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
)


def resolve_old(text: str) -> Scalar:
    """Give the value of an unquoted scalar as PyYAML does, but for numbers that it takes for text.

    `1e-4` and `1.0e4` are text to PyYAML: here they are the numbers that they look like.

    Raises:
        ValueError: If `text` is a whole number too long to be meant.

    Example:
        >>> [resolve_old(text) for text in ("yes", "off", "010", "1_000", "1e-4", "0.1")]
        [True, False, 8, 1000, 0.0001, 0.1]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return _whole(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    return resolve(text)


def is_text_to_pyyaml(text: str) -> bool:
    """Tell whether PyYAML takes for text what looks like a number, such as `1e-4`.

    Example:
        >>> [is_text_to_pyyaml(text) for text in ("1e-4", "1.0e-4", "1.0e4", "12", "word")]
        [True, False, True, False, False]
    """
    try:
        value = resolve(text)
    except ValueError:
        return False
    return type(value) is float and _FLOAT.fullmatch(text) is None and text[-1].isdigit()


def _whole(text: str) -> int:
    plain = text.replace("_", "")
    sign = -1 if plain.startswith("-") else 1
    digits = plain.lstrip("+-")
    if digits[:2] in ("0x", "0b"):
        return sign * int(digits, 0)
    if digits.startswith("0") and len(digits) > 1:
        return sign * int(digits, 8)
    found = resolve(digits)  # refuses a number too long to be meant
    return sign * int(str(found))
