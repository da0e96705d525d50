"""Exponential moving averages of stacked models, parameters and buffers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from trialist.train.replicates.stacking import Stack


class StackedAverage:
    """Second weights that follow those of a stack; what `AveragedModel` is for one model.

    Args:
        stack: What is trained.
        decays: How much of each replicate's average stays at each step, from 0 to below 1.

    Attributes:
        values: The averaged parameters, shape as the stack's.
        buffers: Averaged where they are floating, else copied, by name.

    References:
        Polyak and Juditsky (1992); Tarvainen and Valpola (2017), Mean teachers.
    """

    def __init__(self, stack: Stack, decays: Sequence[float]) -> None:
        self.values = stack.values.clone()
        self.buffers = {name: one.clone() for name, one in stack.buffers.items()}
        shares = [1 - decay for decay in decays]
        self._shares = torch.tensor(shares, dtype=self.values.dtype, device=self.values.device)

    @torch.no_grad()
    def update(self, stack: Stack) -> None:
        """Follow the stack by one step."""
        self.values.lerp_(stack.values, self._shares[:, None])
        for name, own in self.buffers.items():
            source = stack.buffers[name]
            if own.is_floating_point():
                own.lerp_(source, self._shares.to(own).view(-1, *(1 for _ in own.shape[1:])))
            else:
                own.copy_(source)

    def row(self, number: int) -> dict[str, torch.Tensor]:
        """Give a copy of one replicate's averages."""
        return {
            "values": self.values[number].clone(),
            **{f"buffer.{name}": one[number].clone() for name, one in self.buffers.items()},
        }

    def load_row(self, number: int, state: Mapping[str, torch.Tensor]) -> None:
        """Put back what `row` gave."""
        self.values[number] = state["values"]
        for name, one in self.buffers.items():
            one[number] = state[f"buffer.{name}"]

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only."""
        index = torch.tensor(list(rows), device=self.values.device)
        self.values = self.values.index_select(0, index)
        self.buffers = {name: one.index_select(0, index) for name, one in self.buffers.items()}
        self._shares = self._shares.index_select(0, index)
