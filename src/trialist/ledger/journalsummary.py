"""What one journal says in short: how it began and ended, and each metric in eight numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.folder import StudyFolder
from trialist.ledger.index import Stamp
from trialist.ledger.journal import Journal, read_journal
from trialist.ledger.mergedrows import events_of, rows_of
from trialist.ledger.shortcurve import ShortCurve, packed, shortened
from trialist.values.events import EventKind, decode_number, encode_number

MOST_FINDINGS = 20
"""As many as a report shows; how many there are is counted besides."""

_NOT_KEPT = ("i", "k", "c", "environment")
_FILES = (EventKind.CHECKPOINT, EventKind.ARTIFACT, EventKind.USED, EventKind.PREDICTIONS)

_MOST_FILES = 20

Points = Mapping[str, tuple[Sequence[int], Sequence[float]]]
"""Steps and values of each metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric of one run.

    Attributes:
        n: Its rows.
        last: The last value.
        low: The lowest finite value; None where there is none.
        high: The highest finite value.
        first_step: The first step.
        last_step: The last step.
        n_nan: Values that were not a number.
        n_inf: Values that were infinite.
    """

    n: int
    last: float
    low: float | None
    high: float | None
    first_step: int
    last_step: int
    n_nan: int = 0
    n_inf: int = 0

    @classmethod
    def of(cls, steps: Sequence[int], values: Sequence[float]) -> Series:
        """Give a metric's series in short."""
        finite = values if all(map(math.isfinite, values)) else list(filter(math.isfinite, values))
        n_nan = sum(map(math.isnan, values)) if len(finite) < len(values) else 0
        return cls(
            n=len(values),
            last=values[-1],
            low=min(finite, default=None),
            high=max(finite, default=None),
            first_step=steps[0],
            last_step=steps[-1],
            n_nan=n_nan,
            n_inf=len(values) - len(finite) - n_nan,
        )

    def to_list(self) -> list[Any]:
        """Give the series as plain data."""
        numbers = [self.n, encode_number(self.last), self.low, self.high]
        return [*numbers, self.first_step, self.last_step, self.n_nan, self.n_inf]

    @classmethod
    def from_list(cls, data: Sequence[Any]) -> Series:
        """Give it back."""
        n, last, low, high, first_step, last_step, n_nan, n_inf = data
        return cls(
            n=n,
            last=decode_number(last),
            low=low,
            high=high,
            first_step=first_step,
            last_step=last_step,
            n_nan=n_nan,
            n_inf=n_inf,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSummary:
    """What one journal says, without its rows.

    Attributes:
        start: Its first line, without the environment; empty where it was killed before it.
        end: Its last line, where the attempt came that far.
        digest: SHA-256 up to the end line.
        last_step: The last step that the attempt itself logged.
        seconds: How long it ran, as far as its lines tell.
        findings: The first findings of the run, each a step (None before the first) and a message.
        n_findings: How many there are.
        files: The last lines that name checkpoints, artifacts and predictions.
        metrics: Each metric of the run, what it took over from earlier attempts among it.
    """

    start: Mapping[str, Any] = field(default_factory=dict)
    end: Mapping[str, Any] | None = None
    digest: str | None = None
    last_step: int | None = None
    seconds: float | None = None
    findings: Sequence[Sequence[Any]] = ()
    n_findings: int = 0
    files: Sequence[Mapping[str, Any]] = ()
    metrics: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def series(self, metric: str) -> Series | None:
        """Give one metric in short; None where the run did not log it."""
        return Series.from_list(self.metrics[metric]) if metric in self.metrics else None

    @property
    def all_series(self) -> dict[str, Series]:
        """Every metric in short, by name."""
        return {name: Series.from_list(data) for name, data in self.metrics.items()}

    @property
    def n_nan(self) -> int:
        """How many values of all metrics were not a number."""
        return sum(data[-2] for data in self.metrics.values())

    def to_dict(self) -> dict[str, Any]:
        """Give the summary as plain data; what is empty is left out."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in fields.items() if value not in (None, [], (), {})}


def summary_of(folder: StudyFolder, attempt: str) -> JournalSummary | None:
    """Give what an attempt's journal says, from the index where it is remembered.

    Args:
        folder: The study's folder.
        attempt: The attempt as in the store, `VARIANT/seed-3/attempt-1`.

    Returns:
        None where there is no journal.

    Raises:
        JournalError: If the journal is damaged.
    """
    path = f"{folder.root}/trials/{attempt}/journal.jsonl"
    stamp = Stamp.of(path)
    if stamp is None:
        return None
    index = folder.index
    known = None if index is None else index.journal(folder.name, attempt, stamp)
    if known is not None:
        return JournalSummary(**known)
    summary, curves = read_summary(Path(path))
    if index is not None:
        # A step beyond 64 bits, a name that is no text: then it is read again each time.
        with suppress(OverflowError, ValueError):
            index.remember(folder.name, attempt, stamp, summary.to_dict(), packed(curves))
    return summary


def read_summary(path: Path) -> tuple[JournalSummary, dict[str, ShortCurve]]:
    """Read a journal: what it says in short, and the run's curves in at most 200 points each.

    Raises:
        JournalError: If the journal is damaged.
    """
    journal = read_journal(path)
    points = points_of(journal)
    findings = [[event.get("step"), event["message"]] for event in _findings(journal)]
    summary = JournalSummary(
        start=_without(journal.start, _NOT_KEPT),
        end=None if journal.end is None else _without(journal.end, _NOT_KEPT),
        digest=journal.digest,
        last_step=journal.last_step,
        seconds=journal.seconds,
        findings=findings[:MOST_FINDINGS],
        n_findings=len(findings),
        files=[_without(event, ("i", "c")) for event in journal.events if event["k"] in _FILES][
            -_MOST_FILES:
        ],
        metrics={name: Series.of(*one).to_list() for name, one in points.items()},
    )
    return summary, {name: shortened(*one) for name, one in points.items()}


def points_of(journal: Journal) -> Points:
    """Give all points of a run, what it took over from earlier attempts among them."""
    if _is_resumed(journal):
        rows = rows_of(journal.path.parent)
        return _columns((row.step, row.values) for row in rows)
    return _columns(
        (event["step"], event["v"]) for event in journal.events if event["k"] == EventKind.METRIC
    )


def _findings(journal: Journal) -> Iterable[Mapping[str, Any]]:
    if _is_resumed(journal):
        return events_of(journal.path.parent, {EventKind.FINDING})
    return (event for event in journal.events if event["k"] == EventKind.FINDING)


def _is_resumed(journal: Journal) -> bool:
    return any(event["k"] == EventKind.RESUMED for event in journal.events)


def _columns(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> Points:
    points: dict[str, tuple[list[int], list[float]]] = {}
    for step, values in rows:
        for name, value in values.items():
            column = points.get(name)
            if column is None:
                column = points[name] = ([], [])
            column[0].append(step)
            # What JSON has no number for stands as text.
            column[1].append(value if type(value) is float else float(value))
    return points


def _without(event: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in event.items() if name not in names}
