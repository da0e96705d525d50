"""What happened since the last row of the curves, kept on the device until it is read at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

import torch


class Window:
    """Losses and gradient norms of the steps since the last reading.

    Args:
        clip_norm: The largest norm, to tell how often it was reached; None: norms only tell
            whether they are finite.
    """

    def __init__(self, clip_norm: float | None) -> None:
        self._clip = clip_norm
        self._losses: list[torch.Tensor] = []
        self._norms: list[torch.Tensor] = []
        self._earlier: dict[str, list[float]] = {"losses": [], "norms": []}
        self.odd_in_a_row = 0
        """Steps up to now, one after the other, whose loss or norm was not finite."""
        self.n_skipped = 0
        """Steps of the whole run whose gradients were not finite, so that they changed nothing."""

    def add(self, loss: torch.Tensor, norm: torch.Tensor | None) -> None:
        """Keep one step's numbers; nothing is read."""
        self._losses.append(loss)
        if norm is not None:
            self._norms.append(norm)

    def extend(self, losses: Sequence[float], norms: Sequence[float]) -> None:
        """Keep the numbers of some steps that were read already."""
        kept, of_these = self._read()
        self._losses, self._norms = [], []
        self._earlier = {"losses": [*kept, *losses], "norms": [*of_these, *norms]}

    def __len__(self) -> int:
        return len(self._earlier["losses"]) + len(self._losses)

    def read(self) -> dict[str, float]:
        """Give the row of these steps, and begin anew: one wait for the device."""
        losses, norms = self._read()
        self._losses, self._norms, self._earlier = [], [], {"losses": [], "norms": []}
        self._count_odd(losses, norms)
        row = {"train/loss": math.fsum(losses) / len(losses) if _finite(losses) else math.nan}
        finite = [norm for norm in norms if math.isfinite(norm)]
        self.n_skipped += len(norms) - len(finite)
        if norms and self._clip is not None:
            row["train/grad_norm"] = math.fsum(finite) / len(finite) if finite else math.nan
            clipped = sum(norm > self._clip for norm in finite)
            row["train/clipped"] = clipped / len(norms)
        return row

    def state_dict(self) -> dict[str, Any]:
        """Give what has not been read yet, and what was counted."""
        losses, norms = self._read()
        return {
            "losses": losses,
            "norms": norms,
            "odd": self.odd_in_a_row,
            "skipped": self.n_skipped,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Put back what `state_dict` gave."""
        self._losses, self._norms = [], []
        self._earlier = {name: list(state[name]) for name in ("losses", "norms")}
        self.odd_in_a_row, self.n_skipped = state["odd"], state["skipped"]

    def _read(self) -> tuple[list[float], list[float]]:
        return (
            self._earlier["losses"] + _numbers(self._losses),
            self._earlier["norms"] + _numbers(self._norms),
        )

    def _count_odd(self, losses: list[float], norms: list[float]) -> None:
        for loss, norm in zip_longest(losses, norms, fillvalue=0.0):
            is_odd = not (math.isfinite(loss) and math.isfinite(norm))
            self.odd_in_a_row = self.odd_in_a_row + 1 if is_odd else 0


def _numbers(tensors: list[torch.Tensor]) -> list[float]:
    return torch.stack(tensors).double().tolist() if tensors else []


def _finite(values: list[float]) -> bool:
    return all(math.isfinite(value) for value in values)
