"""A study with its includes as one text that can be run alone."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trialist.design.document import Keys
from trialist.design.includes import Resolved, resolve_includes
from trialist.design.scalars import resolve
from trialist.design.yamltext import read_text

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def whole_text(path: Path) -> str:
    """Give the text of a study file; with `include:`, all of it resolved, with each value's place.

    Raises:
        ConfigError: If a file cannot be read.
    """
    resolved = resolve_includes(path)
    if len(resolved.files) == 1:
        return read_text(path)
    first, *others = [str(file) for file in resolved.files]
    head = f"# {first} with what it includes: {', '.join(others)}\n"
    return head + "".join(_lines(resolved, resolved.document.data, ()))


def _lines(resolved: Resolved, data: Mapping[str, Any], way: Keys) -> Iterator[str]:
    margin = "  " * len(way)
    for key, value in data.items():
        here = (*way, key)
        if isinstance(value, dict) and value:
            yield f"{margin}{_key(key)}:\n"
            yield from _lines(resolved, value, here)
        else:
            place = resolved.document.place(here)
            yield f"{margin}{_key(key)}: {_json(value)}  # {_UNPRINTABLE.sub('?', place)}\n"


def _key(key: str) -> str:
    return key if _PLAIN.fullmatch(key) and resolve(key) == key else _json(key)


def _json(value: Any) -> str:
    """Give a value as YAML in one line: JSON, but for numbers that JSON lacks."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_json(key)}: {_json(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_json, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
