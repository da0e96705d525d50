"""Runs and curves of a store as rows: for a loop, for plain data, for a data frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trialist.ledger.extras import load_extra
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journalsummary import JournalSummary, Series, summary_of
from trialist.values.metric import Goal

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    """One run of a store.

    Attributes:
        study: The study's name, or that of a script's runs without a plan.
        variant: The variant's name.
        seed: None where a run without a plan was given none.
        status: How it stands: "finished", "diverged", "failed", "running", "stopped".
        value: The goal metric. NaN or infinity where the run diverged, None where there is none.
        failure: The kind of failure; None where it did not fail.
        attempts: How many tries there were.
        seconds: Training time of the attempt that counts.
        last_step: The last step that was logged.
        n_nan: How many values of all metrics were not a number.
        attempt: The attempt that counts, by its name in the store.
        digest: The digest of its journal; None where it has not ended.
        goal: The goal metric's name and direction; None without a plan.
        folder: Where it lies.
    """

    study: str
    variant: str
    seed: int | None
    status: str
    value: float | None = None
    failure: str | None = None
    attempts: int = 1
    seconds: float | None = None
    last_step: int | None = None
    n_nan: int = 0
    attempt: str
    digest: str | None = None
    goal: tuple[str, Goal] | None = None
    folder: StudyFolder = field(repr=False)

    @property
    def config(self) -> Mapping[str, Any]:
        """The configuration, as the run's journal has it."""
        config: Mapping[str, Any] = self._summary.start.get("config", {})
        return config

    @property
    def metrics(self) -> Mapping[str, Series]:
        """Each logged metric in short."""
        return self._summary.all_series

    @property
    def _summary(self) -> JournalSummary:
        return summary_of(self.folder, self.attempt) or JournalSummary()

    def to_dict(self) -> dict[str, Any]:
        """Give one flat row; what is missing is None, what was not a number is NaN."""
        row: dict[str, Any] = {name: getattr(self, name) for name in PLAIN}
        summary = self._summary
        config: Mapping[str, Any] = summary.start.get("config", {})
        row |= {f"config.{key}": value for key, value in flat(config)}
        metrics = summary.all_series
        for name, series in metrics.items():
            row |= {
                f"last.{name}": series.last,
                f"low.{name}": series.low,
                f"high.{name}": series.high,
            }
        if self.goal is not None and self.goal[0] in metrics:
            name, goal = self.goal
            best = metrics[name]
            row[f"best.{name}"] = best.high if goal is Goal.MAXIMIZE else best.low
        return row


PLAIN = (
    *("study", "variant", "seed", "status", "value", "failure", "attempts", "seconds"),
    *("last_step", "n_nan"),
)
"""The columns that every run has."""

_WHOLE = {"seed", "attempts", "last_step", "n_nan"}
_NUMBERS = {"value", "seconds"}
_OF_METRICS = ("last.", "low.", "high.", "best.")


def flat(config: Mapping[str, Any], way: str = "") -> Iterator[tuple[str, Any]]:
    """Give a configuration's values by their dotted names; a mapping without any is a value."""
    for key, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from flat(value, f"{way}{key}.")
        else:
            yield f"{way}{key}", value


