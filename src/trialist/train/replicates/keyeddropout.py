"""Dropout by key: a mask follows from the training seed, the step and the place, and from no more.

So a replicate drops the same units alone and among others, and after an interruption.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from trialist.train.keyed import key_of

_GOLDEN = -7046029254386353131  # SplitMix64's constants as signed numbers
_FIRST, _SECOND = -4658895280553007687, -7723592293110705685
_STEP = -3335678366873096957
_ALIGNED = 16
_DROPOUTS: dict[type[nn.Module], int] = {
    nn.Dropout: 0,
    nn.Dropout1d: 1,
    nn.Dropout2d: 2,
    nn.Dropout3d: 3,
}
"""What is replaced, by how many dimensions after the channel are dropped at once."""


@dataclass(frozen=True, slots=True)
class Site:
    """One call of a dropout module in a forward pass.

    Attributes:
        shape: Of the mask, for one replicate.
        drop: The share that is dropped, from 0 to 1.
        dtype: Of what it is multiplied with.
    """

    shape: torch.Size
    drop: float
    dtype: torch.dtype


class Masks:
    """Where dropout modules take their masks from, one after the other in a forward pass."""

    def __init__(self) -> None:
        self._left: Iterator[torch.Tensor] = iter(())
        self._recorded: list[Site] | None = None

    def load(self, masks: Sequence[torch.Tensor]) -> None:
        """Give the masks of the next forward pass, in the order of the calls."""
        self._left = iter(masks)

    def record(self) -> list[Site]:
        """Drop nothing from now on, and note each call, until `stop`."""
        self._recorded = []
        return self._recorded

    def stop(self) -> None:
        """Drop again."""
        self._recorded = None

    def applied(self, x: torch.Tensor, drop: float, shape: torch.Size) -> torch.Tensor:
        """Give `x` times the next mask."""
        if self._recorded is not None:
            self._recorded.append(Site(shape, drop, x.dtype))
            return x
        return x * next(self._left)


class KeyedDropout(nn.Module):
    """Dropout whose masks come from `Masks`.

    Args:
        drop: The share that is dropped.
        spatial: Dimensions after the channel that are dropped at once; 0: each element by itself.
        masks: Where masks come from.
    """

    def __init__(self, drop: float, spatial: int, masks: Masks) -> None:
        super().__init__()
        self._drop, self._spatial, self._masks = drop, spatial, [masks]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give `x` with units dropped while training."""
        if not self.training or self._drop == 0:
            return x
        shape = x.shape
        if self._spatial:
            # torch takes a missing batch dimension of Dropout1d and Dropout3d for an unbatched x
            kept = 1 if self._spatial != 2 and x.ndim == self._spatial + 1 else 2
            shape = torch.Size([*shape[:kept], *(1 for _ in shape[kept:])])
        return self._masks[0].applied(x, self._drop, shape)


def install(model: nn.Module) -> Masks:
    """Replace the dropout modules of a model by keyed ones; give where they take masks from."""
    masks = Masks()
    for module in list(model.modules()):
        for name, child in list(module._modules.items()):  # noqa: SLF001 — shared ones too
            if child is not None and type(child) in _DROPOUTS:
                made = KeyedDropout(_share(child), _DROPOUTS[type(child)], masks)
                setattr(module, name, made.train(child.training))
    return masks


def _share(module: Any) -> float:
    return float(module.p)


class MaskMaker:
    """Makes the masks of all replicates at once.

    A mask's bits are SplitMix64 of (training seed, step, part) and of the element's number among
    those of the pass. Half of a draw makes one decision: a share is met to 2e-10.

    Args:
        seeds: The training seed of each replicate.
        device: Where masks are to be.

    References:
        SplitMix64: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators.
    """

    def __init__(self, seeds: Sequence[int], device: torch.device) -> None:
        keys = [key_of(seed, "dropout") for seed in seeds]
        self._keys = torch.tensor(keys, dtype=torch.int64, device=device)[:, None]
        self._numbers: dict[int, torch.Tensor] = {}

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some replicates only."""
        self._keys = self._keys[list(rows)]

    def made(self, sites: Sequence[Site], step: int, part: int = 0) -> tuple[torch.Tensor, ...]:
        """Give one mask per site, shape `(R, ...)`: 0, or 1 over the share that is kept.

        Args:
            sites: The calls of one forward pass.
            step: The optimizer step, from 0.
            part: The micro-batch in it, from 0.
        """
        if not sites:
            return ()
        sizes = [-(-site.shape.numel() // _ALIGNED) * _ALIGNED for site in sites]
        bits = self._bits(sum(sizes), step, part)
        masks, begin = [], 0
        for site, size in zip(sites, sizes, strict=True):
            drawn = bits[:, begin : begin + site.shape.numel()]
            masks.append(_mask(drawn, site))
            begin += size
        return tuple(masks)

    def _bits(self, n: int, step: int, part: int) -> torch.Tensor:
        """Give int32, shape `(R, n)`."""
        keys = _mixed(_mixed(self._keys + _wrapped((step + 1) * _STEP)) + part)
        if n not in self._numbers:
            count = torch.arange(1, n // 2 + 1, dtype=torch.int64, device=keys.device)
            self._numbers[n] = count * _GOLDEN
        return _mixed(self._numbers[n] + keys).view(torch.int32)


def _mask(drawn: torch.Tensor, site: Site) -> torch.Tensor:
    shape = (len(drawn), *site.shape)
    if site.drop >= 1:
        return drawn.new_zeros(shape, dtype=site.dtype)
    lowest = round(site.drop * 2**32) - 2**31
    kept = (drawn >= lowest).to(site.dtype)
    return kept.mul_(1 / (1 - site.drop)).reshape(shape)


def _wrapped(number: int) -> int:
    """Give a number as a signed one of 64 bits."""
    return (number + 2**63) % 2**64 - 2**63


def _mixed(bits: torch.Tensor) -> torch.Tensor:
    """Give the finalizer of SplitMix64, over itself; `bits` belongs to the caller no more."""
    bits.bitwise_xor_(_shifted(bits, 30)).mul_(_FIRST)
    bits.bitwise_xor_(_shifted(bits, 27)).mul_(_SECOND)
    return bits.bitwise_xor_(_shifted(bits, 31))


def _shifted(bits: torch.Tensor, places: int) -> torch.Tensor:
    # `>>` of a signed number copies its sign; what came in from the left is cut away.
    return (bits >> places).bitwise_and_((1 << (64 - places)) - 1)
