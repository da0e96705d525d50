"""An exponential moving average of a model: parameters and buffers."""

from __future__ import annotations

import copy
from typing import Any

import torch

from trialist.values.errors import ConfigError


class AveragedModel:
    """A second model whose weights follow those of the first.

    Parameters and floating buffers (the statistics of BatchNorm) are averaged; counters are copied.

    Args:
        model: What is trained.
        decay: How much of the average stays at each step, from 0 to below 1.

    Raises:
        ConfigError: If `decay` is out of its range.

    References:
        Polyak and Juditsky (1992); Tarvainen and Valpola (2017), Mean teachers.
    """

    def __init__(self, model: torch.nn.Module, decay: float) -> None:
        if not 0 <= decay < 1:
            raise ConfigError(
                f"the average keeps {decay} of itself at each step",
                todo="give ema a number from 0 to below 1, such as 0.999",
            )
        self.decay = decay
        self.module = copy.deepcopy(model).requires_grad_(requires_grad=False)
        pairs = list(zip(_tensors(self.module), _tensors(model), strict=True))
        self._own = [own for own, _ in pairs if own.is_floating_point()]
        self._source = [source for own, source in pairs if own.is_floating_point()]
        self._counters = [pair for pair in pairs if not pair[0].is_floating_point()]

    @torch.no_grad()
    def update(self) -> None:
        """Follow the model by one step."""
        torch._foreach_lerp_(self._own, self._source, 1 - self.decay)
        for own, source in self._counters:
            own.copy_(source)

    def state_dict(self) -> dict[str, Any]:
        """Give the averaged weights."""
        return self.module.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Put back what `state_dict` gave."""
        self.module.load_state_dict(state)


def _tensors(model: torch.nn.Module) -> list[torch.Tensor]:
    return [*(one.data for one in model.parameters()), *model.buffers()]
