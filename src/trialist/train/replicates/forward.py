"""One model's loss as a function of its weights: what vmap makes one of many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.func import functional_call

from trialist.train.batch import Batch
from trialist.train.replicates.keyeddropout import Masks
from trialist.train.stepper import Loss, LossFunction

Named = Mapping[str, torch.Tensor]


class Forward(nn.Module):
    """A model and its loss, to be called with weights that are not its own.

    Args:
        model: What stands for all replicates; its dropout modules take masks from `masks`.
        loss: Gives the mean loss of a batch, or `Loss(mean, weight)`.
        masks: Where they take them from.
    """

    def __init__(self, model: nn.Module, loss: LossFunction, masks: Masks) -> None:
        super().__init__()
        self.model = model
        self._rest = (loss, masks)  # a tuple: a loss that is a module is not a part of the model
        self._is_tied = _names(model, once=True) != _names(model, once=False)

    def forward(self, batch: Batch) -> torch.Tensor | Loss:
        """Give the loss of a batch."""
        return self._rest[0](self.model, batch)

    def of(
        self, weights: Named, columns: Named, masks: Sequence[torch.Tensor] = ()
    ) -> torch.Tensor | Loss:
        """Give the loss of one replicate.

        Args:
            weights: Parameters and buffers of the model by name; buffers may be changed in place.
            columns: The batch; the examples' numbers as "" where there are any.
            masks: Of its dropout modules.
        """
        self.masks.load(masks)
        given = {f"model.{name}": one for name, one in weights.items()}
        batch = Batch(
            {name: column for name, column in columns.items() if name}, columns.get(_INDEX)
        )
        return functional_call(  # type: ignore[no-any-return]
            self, given, (batch,), tie_weights=self._is_tied
        )

    @property
    def masks(self) -> Masks:
        """Where the model's dropout modules take masks from."""
        return self._rest[1]

    @contextmanager
    def evaluating(self) -> Iterator[list[Any]]:
        """Set the modules to evaluation, and follow what the model gives."""
        modes = [(module, module.training) for module in self.modules()]
        calls: list[Any] = []
        handle = self.model.register_forward_hook(
            lambda _model, _inputs, output: calls.append(output)
        )
        self.eval()
        try:
            yield calls
        finally:
            handle.remove()
            for module, mode in modes:
                module.training = mode


_INDEX = ""


def columns_of(batch: Batch) -> dict[str, torch.Tensor]:
    """Give a batch as `Forward.of` takes it."""
    columns = dict(batch.columns)
    if batch.index is not None:
        columns[_INDEX] = batch.index
    return columns


def _names(model: nn.Module, *, once: bool) -> list[str]:
    """Give the names of its weights; of those with two names the first, or both."""
    return [
        name
        for members in (model.named_parameters, model.named_buffers)
        for name, _ in members(remove_duplicate=once)
    ]
