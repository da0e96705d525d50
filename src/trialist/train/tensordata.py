"""Data in memory: a batch is one gather by index, several times faster than a DataLoader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset

from trialist.train.batch import Batch, as_columns, check_size
from trialist.train.imbalance import balanced_order, check_labels
from trialist.train.keyed import key_of, keyed_order
from trialist.train.normalizer import Normalizer
from trialist.values.errors import DataError, LeakageError

RESIDENT_SHARE = 0.25
"""How much of a device's memory the data may take, to lie there as a whole."""
TRAIN, VAL = "train", "val"
SAMPLINGS = ("shuffle", "balanced")


class TensorData:
    """Training and validation data as tensors or arrays.

    The order of an epoch follows from the run's data seed and the epoch's number alone, so a batch
    is known from its step: whoever resumes there gets the batches of an uninterrupted run.

    Args:
        train: `(x, y)`, one array, or columns by name; the first dimension is the examples.
        val: The same for validation; None: no validation.
        sampling: "shuffle" takes each example once per epoch; "balanced" draws with replacement, so
            that every class of `y` is as frequent as any other.

    Raises:
        DataError: If columns have different lengths, or there are no examples.
    """

    def __init__(self, train: Any, val: Any = None, *, sampling: str = "shuffle") -> None:
        self._columns = {TRAIN: _tensors(train, TRAIN)}
        if val is not None:
            self._columns[VAL] = _tensors(val, VAL)
            _check_alike(self._columns[TRAIN], self._columns[VAL])
        if sampling not in SAMPLINGS:
            raise DataError(
                f"sampling is {sampling!r}", todo=f"one of {', '.join(map(repr, SAMPLINGS))}"
            )
        self.sampling = sampling
        self.normalizer: Normalizer | None = None
        if sampling == "balanced":
            check_labels(self._columns[TRAIN].get("y"))

    @property
    def n_train(self) -> int:
        """How many training examples there are."""
        return _length(self._columns[TRAIN])

    @property
    def n_val(self) -> int:
        """How many validation examples there are; 0 without validation data."""
        return _length(self._columns[VAL]) if VAL in self._columns else 0

    @property
    def n_bytes(self) -> int:
        """What all columns take in memory."""
        return sum(
            column.numel() * column.element_size()
            for columns in self._columns.values()
            for column in columns.values()
        )

    def split(self, name: str) -> dict[str, torch.Tensor]:
        """Give the columns of "train" or "val"."""
        return self._columns[name]

    def normalized(self, normalizer: Normalizer | None = None) -> TensorData:
        """Give this data with `x` at mean 0 and deviation 1, measured on the training split.

        Args:
            normalizer: One that was fitted before; None: fitted here.

        Raises:
            LeakageError: If `normalizer` was fitted on another split.
        """
        fitted = normalizer or Normalizer.fit(self._columns[TRAIN]["x"], split=TRAIN)
        if fitted.split != TRAIN:
            raise LeakageError(
                f"the normalizer was fitted on {fitted.split!r} ({fitted.n:,} rows)",
                todo="fit it on 'train': what validation data says must not reach the training",
            )
        columns = {
            name: {**split, "x": fitted(split["x"])} for name, split in self._columns.items()
        }
        made = TensorData(columns[TRAIN], columns.get(VAL), sampling=self.sampling)
        made.normalizer = fitted
        return made

    def steps_per_epoch(self, batch_size: int) -> int:
        """Give how many batches an epoch has; the last one has what is left."""
        return -(-self.n_train // batch_size)

    def batches(
        self, *, seed: int, batch_size: int, start: int, device: torch.device
    ) -> Iterator[Batch]:
        """Give the training batches from a step on, without an end.

        Args:
            seed: The run's data seed.
            batch_size: Examples per batch; the last one of an epoch has what is left.
            start: The step of the first batch, from 0.
            device: Where the batches are to be.

        Raises:
            DataError: If a batch is larger than the data.
        """
        check_size(batch_size, self.n_train)
        columns = _placed(self._columns[TRAIN], device)
        epoch, position = divmod(start, self.steps_per_epoch(batch_size))
        while True:
            order = self.order(seed, epoch).to(next(iter(columns.values())).device)
            is_there = order.device == device
            for first in range(position * batch_size, self.n_train, batch_size):
                index = order[first : first + batch_size]
                batch = Batch(
                    {name: column.index_select(0, index) for name, column in columns.items()},
                    index,
                )
                yield batch if is_there else batch.to(device)
            epoch, position = epoch + 1, 0

    def order(self, seed: int, epoch: int) -> torch.Tensor:
        """Give the examples of an epoch in their order, int64, shape `(n_train,)`."""
        if self.sampling == "balanced":
            return balanced_order(key_of(seed, "balanced", epoch), self._columns[TRAIN]["y"])
        return keyed_order(key_of(seed, "order", epoch), self.n_train)

    def validation(self, *, batch_size: int, device: torch.device) -> Iterator[Batch]:
        """Give the validation examples in their own order."""
        columns = _placed(self._columns[VAL], device) if VAL in self._columns else {}
        for first in range(0, self.n_val, batch_size):
            part = slice(first, first + batch_size)
            batch = Batch({name: column[part] for name, column in columns.items()})
            yield batch.to(device)


def _tensors(given: Any, split: str) -> dict[str, torch.Tensor]:
    if isinstance(given, DataLoader | Dataset):
        raise DataError(
            f"{split!r} is a {type(given).__name__}",
            todo="give it to LoaderData(train=..., val=...), or its arrays to TensorData",
        )
    columns = {name: _tensor(column, name, split) for name, column in as_columns(given).items()}
    lengths = {name: len(column) if column.ndim else 0 for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} has {n:,}" for name, n in lengths.items())
        raise DataError(
            f"the columns of {split!r} have different numbers of rows: {said}",
            todo="give one row per example in each",
        )
    if not lengths or not next(iter(lengths.values())):
        raise DataError(f"there are no examples in {split!r}", todo="give at least one")
    return columns


def _tensor(column: Any, name: str, split: str) -> torch.Tensor:
    try:
        return torch.as_tensor(column)
    except (TypeError, ValueError, RuntimeError) as error:
        kind = getattr(column, "dtype", None) or type(column).__name__
        raise DataError(
            f"{name!r} of {split!r} is no array of numbers ({kind}): {error}",
            todo="give arrays with a row per example: train=(x, y); examples of different "
            "lengths, or texts, are for LoaderData",
        ) from error


def _check_alike(train: dict[str, torch.Tensor], val: dict[str, torch.Tensor]) -> None:
    for name in train:
        if name not in val:
            raise DataError(f"the validation data has no {name!r}", todo="give both the same")
        if train[name].shape[1:] != val[name].shape[1:]:
            raise DataError(
                f"an example's {name!r} has shape {tuple(train[name].shape[1:])} in 'train' and "
                f"{tuple(val[name].shape[1:])} in 'val'",
                todo="prepare both alike",
            )


def _length(columns: dict[str, torch.Tensor]) -> int:
    return len(next(iter(columns.values())))


def _placed(columns: dict[str, torch.Tensor], device: torch.device) -> dict[str, torch.Tensor]:
    """Give columns where batches are gathered: on the device where they fit, else pinned."""
    if device.type != "cuda":
        return {name: column.to(device) for name, column in columns.items()}
    n_bytes = sum(column.numel() * column.element_size() for column in columns.values())
    if n_bytes <= RESIDENT_SHARE * torch.cuda.get_device_properties(device).total_memory:
        return {name: column.to(device) for name, column in columns.items()}
    return {name: column.pin_memory() for name, column in columns.items()}
