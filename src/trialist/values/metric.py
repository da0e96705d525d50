"""What is measured: the metric, its goal, and how a metric may be called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trialist.values.errors import ConfigError, MetricError

_SEGMENT = re.compile(r"[a-z][a-z0-9_]*")
_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "eval": "eval",
    "test": "test",
}
N_PARAMETERS = "model/n_parameters"
"""What a run logs so that variants of another size are found."""

_COUNTS = {"n_parameters": N_PARAMETERS}
_FRACTIONS = {
    *("accuracy", "acc", "f1", "precision", "recall", "auc", "auroc", "map", "iou", "dice"),
    *("error", "error_rate", "top1", "top5", "exact_match", "balanced_accuracy", "macro_f1"),
}


_PERCENT_FROM = 0.2
"""Nobody calls a fifth of the whole scale the smallest difference worth having."""


class Goal(StrEnum):
    """Which way is better."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"

    @property
    def sign(self) -> int:
        """+1 where higher is better, -1 where lower is better."""
        return 1 if self is Goal.MAXIMIZE else -1

    @property
    def words(self) -> str:
        """Give the goal as a reader says it."""
        return "higher is better" if self is Goal.MAXIMIZE else "lower is better"


class Names(StrEnum):
    """What becomes of a metric's name that is near to `split/metric`."""

    MAPPED = "mapped"  # it is recorded by the house's name, with a note
    STRICT = "strict"  # it is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """The goal metric of a study.

    Attributes:
        name: `split/metric`, for example `val/accuracy`.
        goal: Which way is better; there is no default.
        relevant: The smallest difference worth having, in the metric's unit; None if not said.
    """

    name: str
    goal: Goal
    relevant: float | None = None

    def __post_init__(self) -> None:
        if self.goal not in [goal.value for goal in Goal]:
            raise ConfigError(f"metric.goal is {self.goal!r}", todo="give 'maximize' or 'minimize'")
        object.__setattr__(self, "goal", Goal(self.goal))
        if self.relevant is not None and not (math.isfinite(self.relevant) and self.relevant > 0):
            raise ConfigError(
                f"metric.relevant is {self.relevant!r}, not a positive number",
                todo="give the smallest difference worth having, or leave it out",
            )

    @property
    def is_fraction(self) -> bool:
        """True where the name says that values lie in [0, 1]: shown in points (hundredths)."""
        is_percent = self.relevant is not None and self.relevant >= _PERCENT_FROM
        return self.name.rsplit("/", 1)[-1] in _FRACTIONS and not is_percent

    def seen(self, values: Iterable[float]) -> Metric:
        """Give the metric as its values show it: an accuracy of 71.2 is no fraction.

        Example:
            >>> Metric(name="val/accuracy", goal=Goal.MAXIMIZE).seen([71.2]).is_fraction
            False
        """
        if not self.is_fraction or all(abs(value) <= 1 for value in values):
            return self
        return PercentMetric(name=self.name, goal=self.goal, relevant=self.relevant)


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentMetric(Metric):
    """A metric whose name says fraction and whose values say percent: shown as it is."""

    @property
    def is_fraction(self) -> bool:
        """Always false: the values lie beyond 1."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMetric(Metric):
    """A metric whose values are right or wrong, 1 or 0, whatever its name: shown in points."""

    @property
    def is_fraction(self) -> bool:
        """True, but where the relevant difference is given in percent."""
        return self.relevant is None or self.relevant < _PERCENT_FROM


def metric_name(name: str) -> str:
    """Give the house's name of a metric that user code reported as `name`.

    `split/metric` passes; near names are mapped: `val_loss` and `Loss/val` become `val/loss`,
    `n_parameters` becomes `model/n_parameters`.

    Raises:
        MetricError: If the name fits no split.

    Example:
        >>> metric_name("validation_loss")
        'val/loss'
    """
    if name in _COUNTS:
        return _COUNTS[name]
    segments = name.split("/")
    fits = len(segments) > 1 and all(_SEGMENT.fullmatch(part) for part in segments)
    if fits and not _is_reversed(segments):
        return name
    mapped = _mapped(re.sub(r"[\s.\-]+", "_", name.strip()).lower())
    if mapped is None:
        guess = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_").lstrip("0123456789_")
        raise MetricError(
            f"metric {name!r} has no split",
            todo=f"call it 'val/{guess or 'loss'}' or 'train/{guess or 'loss'}'",
        )
    return mapped


def spelled(name: str) -> str:
    """Give a regular expression for the ways in which a script may write the metric `name`.

    They are those that `metric_name` maps to it: `val/loss`, `val_loss`, `Validation Loss`,
    `loss/val`; letters of either case are meant.
    """
    split, _, metric = name.partition("/")
    exact = re.escape(name)
    aliases = [alias for alias, meant in _SPLITS.items() if meant == split]
    if not aliases or "/" in metric:
        return exact
    joined = "|".join(sorted(aliases, key=len, reverse=True))
    words = re.escape(metric).replace("_", r"[ _.\-]")
    return rf"{exact}|{words}/(?:{joined})|(?:{joined})[ _.\-]{words}"


def _mapped(name: str) -> str | None:
    segments = name.split("/")
    if len(segments) > 1 and all(_SEGMENT.fullmatch(part) for part in segments):
        return f"{_SPLITS[segments[1]]}/{segments[0]}" if _is_reversed(segments) else name
    head, underscore, tail = name.partition("_")
    if underscore and head in _SPLITS and _SEGMENT.fullmatch(tail):
        return f"{_SPLITS[head]}/{tail}"
    return None


def _is_reversed(segments: list[str]) -> bool:
    # As TensorBoard users write it: loss/val.
    return len(segments) == 2 and segments[1] in _SPLITS and segments[0] not in _SPLITS
