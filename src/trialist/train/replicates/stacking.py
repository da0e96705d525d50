"""The weights of R models as one block: a row per replicate, and views of it per parameter."""

from __future__ import annotations

import copy
import math
from collections.abc import Collection, Mapping, Sequence

import torch
from torch import nn
from torch.func import stack_module_state

from trialist.train.replicates.structure import difference
from trialist.values.errors import VectorizeError

ALIGNED = 16
"""Each parameter begins at a multiple of this, so that a row is computed as if it were alone."""

_BY_PROCESSES = "train each replicate in a process of its own: vectorize: off"


class Stack:
    """R models of one structure: what is trained in one block of memory, the rest beside it.

    Args:
        models: One per replicate; they are read, and changed by `write_back` only.
        unused: Names of parameters that the loss does not depend on; torch's optimizers leave
            them as they are.

    Attributes:
        base: One model that stands for all of them; its own weights are of no use.
        values: The trained parameters, shape `(R, n)`.
        trained: Each of them as a view of it, by name.
        frozen: Parameters that are not trained, stacked, by name.
        buffers: Buffers, stacked, by name.

    Raises:
        VectorizeError: If the models differ in more than their weights.
    """

    def __init__(self, models: Sequence[nn.Module], *, unused: Collection[str] = ()) -> None:
        _check_alike(models)
        self.base = copy.deepcopy(models[0])
        parameters, buffers = stack_module_state(list(models))
        trained = {
            name: one
            for name, one in parameters.items()
            if one.requires_grad and name not in unused
        }
        self._shapes = {name: one.shape[1:] for name, one in trained.items()}
        self.frozen = {
            name: one.detach() for name, one in parameters.items() if name not in trained
        }
        self.buffers: dict[str, torch.Tensor] = dict(buffers)
        like = _checked(trained)
        width = sum(_aligned(shape.numel()) for shape in self._shapes.values())
        self.values = torch.zeros(len(models), width, dtype=like.dtype, device=like.device)
        self.trained = self.views(self.values)
        with torch.no_grad():
            for name, view in self.trained.items():
                view.copy_(trained[name])

    def __len__(self) -> int:
        return len(self.values)

    def views(self, block: torch.Tensor) -> dict[str, torch.Tensor]:
        """Give the part of each parameter in a block like `values`, shape `(R, ...)`."""
        found, begin = {}, 0
        for name, shape in self._shapes.items():
            part = block[:, begin : begin + shape.numel()]
            found[name] = part.view(len(block), *shape)
            begin += _aligned(shape.numel())
        return found

    def weights(self) -> dict[str, torch.Tensor]:
        """Give all of them by name, shape `(R, ...)`."""
        return {**self.trained, **self.frozen, **self.buffers}

    def row(self, number: int) -> dict[str, torch.Tensor]:
        """Give copies of the weights of one replicate by name."""
        stacked = self.weights()
        return {name: one[number].clone() for name, one in stacked.items()}

    def load_row(self, number: int, weights: Mapping[str, torch.Tensor]) -> None:
        """Set the weights of one replicate; names that are not stacked are passed over."""
        stacked = self.weights()
        with torch.no_grad():
            for name, one in stacked.items():
                if name in weights:
                    one[number].copy_(weights[name])

    def write_back(
        self, number: int, model: nn.Module, weights: Mapping[str, torch.Tensor]
    ) -> None:
        """Set a model of this structure to one replicate of `weights`, shape `(R, ...)`."""
        own = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        with torch.no_grad():
            for name, one in weights.items():
                own[name].copy_(one[number])

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only, in the order given."""
        index = torch.tensor(list(rows), device=self.values.device)
        self.values = self.values.index_select(0, index)
        self.trained = self.views(self.values)
        self.frozen = {name: one.index_select(0, index) for name, one in self.frozen.items()}
        self.buffers = {name: one.index_select(0, index) for name, one in self.buffers.items()}


def _check_alike(models: Sequence[nn.Module]) -> None:
    for number, model in enumerate(models[1:], 1):
        found = difference(models[0], model)
        if found:
            raise VectorizeError(
                f"replicates 0 and {number} differ in {found}",
                todo="group replicates by structure, or " + _BY_PROCESSES,
            )


def _checked(trained: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Give any of the parameters; refuse what cannot lie in one block.

    Raises:
        VectorizeError: If there are none, or they have several types.
    """
    if not trained:
        raise VectorizeError(
            "the model has no parameters to train", todo="set requires_grad on some of them"
        )
    forms = {(one.dtype, one.device) for one in trained.values()}
    like = next(iter(trained.values()))
    if len(forms) > 1 or not like.is_floating_point():
        said = ", ".join(sorted(f"{dtype} on {device}" for dtype, device in forms))
        raise VectorizeError(f"the parameters are {said}", todo=_BY_PROCESSES)
    return like


def _aligned(n: int) -> int:
    return math.ceil(n / ALIGNED) * ALIGNED
