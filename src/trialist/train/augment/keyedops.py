"""Operations in a row, keyed by seed, epoch and example: the same with any batch and any order."""

from __future__ import annotations

import torch

from trialist.train.augment.key import AugmentKey
from trialist.train.augment.operations import Operation
from trialist.train.batch import INPUT, Batch
from trialist.train.keyed import key_of, keyed_uniform
from trialist.values.errors import DataError


class Augmentation:
    """Changes the pictures of a batch by operations, one after the other.

    What happens to an example follows from the data seed, the epoch and the example's number alone:
    another batch size, a resumed run or more data workers change nothing. An example that
    `sampling="balanced"` draws twice in an epoch is changed in the same way twice.

    Args:
        *operations: `Flip()`, `Crop(4)` and the like.
        column: What holds the pictures, shape `(n, channels, height, width)`.
        site: A number of its own for each where one training has several.
    """

    def __init__(self, *operations: Operation, column: str = INPUT, site: int = 0) -> None:
        self._operations = operations
        self._column, self._site = column, site
        self._n_draws = sum(one.n_draws for one in operations)

    @torch.no_grad()
    def __call__(self, batch: Batch, key: AugmentKey) -> Batch:
        """Give the batch with its pictures changed.

        Raises:
            DataError: If the column holds no pictures, or the examples have no numbers.
        """
        x = pictures_in(batch, self._column)
        if batch.index is None:
            raise DataError(
                "the examples of the batch have no numbers, and draws are keyed by them",
                todo="give Batch(columns, index=...), as TensorData and LoaderData do",
            )
        place = key_of(key.seed, "augment", key.epoch, self._site)
        draws = keyed_uniform(place, batch.index, self._n_draws)
        first = 0
        for operation in self._operations:
            x = operation(x, draws[:, first : first + operation.n_draws])
            first += operation.n_draws
        return with_pictures(batch, self._column, x)

    def __repr__(self) -> str:
        return f"Augmentation({', '.join(map(repr, self._operations))})"


def pictures_in(batch: Batch, column: str) -> torch.Tensor:
    """Give the pictures of a batch.

    Raises:
        DataError: If the column holds something else.
    """
    x = getattr(batch, column)
    if not isinstance(x, torch.Tensor) or x.ndim != 4:
        is_tensor = isinstance(x, torch.Tensor)
        said = f"has shape {tuple(x.shape)}" if is_tensor else f"is a {type(x).__name__}"
        raise DataError(
            f"the batch's {column!r} {said}, and pictures are (examples, channels, height, width)",
            todo="augment with a function of your own: augment=lambda batch, key: ...",
        )
    return x


def with_pictures(batch: Batch, column: str, x: torch.Tensor) -> Batch:
    """Give the batch with other pictures."""
    return Batch({**batch.columns, column: x}, batch.index)
