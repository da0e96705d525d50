"""Where a script says a metric: what to look for in its output, or in which of its files."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from trialist.values.errors import ConfigError, near
from trialist.values.metric import Goal, spelled

SOURCE_KEYS = ("pattern", "take", "from", "key", "scale", "file")
"""Keys of a metric in the study file that say where it is found."""

NUMBER = (
    r"[-+]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
    r"|[-+]?(?:nan|inf(?:inity)?)\b"
)
"""A number as scripts print it, NaN and infinity among them."""

_TAKES_FILES = ("file", "tfevents", "wandb")


class SourceKind(StrEnum):
    """In what a metric is looked for."""

    TEXT = "text"
    JSON = "json"
    FILE = "file"
    TFEVENTS = "tfevents"
    WANDB = "wandb"


class Take(StrEnum):
    """Which of a run's values of the goal metric counts."""

    LAST = "last"
    HIGHEST = "highest"
    LOWEST = "lowest"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProblem:
    """What is wrong with the source of a metric: at which of its keys, what, and what to do."""

    key: str | None
    message: str
    todo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSource:
    """Where the values of one metric come from.

    Attributes:
        name: The metric's name, `split/metric`.
        kind: Lines of text, lines of JSON, a file of the script's own, TensorBoard's or W&B's.
        pattern: For text: a regular expression; None: the metric's own name, then `:` or `=`, then
            a number.
        key: The metric's name in there, dotted where it is nested; None: any spelling of `name`.
        file: The file or folder; placeholders are filled in.
        scale: What each value is multiplied with.
        take: Which value counts, for the goal metric.
    """

    name: str
    kind: SourceKind = SourceKind.TEXT
    pattern: str | None = None
    key: str | None = None
    file: str | None = None
    scale: float = 1.0
    take: Take = Take.LAST

    @classmethod
    def of(
        cls, name: str, given: str | Mapping[str, Any], *, goal: Goal | None = None
    ) -> MetricSource:
        """Read a source as the study file says it: a pattern, or a mapping of keys.

        Args:
            name: The metric's name.
            given: What the study says.
            goal: The way that is better, for the goal metric; None for another one.

        Raises:
            ConfigError: With everything that is wrong with it.
        """
        keys = {"pattern": given} if isinstance(given, str) else dict(given)
        problems = source_problems(name, keys, is_goal=goal is not None)
        if problems:
            first = problems[0]
            raise ConfigError(first.message, todo=first.todo)
        best = Take.HIGHEST if goal is Goal.MAXIMIZE else Take.LOWEST
        kind = keys.get("from", "file" if "file" in keys else "json" if "key" in keys else "text")
        return cls(
            name=name,
            kind=SourceKind(kind),
            pattern=keys.get("pattern"),
            key=keys.get("key"),
            file=keys.get("file"),
            scale=float(keys.get("scale", 1.0)),
            take=best if keys.get("take") == "best" else Take.LAST,
        )

    @property
    def is_default(self) -> bool:
        """True where the study says nothing: the metric is found by its own name."""
        return replace(self, take=Take.LAST) == MetricSource(name=self.name)

    @property
    def expression(self) -> str:
        """The regular expression that finds it in a line of text."""
        if self.pattern is not None:
            return self.pattern
        return rf"(?i)(?<![\w/.\-])['\"]?(?:{spelled(self.name)})['\"]?\s*[:=]\s*['\"]?({NUMBER})"

    def to_dict(self) -> dict[str, Any]:
        """Give the source as plain data; what is not said is left out."""
        data: dict[str, Any] = {"name": self.name}
        if self.kind is not SourceKind.TEXT:
            data["kind"] = self.kind.value
        data |= {
            key: value
            for key in ("pattern", "key", "file")
            if (value := getattr(self, key)) is not None
        }
        if self.scale != 1.0:
            data["scale"] = self.scale
        if self.take is not Take.LAST:
            data["take"] = self.take.value
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MetricSource:
        """Give the source back from plain data."""
        return cls(
            **{
                **data,
                "kind": SourceKind(data.get("kind", SourceKind.TEXT)),
                "take": Take(data.get("take", Take.LAST)),
            }
        )


