"""A batch: columns of equal length, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch

from trialist.values.errors import ConfigError, DataError, near

INPUT, TARGET = "x", "y"


class Batch:
    """What a loss function gets: `batch.x`, `batch.y`, and any column by its name.

    Attributes:
        columns: The columns by name, each with one row per example.
        index: The examples' numbers in the training data, int64, shape `(n,)`; None where the
            data has no such numbers.
    """

    __slots__ = ("columns", "index")

    def __init__(self, columns: Mapping[str, Any], index: torch.Tensor | None = None) -> None:
        self.columns = columns
        self.index = index

    @property
    def x(self) -> Any:
        """The inputs."""
        return self._column(INPUT)

    @property
    def y(self) -> Any:
        """The targets."""
        return self._column(TARGET)

    def __getattr__(self, name: str) -> Any:
        return self._column(name)

    def _column(self, name: str) -> Any:
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(
                f"the batch has no column {name!r}; {near(name, sorted(self.columns))}"
            ) from None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def to(self, device: torch.device) -> Batch:
        """Give the batch on a device; copies from pinned memory do not wait."""
        return Batch(
            {name: _moved(column, device) for name, column in self.columns.items()},
            None if self.index is None else self.index.to(device),
        )

    def split(self, size: int) -> Iterator[Batch]:
        """Give micro-batches of `size` examples; the last one has what is left."""
        n = len(self)
        for first in range(0, n, size):
            part = slice(first, min(first + size, n))
            index = None if self.index is None else self.index[part]
            yield Batch({name: column[part] for name, column in self.columns.items()}, index)


def _moved(column: Any, device: torch.device) -> Any:
    return column.to(device, non_blocking=True) if isinstance(column, torch.Tensor) else column


def as_columns(given: Any) -> dict[str, Any]:
    """Give columns by name: a mapping as it is, a pair as `x` and `y`, one thing as `x`.

    Raises:
        ConfigError: For more things without names.
    """
    if isinstance(given, Mapping):
        return dict(given)
    if not isinstance(given, tuple | list):
        return {INPUT: given}
    if len(given) > 2:
        raise ConfigError(
            f"the data has {len(given)} columns without names",
            todo='give a dict: {"x": ..., "y": ..., "weight": ...}',
        )
    return dict(zip((INPUT, TARGET), given, strict=False))


def check_size(batch_size: int, n_train: int) -> None:
    """Refuse a batch that is larger than the data.

    Raises:
        DataError: With both numbers.
    """
    if batch_size > n_train:
        raise DataError(
            f"a batch has {batch_size:,} examples, and the training data {n_train:,}",
            todo=f"set batch_size to {n_train:,} or less",
        )
