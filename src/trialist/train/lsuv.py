"""Layer-sequential unit variance: each layer scaled until its output has variance 1 on a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.conv import _ConvNd

from trialist.train.seeding import seed_everything
from trialist.train.untouched import untouched

TOLERANCE = 0.01
MOST_PASSES = 10


class _Reached(BaseException):
    """The layer was called: what comes after it is not needed."""


def scaled_to_unit_variance(
    model: nn.Module, inputs: Sequence[Any], *, key: int
) -> dict[str, float]:
    """Scale the weights of dense and convolutional layers, in the order in which they are called.

    The model is called as in training, but without dropout. A layer whose output does not vary, or
    is not finite, stays as it is, and its variance says so.

    Args:
        model: With orthogonal weights and biases of 0.
        inputs: What the model is called with.
        key: What a model that draws numbers itself draws them from, the same in each pass.

    Returns:
        Each layer's output variance afterwards, by name, in the order of calls.

    References:
        Mishkin and Matas (2016), All you need is a good init, algorithm 1.
    """
    with untouched(model), torch.no_grad():
        model.eval()
        for module in model.modules():
            if isinstance(module, _BatchNorm):
                module.train()
        names = {module: name for name, module in model.named_modules()}
        return {
            names[layer]: _scaled(model, inputs, layer, key)
            for layer in _called(model, inputs, key)
        }


def _scaled(model: nn.Module, inputs: Sequence[Any], layer: Any, key: int) -> float:
    variance = _variance(model, inputs, layer, key)
    for _ in range(MOST_PASSES):
        if abs(variance - 1) < TOLERANCE or not 0 < variance < math.inf:
            break
        layer.weight.div_(math.sqrt(variance))
        variance = _variance(model, inputs, layer, key)
    return variance


def _called(model: nn.Module, inputs: Sequence[Any], key: int) -> list[nn.Module]:
    """Give the layers that have a weight of their own, in the order of their first calls."""
    order: dict[nn.Module, None] = {}
    handles = [
        module.register_forward_hook(lambda layer, _inputs, _output: order.setdefault(layer))
        for module in model.modules()
        if isinstance(module, nn.Linear | _ConvNd)
        and "weight" in dict(module.named_parameters(recurse=False))
    ]
    try:
        seed_everything(key)
        model(*inputs)
    finally:
        for handle in handles:
            handle.remove()
    return list(order)


def _variance(model: nn.Module, inputs: Sequence[Any], layer: nn.Module, key: int) -> float:
    found: list[float] = []

    def measure(_layer: nn.Module, _inputs: Any, output: torch.Tensor) -> None:
        found.append(float(output.double().var(correction=0)))
        raise _Reached

    handle = layer.register_forward_hook(measure)
    try:
        seed_everything(key)
        model(*inputs)
    except _Reached:
        pass
    finally:
        handle.remove()
    return found[0]
