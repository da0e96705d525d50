"""Whether gradients are finite, at the least cost: this is asked at every step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress

import torch

FEW = 1 << 16
"""Up to so many numbers one call of torch's is cheapest; above, a sum of each tensor."""
_FINITE, _ODD, _ONE = torch.zeros(()), torch.full((), math.inf), torch.ones(())


class Finiteness:
    """Looks at the gradients of a step.

    Args:
        parameters: Whose gradients they are.
    """

    def __init__(self, parameters: Sequence[torch.Tensor]) -> None:
        self._found = torch.zeros(())
        self._is_here = all(one.device.type == "cpu" for one in parameters)
        self._is_small = (
            self._is_here
            and all(one.dtype is torch.float32 for one in parameters)
            and sum(one.numel() for one in parameters) <= FEW
        )

    def mark(self, gradients: list[torch.Tensor]) -> torch.Tensor:
        """Give a number that is finite where all gradients are; they keep their bits.

        A device is not waited for.
        """
        if not gradients:
            return _FINITE
        if not self._is_here:
            return torch.nn.utils.get_total_norm(gradients)
        if self._is_small:
            with suppress(RuntimeError):  # of a gradient that is sparse
                return self._found_at_once(gradients)
        is_finite = all(math.isfinite(abs(sums(one).item())) for one in gradients)
        return _FINITE if is_finite else _ODD

    def _found_at_once(self, gradients: list[torch.Tensor]) -> torch.Tensor:
        torch._amp_foreach_non_finite_check_and_unscale_(gradients, self._found, _ONE)
        if not self._found.item():
            return _FINITE
        self._found.zero_()
        return _ODD


def sums(gradient: torch.Tensor, dim: int | None = None) -> torch.Tensor:
    """Give sums that are finite where their terms are, but for terms that no training survives."""
    return gradient.sum(dim, dtype=torch.promote_types(gradient.dtype, torch.float32))
