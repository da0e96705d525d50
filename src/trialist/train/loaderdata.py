"""Data that does not fit into memory, through a DataLoader whose order and draws are keyed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pickle import PicklingError
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, default_collate, get_worker_info

from trialist.train.batch import Batch, as_columns, check_size
from trialist.train.keyed import key_of, keyed_order
from trialist.train.seeding import random_state, seed_host, set_random_state
from trialist.train.settings import check_counts
from trialist.values.errors import DataError

Place = tuple[int, int]
"""Epoch and number of an example."""

_COLLATED = (
    "Examples are put together by torch's default_collate, which takes tensors of equal size, "
    "numbers, texts, and pairs or dicts of them; for others give LoaderData(collate=...)."
)
_SENT = (
    "With workers, dataset and collate may be sent to other processes: define them on the top "
    "level of a file, not as a lambda or within a function; workers=0 shows the error itself."
)


class LoaderData:
    """Training and validation data as datasets that give one example by its number.

    Every example's draws (augmentation in `__getitem__`, say) follow from seed, epoch and number
    alone, so the batches are the same with any number of workers, and after any interruption.

    Args:
        train: A dataset with a length, or a DataLoader, whose dataset and settings are taken.
        val: The same for validation; None: no validation.
        workers: Processes that load; None: as the DataLoader says, else 0.
        collate: What makes a batch of examples; None: as the DataLoader says, else torch's.

    Raises:
        DataError: For a dataset without length or a DataLoader with a sampler of its own, whose
            order nobody could repeat.
    """

    def __init__(
        self,
        train: Any,
        val: Any = None,
        *,
        workers: int | None = None,
        collate: Callable[[list[Any]], Any] | None = None,
    ) -> None:
        self._train, found = _dataset(train, "train")
        self._val = None if val is None else _dataset(val, "val")[0]
        self.workers = found.get("workers", 0) if workers is None else workers
        check_counts(least=0, workers=self.workers)
        self.collate = collate or found.get("collate")
        self._asked = {name: found[name] for name in ("batch_size", "drop_last") if name in found}

    @property
    def n_train(self) -> int:
        """How many training examples there are."""
        return len(self._train)

    @property
    def n_val(self) -> int:
        """How many validation examples there are; 0 without validation data."""
        return 0 if self._val is None else len(self._val)

    def overruled(self, batch_size: int) -> str | None:
        """Tell what a DataLoader asked for and does not get; None where there is nothing."""
        asked = self._asked.get("batch_size", batch_size)
        said = [f"batch_size={asked}"] if asked not in (1, batch_size) else []
        said += ["drop_last=True"] if self._asked.get("drop_last") else []
        if not said:
            return None
        return (
            f"the DataLoader has {' and '.join(said)}; the training takes batches of {batch_size}, "
            "and every example once per epoch"
        )

    def example(self) -> dict[str, Any]:
        """Give the first training example as a batch of one, by columns."""
        raw = KeyedDataset(self._train, 0)[(0, 0)]
        return as_columns((self.collate or default_collate)([raw]))

    def steps_per_epoch(self, batch_size: int) -> int:
        """Give how many batches an epoch has; the last one has what is left."""
        return -(-self.n_train // batch_size)

    def batches(
        self, *, seed: int, batch_size: int, start: int, device: torch.device
    ) -> Iterator[Batch]:
        """Give the training batches from a step on, without an end; as `TensorData.batches`.

        Raises:
            DataError: If a batch is larger than the data.
        """
        check_size(batch_size, self.n_train)
        places = _KeyedPlaces(self.n_train, seed=seed, batch_size=batch_size, start=start)
        loader = self._loader(KeyedDataset(self._train, seed), places, device, seed)
        for raw, batch in zip(self._noted(loader), places, strict=False):
            index = torch.tensor([number for _, number in batch])
            yield Batch(as_columns(raw), index).to(device)

    def validation(self, *, batch_size: int, device: torch.device) -> Iterator[Batch]:
        """Give the validation examples in their own order; what they draw is the same each time."""
        n = self.n_val
        places = [
            [(0, number) for number in range(first, min(first + batch_size, n))]
            for first in range(0, n, batch_size)
        ]
        loader = self._loader(KeyedDataset(self._val, 0), places, device, 0)
        for raw in self._noted(loader):
            yield Batch(as_columns(raw)).to(device)

    def _loader(
        self, dataset: KeyedDataset, places: Any, device: torch.device, seed: int
    ) -> DataLoader[Any]:
        return DataLoader(
            dataset,
            batch_sampler=places,
            num_workers=self.workers,
            collate_fn=self.collate,
            pin_memory=device.type == "cuda",
            # Without one of its own the loader would draw from the generator of the training.
            generator=torch.Generator().manual_seed(key_of(seed, "loader")),
        )

    def _noted(self, loader: DataLoader[Any]) -> Iterator[Any]:
        try:
            yield from loader
        except (RuntimeError, TypeError, ValueError, AttributeError, PicklingError) as error:
            if self.collate in (None, default_collate):
                error.add_note(_COLLATED)
            if self.workers:
                error.add_note(_SENT)
            raise


class KeyedDataset(Dataset[Any]):
    """Gives an example under the random state of its place.

    Args:
        dataset: What gives an example by its number.
        seed: The run's data seed.
    """

    def __init__(self, dataset: Any, seed: int) -> None:
        self._dataset = dataset
        self._seed = seed

    def __getitem__(self, place: Place) -> Any:
        return self.__getitems__([place])[0]

    def __getitems__(self, places: Sequence[Place]) -> list[Any]:
        if get_worker_info() is not None:
            return self._found(places)
        before = random_state()  # the training draws from it too
        try:
            return self._found(places)
        finally:
            set_random_state(before)

    def _found(self, places: Sequence[Place]) -> list[Any]:
        examples = []
        for epoch, number in places:
            seed_host(key_of(self._seed, "example", epoch, number))
            try:
                examples.append(self._dataset[number])
            except Exception as error:
                error.add_note(f"This was example {number} of the dataset, in epoch {epoch}.")
                raise
        return examples


class _KeyedPlaces:
    """The batches of all epochs from a step on, as places; without an end."""

    def __init__(self, n: int, *, seed: int, batch_size: int, start: int) -> None:
        self._n, self._seed, self._size, self._start = n, seed, batch_size, start

    def __iter__(self) -> Iterator[list[Place]]:
        epoch, position = divmod(self._start, -(-self._n // self._size))
        while True:
            order = keyed_order(key_of(self._seed, "order", epoch), self._n).tolist()
            for first in range(position * self._size, self._n, self._size):
                yield [(epoch, number) for number in order[first : first + self._size]]
            epoch, position = epoch + 1, 0


def _dataset(given: Any, split: str) -> tuple[Any, dict[str, Any]]:
    found: dict[str, Any] = {}
    if isinstance(given, DataLoader):
        _check_sampler(given, split)
        found = {"workers": given.num_workers, "collate": given.collate_fn}
        found |= {"batch_size": given.batch_size, "drop_last": given.drop_last}
        given = given.dataset
    if isinstance(given, tuple):
        raise DataError(
            f"the data of {split!r} is a tuple of {len(given)} columns, and no list of examples",
            todo="give a Dataset, or the columns to TensorData(train=(x, y))",
        )
    if isinstance(given, IterableDataset) or not hasattr(given, "__len__"):
        raise DataError(
            f"the data of {split!r} is a {type(given).__name__}, which gives no example by number",
            todo="give a dataset with __getitem__ and __len__; a stream has no place to resume at, "
            "so train on one in a loop of your own with run.checkpoint",
        )
    if not len(given):
        raise DataError(f"there are no examples in {split!r}", todo="give at least one")
    return given, found


def _check_sampler(loader: DataLoader[Any], split: str) -> None:
    known = (torch.utils.data.RandomSampler, torch.utils.data.SequentialSampler)
    sampler = loader.sampler
    is_plain = isinstance(sampler, known) and not getattr(sampler, "replacement", False)
    if not is_plain or loader.batch_size is None:
        raise DataError(
            f"the DataLoader of {split!r} has a sampler of its own ({type(sampler).__name__})",
            todo="give its dataset; for rare classes use TensorData(..., sampling='balanced')",
        )
