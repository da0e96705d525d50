"""One optimizer step for all replicates: forward, backward, clip, update, average."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialist.train.batch import Batch
from trialist.train.finiteness import sums
from trialist.train.replicates.averaging import StackedAverage
from trialist.train.replicates.forward import Forward
from trialist.train.replicates.gradients import Found, StackedGradient
from trialist.train.replicates.keyeddropout import MaskMaker, Site
from trialist.train.replicates.stacking import Stack
from trialist.train.replicates.updates import StackedUpdates

_TINY = 1e-6  # as torch.nn.utils.clip_grad_norm_


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRates:
    """What holds at one step, per replicate: learning rates, and momenta where a schedule says."""

    lrs: Sequence[float]
    momenta: Sequence[float | None]


class ReplicateStepper:
    """Makes optimizer steps; what `Stepper` is for one model.

    A replicate whose gradients are not finite stays as it is; the others' bits do not know of it.

    Args:
        stack: The replicates.
        forward: What computes one replicate's loss from its weights.
        updates: What changes their weights.
        masks: Makes the masks of dropout modules.
        clip_norms: The largest gradient norm of each replicate; None: taken as it is.
        micro: Examples per forward and backward pass; None: the whole batch.
        average: Weights that follow; None: none do.
        is_traced: True runs the traced graph.
    """

    def __init__(  # noqa: PLR0913 — one keyword per thing that a step can do
        self,
        stack: Stack,
        forward: Forward,
        updates: StackedUpdates,
        *,
        masks: MaskMaker,
        clip_norms: Sequence[float | None],
        micro: int | None = None,
        average: StackedAverage | None = None,
        is_traced: bool = False,
    ) -> None:
        self._stack, self._updates, self._masks = stack, updates, masks
        self._average, self._micro = average, micro
        self._clip = _Clip(clip_norms, stack.values)
        self._gradient = StackedGradient(stack, forward, is_traced=is_traced)
        self._sites: dict[Any, list[Site]] = {}
        self._make_blocks()
        self.norms = torch.zeros(len(stack))
        """The gradient norms of the last step before clipping; where none is clipped, numbers that
        are finite where the gradients are."""

    def __call__(self, batch: Batch, step: int, rates: StepRates) -> torch.Tensor:
        """Make a step; give the mean losses of the batch, shape `(R,)`.

        Args:
            batch: With columns of shape `(R, n, ...)`.
            step: The number of the step, from 0: dropout follows from it.
            rates: What holds at this step.
        """
        n = next(iter(batch.columns.values())).shape[1]
        with torch.no_grad():
            is_whole = self._micro is None or n <= self._micro
            means = self._whole(batch, step) if is_whole else self._parts(batch, n, step)
            self.norms, skipped = self._clip(self._block)
            self._updates.step(
                self._stack.values, self._block,
                lrs=rates.lrs, momenta=rates.momenta, skipped=skipped,
            )  # fmt: skip
            if self._average is not None:
                self._average.update(self._stack)
        return means

    def masks(self, batch: Batch, step: int) -> list[torch.Tensor]:
        """Give the masks of a step in the order of the calls, to make it by other means."""
        n = _length(batch)
        parts = enumerate(_split(batch, n, self._micro or n))
        return [mask for number, part in parts for mask in self._made(part, step, number)]

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only, here and in everything that the stepper was given."""
        for part in (self._stack, self._updates, self._masks, self._clip):
            part.keep(rows)
        if self._average is not None:
            self._average.keep(rows)
        self._make_blocks()

    def _make_blocks(self) -> None:
        """Make room for the gradients of a step, and of a part of it."""
        self._block = torch.zeros_like(self._stack.values)
        self._part = self._block if self._micro is None else torch.zeros_like(self._block)
        self._into = {
            id(block): list(self._stack.views(block).values())
            for block in (self._block, self._part)
        }

    def _whole(self, batch: Batch, step: int) -> torch.Tensor:
        return self._pass(batch, step, 0, self._block).mean

    def _parts(self, batch: Batch, n: int, step: int) -> torch.Tensor:
        """Weigh each part by its examples, or by the weight that its loss tells."""
        self._block.zero_()
        total: Any = 0.0
        weight: Any = 0.0
        for number, part in enumerate(_split(batch, n, self._micro or n)):
            found = self._pass(part, step, number, self._part)
            share: Any = _length(part) / n if found.weight is None else found.weight
            self._block.add_(self._part * _column(share))
            total = total + found.mean * share
            weight = weight if found.weight is None else weight + found.weight
        if isinstance(weight, float):
            return total  # type: ignore[no-any-return]  # there was at least one part
        self._block.div_(_column(weight))
        return total / weight  # type: ignore[no-any-return]  # likewise

    def _pass(self, batch: Batch, step: int, part: int, block: torch.Tensor) -> Found:
        """Compute one part; its gradients lie in `block` afterwards."""
        found = self._gradient(batch, self._made(batch, step, part))
        torch._foreach_copy_(self._into[id(block)], found.gradients)
        for name, buffer in found.buffers.items():
            self._stack.buffers[name].copy_(buffer)
        return found

    def _made(self, batch: Batch, step: int, part: int) -> tuple[torch.Tensor, ...]:
        n = _length(batch)
        if n not in self._sites:
            self._sites[n] = self._gradient.sites(batch)
        return self._masks.made(self._sites[n], step, part)


class _Clip:
    """Clips each row by itself: a norm over all of them would carry one's NaN to the others."""

    def __init__(self, norms: Sequence[float | None], like: torch.Tensor) -> None:
        self._is_any = any(norm is not None for norm in norms)
        largest = [float("inf") if norm is None else float(norm) for norm in norms]
        self._largest = torch.tensor(largest, dtype=like.dtype, device=like.device)

    def __call__(self, block: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Clip; give the norms before, and 1 for the rows that are to be skipped; None: none is."""
        if not self._is_any:
            return self._looked(block)
        norms = torch.linalg.vector_norm(block, dim=1)
        odd = ~norms.isfinite()
        # Not NaN even where the norm is: what lies between two parameters must stay 0.
        shares = (self._largest / (norms + _TINY)).clamp_(max=1.0).masked_fill_(odd, 1.0)
        block.mul_(shares[:, None])
        return norms, odd.to(torch.float32)

    def _looked(self, block: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        marks = sums(block, 1)  # half the cost of norms
        odd = ~marks.isfinite()
        # One wait for a device is less than an update per row, which is what a mask would take.
        return marks, odd.to(torch.float32) if bool(odd.any()) else None

    def keep(self, rows: Sequence[int]) -> None:
        self._largest = self._largest[list(rows)]


def _split(batch: Batch, n: int, size: int) -> Iterator[Batch]:
    for first in range(0, n, size):
        part = slice(first, min(first + size, n))
        index = None if batch.index is None else batch.index[:, part]
        yield Batch({name: one[:, part] for name, one in batch.columns.items()}, index)


def _length(batch: Batch) -> int:
    return int(next(iter(batch.columns.values())).shape[1])


def _column(weight: torch.Tensor | float) -> torch.Tensor | float:
    return weight[:, None] if isinstance(weight, torch.Tensor) else weight
