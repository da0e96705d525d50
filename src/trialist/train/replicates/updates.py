"""Optimizer steps on stacked weights: torch's own kernels, with each replicate's own settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from trialist.values.errors import VectorizeError

_ADAMS: dict[type[torch.optim.Optimizer], Callable[..., Any]] = {
    torch.optim.Adam: torch._fused_adam_,
    torch.optim.AdamW: torch._fused_adamw_,
}
FUSED_ON = ("cpu", "cuda")


class StackedUpdates:
    """Changes a block of weights, a row per replicate.

    All rows take one call where their settings and their numbers of steps agree, else a call per
    row; a row's bits are the same in both.

    Args:
        kind: `torch.optim.SGD`, `Adam` or `AdamW`.
        settings: Of each replicate, as the optimizer takes them.
        like: The block, shape `(R, n)`.

    Raises:
        VectorizeError: For another optimizer.
    """

    def __init__(
        self,
        kind: type[torch.optim.Optimizer],
        settings: Sequence[Mapping[str, Any]],
        like: torch.Tensor,
    ) -> None:
        if kind not in _ADAMS and kind is not torch.optim.SGD:
            raise VectorizeError(
                f"there is no stacked {kind.__name__}",
                todo="use SGD, Adam or AdamW, or train in processes: vectorize: off",
            )
        self._fused = _ADAMS.get(kind)
        self._settings = list(settings)
        names = ("exp_avg", "exp_avg_sq") if self._fused else ("momentum_buffer",)
        self._state = {name: torch.zeros_like(like) for name in names}
        self._steps = torch.zeros(len(like), device=like.device)
        self._is_even = self._agree()

    def step(
        self,
        values: torch.Tensor,
        gradients: torch.Tensor,
        *,
        lrs: Sequence[float],
        momenta: Sequence[float | None],
        skipped: torch.Tensor | None = None,
    ) -> None:
        """Change `values` by one step.

        Args:
            values: The block of weights.
            gradients: Of the same shape.
            lrs: The learning rate of each row.
            momenta: The momentum or first beta of each row; None: as its settings say.
            skipped: 1 for rows that are to stay as they are, else 0, shape `(R,)`; None: no row is.
        """
        is_any = skipped is not None and self._may_skip(skipped)
        self._steps.add_(1 if skipped is None else 1 - skipped)
        if self._is_even and not is_any and len(set(lrs)) == len(set(momenta)) == 1:
            self._change(values, gradients, 0, lrs[0], momenta[0], rows=slice(None), skip=None)
        else:
            for row, (lr, momentum) in enumerate(zip(lrs, momenta, strict=True)):
                skip = None if skipped is None else skipped[row : row + 1]
                self._change(values, gradients, row, lr, momentum, rows=row, skip=skip)
        if is_any and self._fused is not None:
            self._is_even = False

    def row(self, number: int) -> dict[str, torch.Tensor]:
        """Give a copy of one replicate's state."""
        state = {name: block[number].clone() for name, block in self._state.items()}
        return {**state, "step": self._steps[number].clone()}

    def load_row(self, number: int, state: Mapping[str, torch.Tensor]) -> None:
        """Put back what `row` gave."""
        for name, block in {**self._state, "step": self._steps}.items():
            block[number] = state[name]
        self._is_even = self._agree()

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only."""
        index = torch.tensor(list(rows), device=self._steps.device)
        self._settings = [self._settings[row] for row in rows]
        self._state = {name: one.index_select(0, index) for name, one in self._state.items()}
        self._steps = self._steps.index_select(0, index)
        self._is_even = self._agree()

    def _agree(self) -> bool:
        """Tell whether one call does for all rows, but for their learning rates."""
        unlike = (dict(one, lr=0.0) != dict(self._settings[0], lr=0.0) for one in self._settings)
        counts = self._steps.tolist() if self._fused is not None else [0.0]
        return not any(unlike) and len(set(counts)) == 1

    def _may_skip(self, skipped: torch.Tensor) -> bool:
        # A device is not waited for: rows there are always taken one by one.
        return skipped.device.type != "cpu" or bool(skipped.any())

    def _change(  # noqa: PLR0913 — one kernel's arguments
        self,
        values: torch.Tensor,
        gradients: torch.Tensor,
        number: int,
        lr: float,
        momentum: float | None,
        *,
        rows: int | slice,
        skip: torch.Tensor | None,
    ) -> None:
        settings = self._settings[number]
        state = [[block[rows]] for block in self._state.values()]
        common: dict[str, Any] = {
            "lr": float(lr),
            "weight_decay": float(settings["weight_decay"]),
            "maximize": False,
            "grad_scale": None,
            "found_inf": skip,
        }
        if self._fused is None:
            share = float(settings["momentum"] if momentum is None else momentum)
            torch._fused_sgd_(
                [values[rows]], [gradients[rows]], state[0] if share else [], **common,
                momentum=share, dampening=0.0, nesterov=settings["nesterov"], is_first_step=False,
            )  # fmt: skip
            return
        first, second = settings["betas"]
        self._fused(
            [values[rows]], [gradients[rows]], *state, [], [self._steps[number]], **common,
            beta1=float(first if momentum is None else momentum), beta2=float(second),
            eps=float(settings["eps"]), amsgrad=False,
        )  # fmt: skip
