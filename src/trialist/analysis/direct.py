"""Values that somebody has in Python, read as runs: by variant, or by variant and seed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trialist.analysis.cells import whole_in
from trialist.analysis.table import record_of
from trialist.values.errors import Mistake, TableError
from trialist.values.events import FailureKind, RunStatus
from trialist.values.evidence import RunRecord

_MOST_SHOWN = 10


def records_of(groups: Mapping[Any, Any], *, paired: bool = False) -> tuple[RunRecord, ...]:
    """Give the runs of values by variant, or by variant and seed.

    Args:
        groups: Values by variant: a sequence, an array of one dimension, or a mapping by seed;
            None is a failed run, NaN or infinity a diverged one.
        paired: True where sequences are pairs by position: positions become seeds.

    Raises:
        TableError: If a value is no number, a seed no whole number, or a name or seed is there
            twice.
    """
    reader = _Reader(paired=paired)
    records = [record for name, values in groups.items() for record in reader.read(name, values)]
    if reader.mistakes:
        raise TableError.of(reader.mistakes[:_MOST_SHOWN])
    return tuple(records)


class _Reader:
    """Reads values into records and collects what is wrong with them."""

    def __init__(self, *, paired: bool) -> None:
        self._paired = paired
        self._names: set[str] = set()
        self.mistakes: list[Mistake] = []

    def read(self, name: Any, values: Any) -> Iterator[RunRecord]:
        variant = str(name)
        if variant in self._names:
            self._blame(
                "the name is there twice", f"variant '{variant}'", "give each variant its own name"
            )
            return
        self._names.add(variant)
        items = self._items(variant, values)
        seeds: set[int] = set()
        for seed, value in items:
            if seed in seeds:
                self._blame(f"seed {seed} is there twice", f"variant '{variant}'", "keep one")
            elif seed is not None:
                seeds.add(seed)
            record = self._record(variant, seed, value)
            if record is not None:
                yield record

    def _items(self, variant: str, values: Any) -> list[tuple[int | None, Any]]:
        if isinstance(values, Mapping):
            pairs = [(self._seed(variant, seed), value) for seed, value in values.items()]
            return [(seed, value) for seed, value in pairs if seed is not None]
        is_list = isinstance(values, Iterable) and getattr(values, "ndim", 1) > 0
        if isinstance(values, str | bytes) or not is_list:
            self._blame(
                f"{_shown(values)} is no list of values",
                f"variant '{variant}'",
                "give one value per run, in a list or by seed",
            )
            return []
        return [(k if self._paired else None, value) for k, value in enumerate(values)]

    def _seed(self, variant: str, seed: Any) -> int | None:
        whole = whole_in(str(seed))
        if whole is None:
            self._blame(
                f"the seed {seed!r} is not a whole number",
                f"variant '{variant}'",
                "give each run its seed, or leave the seeds out",
            )
        return whole

    def _record(self, variant: str, seed: int | None, value: Any) -> RunRecord | None:
        if value is None:
            return RunRecord(
                variant=variant, seed=seed, status=RunStatus.FAILED, failure=FailureKind.LOST
            )
        number = _number(value)
        if number is None:
            self._blame(
                f"{_shown(value)} is not a number",
                f"variant '{variant}'" if seed is None else f"variant '{variant}', seed {seed}",
                "give numbers; None where a run failed, nan where it diverged",
            )
            return None
        return record_of(variant, seed, number)

    def _blame(self, message: str, where: str, todo: str) -> None:
        self.mistakes.append(Mistake(message=message, where=where, todo=todo))


def _number(value: Any) -> float | None:
    # A string that float() would take is a column of text, not a result.
    if isinstance(value, str | bytes) or not _is_single(value):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
    except (TypeError, ValueError):
        return None


def _is_single(value: Any) -> bool:
    # NumPy would turn an array of one value into a number.
    return getattr(value, "ndim", 0) == 0 and not isinstance(value, list | tuple | Mapping)


def _shown(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 40 else f"{text[:40]}..."