@dataclass(frozen=True, slots=True)
class Runs(Sequence[StoredRun]):
    """The runs of a store, or of one study: by study, then as planned (seed, then variant)."""

    rows: tuple[StoredRun, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that a run has: the plain ones, the configuration, the metrics by name."""
        found = dict.fromkeys(name for row in self.to_dicts() for name in row)
        config = [name for name in found if name.startswith("config.")]
        metrics = sorted(name for name in found if name.startswith(_OF_METRICS))
        return (*PLAIN, *config, *metrics)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give one flat dict per run: None is missing, NaN is what the run logged.

        A metric or a key of the configuration that a run does not have is not in its dict.
        """
        return [row.to_dict() for row in self.rows]

    def to_frame(self) -> pd.DataFrame:
        """Give a data frame with one row per run.

        Numbers are Arrow columns (`double[pyarrow]`), in which a missing value (`<NA>`) and a value
        that was not a number (`nan`) stay apart: `isna()` finds the first, `x != x` the second.

        Raises:
            MissingExtraError: Without pandas and pyarrow.
        """
        pandas, arrow = load_extra("data", "pandas"), load_extra("data", "pyarrow")
        rows = self.to_dicts()
        columns = {}
        for name in self.columns:
            cells = [row.get(name) for row in rows]
            kind = _kind(name, arrow)
            columns[name] = cells if kind is None else _series(cells, kind, pandas, arrow)
        frame: pd.DataFrame = pandas.DataFrame(columns, columns=list(columns))
        return frame


def _kind(name: str, arrow: Any) -> Any:
    if name in _WHOLE:
        return arrow.int64()
    return arrow.float64() if name in _NUMBERS or name.startswith(_OF_METRICS) else None


def _series(cells: Sequence[Any], kind: Any, pandas: Any, arrow: Any) -> Any:
    # `from_pandas=False`: otherwise NaN would become missing.
    array = arrow.array(cells, type=kind, from_pandas=False)
    return pandas.Series(pandas.arrays.ArrowExtensionArray(array))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCurve:
    """All that one run logged of one metric."""

    study: str
    variant: str
    seed: int | None
    metric: str
    steps: Sequence[int]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Curves(Sequence[StoredCurve]):
    """The curves of runs, one per run and metric, at full length."""

    curves: tuple[StoredCurve, ...]

    def __len__(self) -> int:
        return len(self.curves)

    def __getitem__(self, place: Any) -> Any:
        return self.curves[place]

    @property
    def n_points(self) -> int:
        """How many points there are in all."""
        return sum(len(curve.steps) for curve in self.curves)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give one dict per point: study, variant, seed, metric, step, value."""
        return [
            {
                "study": curve.study,
                "variant": curve.variant,
                "seed": curve.seed,
                "metric": curve.metric,
                "step": int(step),
                "value": float(value),
            }
            for curve in self.curves
            for step, value in zip(curve.steps, curve.values, strict=True)
        ]

    def to_frame(self) -> pd.DataFrame:
        """Give a data frame in long form: study, variant, seed, metric, step, value.

        A point that was not logged is no row; a value that was not a number is NaN.

        Raises:
            MissingExtraError: Without pandas and pyarrow.
        """
        pandas, arrow = load_extra("data", "pandas"), load_extra("data", "pyarrow")
        import numpy as np

        lengths = [len(curve.steps) for curve in self.curves]
        columns: dict[str, Any] = {
            name: _repeated([getattr(curve, name) for curve in self.curves], lengths, pandas)
            for name in ("study", "variant")
        }
        seeds = [curve.seed for curve in self.curves]
        places = np.repeat(np.arange(len(seeds)), lengths)
        taken = arrow.array(seeds, type=arrow.int64()).take(arrow.array(places))
        columns["seed"] = pandas.Series(pandas.arrays.ArrowExtensionArray(taken))
        columns["metric"] = _repeated([curve.metric for curve in self.curves], lengths, pandas)
        for name, kind in (("step", np.int64), ("value", np.float64)):
            parts = [np.asarray(getattr(curve, f"{name}s"), kind) for curve in self.curves]
            columns[name] = np.concatenate(parts) if parts else np.array([], kind)
        frame: pd.DataFrame = pandas.DataFrame(columns)
        return frame


def _repeated(names: Sequence[str], lengths: Sequence[int], pandas: Any) -> Any:
    import numpy as np

    known = list(dict.fromkeys(names))
    codes = np.repeat(np.asarray([known.index(name) for name in names], np.int32), lengths)
    return pandas.Categorical.from_codes(codes, categories=known)
