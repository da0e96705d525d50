"""A configuration as a YAML file that every reader of YAML reads alike."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any


def yaml_of(config: Mapping[str, Any]) -> str:
    """Give a configuration as YAML, a key per line.

    Numbers have the form that YAML 1.1 and 1.2 both take for numbers (`1.0e-05`), text is quoted.

    Example:
        >>> print(yaml_of({"lr": 1e-5, "model": {"width": 64}, "layers": [1, 2]}), end="")
        "lr": 1.0e-05
        "model":
          "width": 64
        "layers": [1, 2]
    """
    return "".join(f"{line}\n" for line in _lines(config, "")) or "{}\n"


def _lines(config: Mapping[str, Any], before: str) -> Iterator[str]:
    for key, value in config.items():
        name = f"{before}{json.dumps(str(key), ensure_ascii=False)}:"
        if isinstance(value, Mapping) and value:
            yield name
            yield from _lines(value, before + "  ")
        else:
            yield f"{name} {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = (f"{json.dumps(str(key))}: {_flow(one)}" for key, one in value.items())
        return f"{{{', '.join(inside)}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, float) and math.isfinite(value):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    text = repr(value)
    head, e, exponent = text.partition("e")
    return f"{head}.0e{exponent}" if e and "." not in head else text
