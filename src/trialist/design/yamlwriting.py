"""Plain data as YAML that the reader of study files gives back as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_WORDS = re.compile(r"true|false|null|\.?(nan|inf)", flags=re.IGNORECASE)
_WIDEST = 88


def yaml_of(data: Mapping[str, Any]) -> str:
    """Give a mapping as YAML, a line per key; lists and short mappings in one line.

    Args:
        data: Finite numbers, text, true, false, null, lists and mappings with text for keys.

    Example:
        >>> print(yaml_of({"config": {"lr": 0.1, "optimizer": "adam"}, "seeds": [5, 6]}), end="")
        config: {lr: 0.1, optimizer: adam}
        seeds: [5, 6]
    """
    return "".join(f"{line}\n" for line in _lines(data)) or "{}\n"


def _lines(data: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for key, value in data.items():
        head = f"{indent}{_key(key)}:"
        flow = f"{head} {_flow(value)}"
        if len(flow) <= _WIDEST or not (isinstance(value, Mapping) and value):
            yield flow
        else:
            yield head
            yield from _lines(value, f"{indent}  ")


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)}: {_flow(inner)}" for key, inner in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str):
        return _key(value)
    return json.dumps(value, allow_nan=False)


def _key(text: str) -> str:
    is_bare = _BARE.fullmatch(text) and not _WORDS.fullmatch(text)
    return text if is_bare else json.dumps(text, ensure_ascii=False)