def source_problems(
    name: str, keys: Mapping[str, Any], *, is_goal: bool
) -> tuple[SourceProblem, ...]:
    """Give everything that is wrong with a source, as the study file says it.

    Args:
        name: The metric's name.
        keys: The keys among `SOURCE_KEYS`, with values of the right type.
        is_goal: True for the metric that is judged.
    """
    found = [_unknown_key(name, key) for key in keys if key not in SOURCE_KEYS]
    found += _kind_problems(name, keys)
    if "pattern" in keys:
        found += _pattern_problems(name, keys["pattern"])
    scale = keys.get("scale", 1.0)
    if not math.isfinite(scale) or scale == 0:
        todo = "give what a value is multiplied with, such as 0.01 for percent"
        found.append(SourceProblem(key="scale", message=f"{name}: scale is {scale:g}", todo=todo))
    take = keys.get("take")
    if take is not None and take not in ("last", "best"):
        todo = near(str(take), ["last", "best"])
        found.append(SourceProblem(key="take", message=f"{name}: take is {take!r}", todo=todo))
    elif take is not None and not is_goal:
        message = f"{name}: take says which value of the goal metric counts"
        found.append(SourceProblem(key="take", message=message, todo="leave it out here"))
    return tuple(found)


def _unknown_key(name: str, key: str) -> SourceProblem:
    message = f"{key!r} is not a key of the metric {name}"
    return SourceProblem(key=key, message=message, todo=near(key, SOURCE_KEYS))


def _kind_problems(name: str, keys: Mapping[str, Any]) -> list[SourceProblem]:
    kind = keys.get("from")
    if kind == "return":
        return [
            SourceProblem(
                key="from",
                message=f"{name}: a command returns no value",
                todo="name the function in place of the command, such as trial: train.py:main; it "
                "may return the number or a mapping",
            )
        ]
    kinds = [one.value for one in SourceKind]
    if kind is not None and kind not in kinds:
        todo = near(str(kind), kinds)
        return [SourceProblem(key="from", message=f"{name}: from is {kind!r}", todo=todo)]
    return _combination_problems(name, keys, kind)


def _combination_problems(
    name: str, keys: Mapping[str, Any], kind: str | None
) -> list[SourceProblem]:
    found = []
    if "pattern" in keys and kind not in (None, "text"):
        todo = f"use `key` for the metric's name in there, or leave `from: {kind}` out"
        message = f"{name}: a pattern searches text, and the metric is read from {kind}"
        found.append(SourceProblem(key="pattern", message=message, todo=todo))
    if "pattern" in keys and kind is None and ({"key", "file"} & set(keys)):
        message = f"{name}: a pattern searches the output, `key` and `file` say something else"
        todo = "keep the pattern, or the other"
        found.append(SourceProblem(key="pattern", message=message, todo=todo))
    if kind == "text" and "key" in keys:
        todo = "say from: json, or give a pattern"
        message = f"{name}: lines of text have no keys"
        found.append(SourceProblem(key="key", message=message, todo=todo))
    if kind == "file" and "file" not in keys:
        message = f"{name}: from: file names no file"
        todo = "add file: '{run_dir}/metrics.csv' (JSON, JSON lines or CSV)"
        found.append(SourceProblem(key="from", message=message, todo=todo))
    if "file" in keys and kind not in (None, *_TAKES_FILES):
        message = f"{name}: `file` does not fit from: {kind}"
        found.append(SourceProblem(key="file", message=message, todo="say from: file"))
    return found


def _pattern_problems(name: str, pattern: str) -> list[SourceProblem]:
    try:
        groups = re.compile(pattern)
    except re.error as error:
        message = f"{name}: the pattern {pattern!r} is no regular expression: {error}"
        todo = r"brackets and dots of the text itself are written \( \. and so on"
        return [SourceProblem(key="pattern", message=message, todo=todo)]
    names = set(groups.groupindex)
    if ("n" in names) != ("of" in names):
        message = f"{name}: the pattern has one of (?P<n>..) and (?P<of>..)"
        todo = r"give both, such as (?P<n>\d+)/(?P<of>\d+), or one plain group"
        return [SourceProblem(key="pattern", message=message, todo=todo)]
    if names - {"n", "of", "step", "value"}:
        strange = min(names - {"n", "of", "step", "value"})
        message = f"{name}: the pattern names a group {strange!r}"
        todo = near(strange, ["value", "step", "n", "of"])
        return [SourceProblem(key="pattern", message=message, todo=todo)]
    if "n" not in names and not groups.groups - len(names - {"value"}):
        message = f"{name}: the pattern {pattern!r} has no group for the number"
        todo = "put the number into brackets, such as 'Acc: ([0-9.]+)'"
        return [SourceProblem(key="pattern", message=message, todo=todo)]
    return []
