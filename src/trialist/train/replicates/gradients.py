"""Losses and gradients of all replicates at once: by vmap, or by the graph that vmap leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch._C._functorch import (
    _add_batch_dim,
    _remove_batch_dim,
    _vmap_decrement_nesting,
    _vmap_increment_nesting,
)
from torch.func import vmap

from trialist.train.batch import Batch
from trialist.train.replicates.forward import Forward, columns_of
from trialist.train.replicates.keyeddropout import Site
from trialist.train.replicates.stacking import Stack
from trialist.train.replicates.tracing import traced
from trialist.train.stepper import Loss

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one forward and backward pass gave.

    Attributes:
        mean: The mean loss of each replicate, shape `(R,)`.
        gradients: Of each trained parameter, shape `(R, ...)`, in the order of the stack.
        buffers: As they are after the pass, by name.
        weight: What the means stand for, shape `(R,)`; None: the number of examples.
    """

    mean: torch.Tensor
    gradients: list[torch.Tensor]
    buffers: Tensors
    weight: torch.Tensor | None = None


class StackedGradient:
    """Computes them.

    The gradient of the sum of the losses is, row by row, the gradient of each: no row's loss
    depends on another's weights. So only the forward pass needs vmap.

    Args:
        stack: The replicates.
        forward: What computes one replicate's loss from its weights.
        is_traced: True runs the traced graph; one is traced for each shape of batch.
    """

    def __init__(self, stack: Stack, forward: Forward, *, is_traced: bool) -> None:
        self._stack, self._forward, self._is_traced = stack, forward, is_traced
        self._graphs: dict[Any, Callable[..., Sequence[torch.Tensor]]] = {}
        self._is_weighted = False

    def __call__(self, batch: Batch, masks: Sequence[torch.Tensor]) -> Found:
        """Compute them for a batch with columns of shape `(R, n, ...)`."""
        call = self._call(batch, masks)
        if self._is_traced:
            with torch.inference_mode():
                given = self._graph(call)(*call.tensors)
        else:
            given = self._flat(call)(*call.tensors)
        n_trained, n_buffers = len(call.trained), len(call.buffers)
        return Found(
            gradients=list(given[:n_trained]),
            buffers=dict(zip(call.buffers, given[n_trained : n_trained + n_buffers], strict=True)),
            mean=given[n_trained + n_buffers],
            weight=given[-1] if self._is_weighted else None,
        )

    def sites(self, batch: Batch) -> list[Site]:
        """Give the calls of dropout modules in a pass over a batch of this shape."""
        call, masks = self._call(batch, ()), self._forward.masks
        sites = masks.record()
        try:
            with torch.no_grad():
                vmap(self._of_one(call), randomness="error")(call.tensors)
        finally:
            masks.stop()
        return sites

    def unused(self, batch: Batch) -> list[str]:
        """Give the names of the trained parameters that the loss does not depend on."""
        call = self._call(batch, ())
        masks = self._forward.masks
        masks.record()
        try:
            with torch.enable_grad():
                leaves = [one.detach().requires_grad_() for one in call.trained.values()]
                rest = call.tensors[len(leaves) :]
                means, *_ = vmap(self._of_one(call), randomness="error")([*leaves, *rest])
                found: Sequence[torch.Tensor | None] = torch.autograd.grad(
                    means.sum(), leaves, allow_unused=True
                )
        finally:
            masks.stop()
        return [name for name, one in zip(call.trained, found, strict=True) if one is None]

    def _call(self, batch: Batch, masks: Sequence[torch.Tensor]) -> _Call:
        stack = self._stack
        return _Call(stack.trained, stack.frozen, stack.buffers, columns_of(batch), masks)

    def _graph(self, call: _Call) -> Callable[..., Sequence[torch.Tensor]]:
        shapes = tuple((one.shape, one.dtype) for one in call.tensors)
        if shapes not in self._graphs:
            with torch.inference_mode(mode=False):
                self._graphs[shapes] = traced(self._flat(call), call.tensors)
        return self._graphs[shapes]

    def _flat(self, call: _Call) -> Callable[..., Sequence[torch.Tensor]]:
        """Give the step from tensors to tensors, as a graph takes and gives them."""
        of_one, n = self._of_one(call), len(call.trained)

        def of_all(*tensors: torch.Tensor) -> Sequence[torch.Tensor]:
            with torch.enable_grad():
                leaves = [one.detach().requires_grad_() for one in tensors[:n]]
                means, *rest = _mapped(of_one, [*leaves, *tensors[n:]])
                gradients = torch.autograd.grad(means.sum(), leaves)
            n_buffers = len(call.buffers)
            return (*gradients, *rest[:n_buffers], means.detach(), *rest[n_buffers:])

        return of_all

    def _of_one(self, call: _Call) -> Callable[[Sequence[torch.Tensor]], list[torch.Tensor]]:
        """Give one replicate's loss, its buffers and its weight, from its tensors."""

        def of_one(tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
            trained, frozen, held, columns, masks = call.unpacked(tensors)
            # What a model does to its buffers happens to copies: a step stays a function.
            buffers = {name: one.clone() for name, one in held.items()}
            found = self._forward.of({**trained, **frozen, **buffers}, columns, masks)
            self._is_weighted = type(found) is Loss
            if type(found) is Loss:
                weight = torch.as_tensor(found.weight).to(found.mean).detach()
                return [found.mean, *_detached(buffers), weight]
            return [found, *_detached(buffers)]  # type: ignore[list-item]  # a tensor is left

        return of_one


def _mapped(
    function: Callable[[Sequence[torch.Tensor]], list[torch.Tensor]],
    tensors: Sequence[torch.Tensor],
) -> list[torch.Tensor]:
    """Give what vmap gives over the first dimension of all tensors, without its checks.

    They take a fifth of a small step, and were passed once for each shape of batch: in `sites`.
    """
    n = len(tensors[0])
    level = _vmap_increment_nesting(n, "error")
    try:
        found = function([_add_batch_dim(one, 0, level) for one in tensors])
        return [_remove_batch_dim(one, level, n, 0) for one in found]
    finally:
        _vmap_decrement_nesting()


@dataclass(frozen=True, slots=True)
class _Call:
    """The arguments of a step, by name and in a row."""

    trained: Tensors
    frozen: Tensors
    buffers: Tensors
    columns: Tensors
    masks: Sequence[torch.Tensor]

    @property
    def tensors(self) -> list[torch.Tensor]:
        named = (self.trained, self.frozen, self.buffers, self.columns)
        return [*(one for group in named for one in group.values()), *self.masks]

    def unpacked(self, tensors: Sequence[torch.Tensor]) -> list[Any]:
        found, begin = list[Any](), 0
        for group in (self.trained, self.frozen, self.buffers, self.columns):
            part = tensors[begin : begin + len(group)]
            found.append(dict(zip(group, part, strict=True)))
            begin += len(group)
        return [*found, tuple(tensors[begin:])]


def _detached(buffers: Tensors) -> list[torch.Tensor]:
    return [one.detach() for one in buffers.values()]
