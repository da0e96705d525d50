"""Random numbers by key, not by stream: the same for the same key, whoever drew before.

A resumed or reordered run gets the draws of an uninterrupted one, because nothing is counted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_GOLDEN = -7046029254386353131  # 0x9E3779B97F4A7C15 as a signed number, as all below
_FIRST = -4658895280553007687
_SECOND = -7723592293110705685
_COLUMN = -3335678366873096957
_DOMAIN = "trialist/1/keyed"


def key_of(seed: int, domain: str, *places: int) -> int:
    """Give the 63-bit key of a draw.

    Args:
        seed: One of a run's seeds, for example `run.seed.data`.
        domain: What is drawn, for example "order"; equal places of two domains have nothing in
            common.
        *places: Where: the epoch, the batch, the step.

    References:
        BLAKE2b, RFC 7693.
    """
    text = f"{_DOMAIN}/{seed}/{len(domain)}:{domain}/{'/'.join(map(str, places))}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def keyed_order(key: int, n: int) -> torch.Tensor:
    """Give the numbers 0 to `n` - 1 in the order of `key`; no other generator is touched.

    Returns:
        int64, shape `(n,)`.
    """
    import torch

    return torch.randperm(n, generator=torch.Generator().manual_seed(key))


def keyed_uniform(key: int, index: torch.Tensor, n_draws: int) -> torch.Tensor:
    """Give uniform numbers in [0, 1) for each index, whatever else is in the batch.

    Args:
        key: Of the kind of draw and the epoch, from `key_of`.
        index: The examples' numbers, int64, shape `(n,)`.
        n_draws: Draws per example.

    Returns:
        float64, shape `(n, n_draws)`, on the device of `index`.

    References:
        SplitMix64: Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators.
    """
    import torch

    columns = torch.arange(1, n_draws + 1, dtype=torch.int64, device=index.device)
    rows = _mixed((index.to(torch.int64) + 1) * _GOLDEN + key)
    bits = _mixed(rows[:, None] + columns[None, :] * _COLUMN)
    return _shifted(bits, 11).to(torch.float64) * 2.0**-53


def _mixed(bits: torch.Tensor) -> torch.Tensor:
    """Give the finalizer of SplitMix64; int64 wraps around as an unsigned number does."""
    bits = (bits ^ _shifted(bits, 30)) * _FIRST
    bits = (bits ^ _shifted(bits, 27)) * _SECOND
    return bits ^ _shifted(bits, 31)


def _shifted(bits: torch.Tensor, places: int) -> torch.Tensor:
    # `>>` of a signed number copies its sign; what came in from the left is cut away.
    return (bits >> places) & ((1 << (64 - places)) - 1)
