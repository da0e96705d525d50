"""Finding metrics in what a program prints: patterns in text, keys in lines of JSON."""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trialist.values.errors import MetricError
from trialist.values.metric import metric_name
from trialist.values.metricsource import MetricSource, SourceKind

STEP_KEYS = ("step", "global_step", "iteration", "iter", "epoch")
"""Keys of a row that say its step; the first that is there counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One value of one metric.

    Attributes:
        name: The metric.
        value: The number, scaled.
        step: Its step, where the program says one.
    """

    name: str
    value: float
    step: int | None = None


class Matcher:
    """Searches lines.

    Args:
        sources: Where metrics are said; those of other kinds are passed over.
        tell: Gets what is odd, once per metric.
    """

    def __init__(self, sources: Sequence[MetricSource], tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._told: set[str] = set()
        self._patterns = [_Pattern(one) for one in sources if one.kind is SourceKind.TEXT]
        self._keys = [one for one in sources if one.kind is SourceKind.JSON]

    @property
    def is_idle(self) -> bool:
        """True where nothing is searched for in lines."""
        return not self._patterns and not self._keys

    def rows(self, line: str) -> list[Row]:
        """Give the values that a line says."""
        found: list[Row] = []
        for pattern in self._patterns:
            match = pattern.search(line)
            if match is not None:
                found += self._row(pattern, match)
        if self._keys and line.lstrip().startswith("{"):
            said = object_in(line)
            for source in self._keys if said is not None else ():
                found += rows_in(said or {}, source)
        return found

    def leave_defaults_out(self) -> None:
        """Stop to search for metrics of which the study does not say where they are."""
        self._patterns = [one for one in self._patterns if not one.source.is_default]

    def _row(self, pattern: _Pattern, match: re.Match[str]) -> Iterator[Row]:
        source = pattern.source
        try:
            yield Row(source.name, pattern.value(match) * source.scale, pattern.step(match))
        except (ValueError, ZeroDivisionError, IndexError):
            if source.name not in self._told:
                self._told.add(source.name)
                self._tell(f"the pattern of {source.name} caught {match.group(0)!r:.80}: no number")


class _Pattern:
    """A compiled pattern, with what its groups mean."""

    def __init__(self, source: MetricSource) -> None:
        compiled = re.compile(source.expression)
        named = compiled.groupindex
        plain = [number for number in range(1, compiled.groups + 1) if number not in named.values()]
        self.source = source
        self.search = compiled.search
        self._share = (named["n"], named["of"]) if "n" in named else None
        self._value = named.get("value", plain[0] if plain else 0)
        self._step = named.get("step")

    def value(self, match: re.Match[str]) -> float:
        if self._share is None:
            return _number(match[self._value])
        n, of = self._share
        return _number(match[n]) / _number(match[of])

    def step(self, match: re.Match[str]) -> int | None:
        if self._step is None or match[self._step] is None:
            return None
        return step_of(_number(match[self._step]))


def rows_in(said: Mapping[str, Any], source: MetricSource) -> Iterator[Row]:
    """Give the value of one metric in a row of names and values, if it is there."""
    value = value_in(said, source)
    if value is not None:
        steps = (step_of(said[key]) for key in STEP_KEYS if key in said)
        step = next((step for step in steps if step is not None), None)
        yield Row(source.name, value * source.scale, step)


def value_in(said: Mapping[str, Any], source: MetricSource) -> float | None:
    """Give the number of a metric among names and values; None where it is not there."""
    if source.key is not None:
        return _as_number(_at(said, source.key))
    for name, value in said.items():
        if _means(name, source.name):
            return _as_number(value)
    return None


def names_of(said: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Give the names of what is no mapping itself, dotted where they are nested."""
    for name, value in said.items():
        if isinstance(value, Mapping):
            yield from names_of(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def step_of(value: Any) -> int | None:
    """Give a step as a whole number from 0; None where it is something else."""
    number = _as_number(value)
    if number is None or not math.isfinite(number) or number < 0 or number != int(number):
        return None
    return int(number)


def object_in(line: str) -> dict[str, Any] | None:
    """Give the JSON object, or the Python mapping, that a line consists of; None without one."""
    text = line.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        try:
            found = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return None
    return found if isinstance(found, dict) else None


def _at(said: Any, key: str) -> Any:
    """Give what is at a dotted key; a key may itself hold dots."""
    if not isinstance(said, Mapping):
        return None
    if key in said:
        return said[key]
    parts = key.split(".")
    for end in range(len(parts) - 1, 0, -1):
        found = _at(said.get(".".join(parts[:end])), ".".join(parts[end:]))
        if found is not None:
            return found
    return None


def _means(name: object, metric: str) -> bool:
    try:
        return metric_name(str(name)) == metric
    except MetricError:
        return False


def _as_number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        return _number(value) if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        return None


def _number(text: str | None) -> float:
    if text is None:
        raise ValueError("the group took no part")
    try:
        return float(text)
    except ValueError:
        return float(text.replace(",", "").strip().rstrip("%"))
