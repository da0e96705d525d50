"""The batches of all replicates: each in the order of its own seed, gathered at once."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from trialist.train.batch import Batch, check_size
from trialist.train.tensordata import TRAIN, TensorData


class StackedBatches:
    """Gives the batch of any step: what `TensorData.batches` gives each replicate alone.

    Args:
        data: What all of them train on.
        seeds: The data seed of each replicate.
        batch_size: Examples per batch; the last one of an epoch has what is left.
        device: Where the batches are to be.

    Raises:
        DataError: If a batch is larger than the data.
    """

    def __init__(
        self, data: TensorData, seeds: Sequence[int], *, batch_size: int, device: torch.device
    ) -> None:
        check_size(batch_size, data.n_train)
        self._data, self._seeds, self._size = data, list(seeds), batch_size
        self._columns = {name: one.to(device) for name, one in data.split(TRAIN).items()}
        self._device = device
        self._epoch = -1
        self._orders = torch.empty(0)

    def at(self, step: int) -> Batch:
        """Give the batch of a step, from 0; columns have shape `(R, n, ...)`."""
        epoch, position = divmod(step, self._data.steps_per_epoch(self._size))
        if epoch != self._epoch:
            orders = [self._data.order(seed, epoch) for seed in self._seeds]
            self._orders, self._epoch = torch.stack(orders).to(self._device), epoch
        index = self._orders[:, position * self._size : (position + 1) * self._size].contiguous()
        flat = index.view(-1)
        return Batch(
            {
                name: column.index_select(0, flat).view(*index.shape, *column.shape[1:])
                for name, column in self._columns.items()
            },
            index,
        )

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only."""
        self._seeds = [self._seeds[row] for row in rows]
        self._orders = self._orders[list(rows)] if self._epoch >= 0 else self._orders
