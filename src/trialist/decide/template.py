"""A sentence with holes that are filled from the fields of results.json, and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trialist.values.methods import MethodsPart, field_of
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, plain

_HOLE = re.compile(r"\{([^{}:]+)(?::(\w+))?\}")
_HASH_DIGITS = 8


def filled(template: str, data: Mapping[str, Any], metric: Metric) -> Iterator[MethodsPart]:
    """Give the pieces of `template`, its holes filled.

    A hole is `{path}` or `{path:kind}`: kinds are `count` (of a list), `percent` (of a fraction),
    `unit` (the metric's own, points for fractions), `p` (three digits) and `hash` (eight).

    Args:
        template: Words with holes; names that users gave stand in fields, never in the template.
        data: The content of results.json.
        metric: What is measured.
    """
    done = 0
    for hole in _HOLE.finditer(template):
        if hole.start() > done:
            yield MethodsPart(text=template[done : hole.start()])
        done = hole.end()
        yield _part(hole[1], hole[2], field_of(data, hole[1]), metric)
    if done < len(template):
        yield MethodsPart(text=template[done:])


def _part(path: str, kind: str | None, value: Any, metric: Metric) -> MethodsPart:
    if kind is None:
        is_number = not isinstance(value, str) or path == "methods.version"
        text = value if isinstance(value, str) else _number(value)
        return MethodsPart(text=text, field=path, is_number=is_number)
    return MethodsPart(text=_KINDS[kind](value, metric), field=path, is_number=True)


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else plain(value)


_KINDS: Mapping[str, Callable[[Any, Metric], str]] = {
    "count": lambda value, _: f"{len(value):,}",
    "percent": lambda value, _: plain(100 * value),
    "unit": lambda value, metric: plain(value * Unit.of(metric).factor),
    "p": lambda value, _: f"{value:.3g}",
    "hash": lambda value, _: value.removeprefix("sha256:")[:_HASH_DIGITS],
}
