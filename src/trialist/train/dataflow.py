"""Which operation of a model takes what another gave, read from its code without running it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from trialist.train.untouched import untouched


class Kind(Enum):
    """What an operation is, as far as advice depends on it."""

    BATCH_NORM = auto()
    OTHER_NORM = auto()
    ACTIVATION = auto()
    DROPOUT = auto()
    SHAPE = auto()
    OUTPUT = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        name: The module's name in the model, or the function's.
        kind: What it is.
        inputs: The places of the operations whose results it takes.
        rate: Of dropout: the share that is dropped; else 0.
    """

    name: str
    kind: Kind
    inputs: tuple[int, ...]
    rate: float = 0.0


_ACTIVATIONS = (
    nn.ReLU, nn.ReLU6, nn.LeakyReLU, nn.PReLU, nn.RReLU, nn.ELU, nn.CELU, nn.SELU, nn.GELU, nn.SiLU,
    nn.Mish, nn.Tanh, nn.Sigmoid, nn.Hardswish, nn.Hardtanh, nn.Softplus,
)  # fmt: skip
_OTHER_NORMS = (
    nn.LayerNorm, nn.GroupNorm, nn.LocalResponseNorm, nn.InstanceNorm1d, nn.InstanceNorm2d,
    nn.InstanceNorm3d,
)  # fmt: skip
_WORDS = {
    Kind.ACTIVATION: {
        *("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh"),
        *("sigmoid", "hardswish", "hardtanh", "softplus"),
    },
    Kind.OTHER_NORM: {"layer_norm", "group_norm", "instance_norm", "rms_norm"},
    Kind.DROPOUT: {"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout"},
    Kind.BATCH_NORM: {"batch_norm"},
    Kind.SHAPE: {
        *("flatten", "view", "reshape", "permute", "transpose", "squeeze", "unsqueeze"),
        *("contiguous", "getitem", "t", "to", "float"),
    },
}


def operations_of(model: nn.Module) -> tuple[Operation, ...]:
    """Give a model's operations, in an order in which each comes after its inputs.

    Where the code cannot be followed (it branches on values, say), the modules of each
    `Sequential` are given, one after the other, and nothing is known of what joins them.
    """
    try:
        with untouched(model):
            graph = torch.fx.Tracer().trace(model)
    except Exception:  # noqa: BLE001 — user code on values that are none: anything may be raised
        return tuple(_chains(model))
    return tuple(_traced(model, graph))


def feeds(operations: Sequence[Operation], place: int) -> list[int]:
    """Give the places of the operations that take the result at `place`."""
    return [later for later, one in enumerate(operations) if place in one.inputs]


def _traced(model: nn.Module, graph: Any) -> Iterator[Operation]:
    modules = dict(model.named_modules())
    places = {node: place for place, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        inputs = tuple(places[one] for one in node.all_input_nodes)
        if node.op == "call_module":
            yield _of_module(node.target, modules[node.target], inputs)
        elif node.op == "output":
            yield Operation("output", Kind.OUTPUT, inputs)
        else:
            name = node.target if isinstance(node.target, str) else node.target.__name__
            yield _of_function(name, inputs, node)


def _of_module(name: str, module: nn.Module, inputs: tuple[int, ...]) -> Operation:
    if isinstance(module, _DropoutNd):
        return Operation(name, Kind.DROPOUT, inputs, module.p)
    return Operation(name, _kind_of(module), inputs)


def _kind_of(module: nn.Module) -> Kind:
    if isinstance(module, _BatchNorm):
        return Kind.BATCH_NORM
    if isinstance(module, _OTHER_NORMS) or type(module).__name__ == "RMSNorm":
        return Kind.OTHER_NORM
    if isinstance(module, _ACTIVATIONS):
        return Kind.ACTIVATION
    return Kind.SHAPE if isinstance(module, nn.Flatten | nn.Unflatten | nn.Identity) else Kind.OTHER


def _of_function(name: str, inputs: tuple[int, ...], node: Any) -> Operation:
    plain = name.rstrip("_")
    kind = next((kind for kind, words in _WORDS.items() if plain in words), Kind.OTHER)
    if node.op in ("placeholder", "get_attr"):
        kind = Kind.OTHER
    rate = 0.0
    if kind is Kind.DROPOUT:
        given = node.kwargs.get("p", node.args[1] if len(node.args) > 1 else 0.5)
        rate = given if isinstance(given, float | int) else 0.5
    return Operation(name, kind, inputs, float(rate))


def _chains(model: nn.Module) -> Iterator[Operation]:
    place = 0
    inside: set[int] = set()
    for name, module in model.named_modules():
        if not isinstance(module, nn.Sequential) or id(module) in inside:
            continue
        inside |= {id(one) for one in module.modules()}
        before: tuple[int, ...] = ()
        for child, one in module.named_modules(prefix=name):
            if isinstance(one, nn.Sequential):
                continue
            if any(True for _ in one.children()):  # what happens in it is not known
                before = ()
                continue
            yield _of_module(child, one, before)
            before, place = (place,), place + 1
