"""Training steps that leave no trace: a model and its optimizer are afterwards as they were."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trialist.train.seeding import random_state, set_random_state
from trialist.values.errors import ConfigError


@contextmanager
def restored(
    model: torch.nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> Iterator[None]:
    """Put everything back at the end, bit by bit, also where it ends with an error.

    That is: parameters, buffers and their devices, gradients, modes and plain attributes of every
    module, the optimizer's state and settings, and the random state of every library. A scheduler
    or scaler is not touched where nobody steps it. The model's memory is taken twice meanwhile.

    Args:
        model: What is trained for a while; it has no gradients when that begins.
        optimizer: One that exists already; None: none does.

    Raises:
        ConfigError: If the model has parameters without a shape yet.
    """
    _check(model)
    chance = random_state()
    modules = [_KeptModule(module) for module in model.modules()]
    tensors = [_KeptTensor(one) for one in _tensors(model)]
    gradients = [(one, one.grad) for one in model.parameters()]
    lent = None if optimizer is None else _LentOptimizer(optimizer)
    for parameter, _ in gradients:
        parameter.grad = None
    try:
        yield
    finally:
        for module in modules:
            module.put_back()
        for tensor in tensors:
            tensor.put_back()
        for parameter, gradient in gradients:
            parameter.grad = gradient
        if lent is not None:
            lent.put_back()
        set_random_state(chance)


class _KeptTensor:
    """A tensor's bits and the memory that they lay in."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self._tensor, self._data = tensor, tensor.data
        # An expanded tensor has one element in several places: nobody can write into it.
        is_shared = any(
            step == 0 and n > 1 for step, n in zip(tensor.stride(), tensor.shape, strict=True)
        )
        self._bits = None if is_shared else tensor.detach().clone()

    def put_back(self) -> None:
        if self._bits is not None:
            self._data.copy_(self._bits)  # through `.data`, so that no graph notices
        self._tensor.data = self._data


class _KeptModule:
    """What a module holds under its own names: another tensor may be there afterwards."""

    _TABLES = ("_parameters", "_buffers", "_modules")

    def __init__(self, module: torch.nn.Module) -> None:
        self._module = module
        self._own = dict(vars(module))
        self._tables = {
            name: dict(self._own[name])
            for name in self._TABLES
            if isinstance(self._own.get(name), dict)
        }

    def put_back(self) -> None:
        held = vars(self._module)
        held.clear()
        held.update(self._own)
        for name, table in self._tables.items():
            held[name].clear()
            held[name].update(table)


class _LentOptimizer:
    """An optimizer that works on copies of its state and settings until they are put back."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self._optimizer = optimizer
        self._own = dict(vars(optimizer))
        self._state = dict(optimizer.state)
        self._groups = [(group, dict(group)) for group in optimizer.param_groups]
        for parameter, state in self._state.items():
            optimizer.state[parameter] = copy.deepcopy(state)
        for group in optimizer.param_groups:
            own = {name: value for name, value in group.items() if name != "params"}
            group.update({"params": list(group["params"]), **copy.deepcopy(own)})

    def put_back(self) -> None:
        held = vars(self._optimizer)
        held.clear()
        held.update(self._own)
        self._optimizer.state.clear()
        self._optimizer.state.update(self._state)
        self._optimizer.param_groups[:] = [group for group, _ in self._groups]
        for group, own in self._groups:
            group.clear()
            group.update(own)


def _tensors(model: torch.nn.Module) -> list[torch.Tensor]:
    """Give every tensor that a module holds by name, each once; plain attributes too."""
    found: dict[int, torch.Tensor] = {}
    for module in model.modules():
        held = [
            *module.parameters(recurse=False),
            *module.buffers(recurse=False),
            *vars(module).values(),
        ]
        found |= {id(one): one for one in held if isinstance(one, torch.Tensor)}
    return list(found.values())


def _check(model: torch.nn.Module) -> None:
    lazy = [
        name
        for name, one in model.named_parameters()
        if isinstance(one, torch.nn.parameter.UninitializedParameter)
    ]
    if lazy:
        raise ConfigError(
            f"the parameter {lazy[0]!r} has no shape yet",
            todo="call the model once with a batch before this",
        )
