"""`trialist lr-find`: the range of learning rates that a study's search should cover."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.analysis.lrcurve import (
    SEEDS,
    LrCurve,
    LrRange,
    LrSpan,
    SpanEnds,
    range_of,
    span_over_seeds,
)
from trialist.lab.taskstudy import task_study
from trialist.lab.textreport import TextReport
from trialist.render.lrtext import LrFound, lr_text
from trialist.render.style import TextStyle
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.missing import Missing, present
from trialist.values.study import Study

_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LrFindReport(TextReport, SpanEnds):
    """Where to search for a variant's learning rate.

    Attributes:
        found: The range, and the test of each seed.
    """

    found: LrFound

    @property
    def span(self) -> LrSpan | Missing:
        """The range over all seeds; missing where the tests cannot say."""
        return self.found.span

    @property
    def todo(self) -> str:
        """What to do where it is missing; else empty."""
        return self.found.todo

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        found = self.found
        return {
            "format": _FORMAT,
            "study": found.study,
            "variant": found.variant,
            "optimizer": found.optimizer,
            "batch_size": found.batch_size,
            "key": found.key,
            **_span(found.span),
            "todo": found.todo or None,
            "tests": [_test(seed, one) for seed, one in zip(found.seeds, found.tests, strict=True)],
        }

    def _drawn(self, style: TextStyle, *, quiet: bool) -> str:
        return lr_text(self.found, style=style, quiet=quiet)


def lr_find(  # noqa: PLR0913 — one keyword per option of the command
    study: Study | str | Path,
    *,
    variant: str | None = None,
    seeds: int | None = None,
    low: float = 1e-7,
    high: float = 10.0,
    steps: int = 100,
    overrides: Sequence[str] = (),
) -> LrFindReport:
    """Give the range of learning rates to search in, for one variant of a study.

    The study's trial has to be a `trialist.train.Task`. Each test makes 100 short steps in a
    process of its own; nothing is registered and nothing is written.

    Args:
        study: A study, or the path of a study file.
        variant: The variant; None: the baseline. Another optimizer or batch size has another range.
        seeds: Tests to make, with the first seeds of the study; None: 3, or as many as it has.
        low: The first learning rate.
        high: The last one.
        steps: Steps of a test.
        overrides: Dotted changes of the file, for example `config.batch_size=32`.

    Raises:
        ConfigError: If the study says something impossible, or its trial is no task.
        TrialError: If the task ends with an error of its own.
    """
    asked = task_study(study, variant=variant, overrides=overrides)
    numbers = _first(asked.plan.seeds, seeds)
    settings = {"low": low, "high": high, "steps": steps}
    answer = asked.ask("lr", settings, seeds=numbers)
    if answer.is_out_of_memory:
        raise InsufficientDataError(
            "a step of the task takes more memory than there is",
            todo="ask `trialist batch-find` which batch size fits",
        )
    told = answer.told
    tests = tuple(range_of(_curve(curve)) for curve in told["curves"])
    span = span_over_seeds(tests)
    return LrFindReport(
        found=LrFound(
            study=asked.plan.study,
            variant=asked.variant,
            optimizer=told["optimizer"],
            batch_size=told["batch_size"],
            key=told["lr"] if isinstance(told["lr"], str) else None,
            seeds=numbers,
            tests=tests,
            span=span,
            todo=next((one.todo for one in tests if one.todo), "")
            if isinstance(span, Missing)
            else "",
        )
    )


def _first(there: Sequence[int], asked: int | None) -> tuple[int, ...]:
    if asked is not None and not 1 <= asked <= len(there):
        raise ConfigError(
            f"{asked} seeds are asked for, and the study has {len(there)}",
            where="--seeds",
            todo=f"leave it out: {SEEDS} tests are made, or as many as there are seeds",
        )
    return tuple(there[: asked or SEEDS])


def _curve(told: dict[str, Any]) -> LrCurve:
    return LrCurve(rates=tuple(told["rates"]), losses=tuple(told["losses"]), steps=told["steps"])


def _span(span: LrSpan | Missing) -> dict[str, Any]:
    if isinstance(span, Missing):
        return {"low": None, "center": None, "high": None, "refusal": span.reason}
    return {"low": span.low, "center": span.center, "high": span.high, "refusal": None}


def _test(seed: int, found: LrRange) -> dict[str, Any]:
    return {
        "seed": seed,
        **_span(found.span),
        "other_rules": {
            "steepest": present(found.steepest),
            "valley": present(found.valley),
            "largest_stable": present(found.stable),
        },
        "rates": list(found.curve.rates),
        "losses": [_or_null(loss) for loss in found.curve.losses],
        "smoothed": [_or_null(loss) for loss in found.smoothed],
    }


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None
