"""Pictures between 0 and 1, whatever the data hold: what operations on color take for granted."""

from __future__ import annotations

import torch

from trialist.train.normalizer import Normalizer
from trialist.values.errors import DataError

_BYTE = 255.0
_SLACK = 1e-3
"""Rounding may lead so far out of the range, as a share of it."""


class ColorSpace:
    """Turns the data's pictures into ones from 0 to 1, and back.

    Args:
        normalizer: What made the data of pictures; None: they are uint8, or from 0 to 1 already.
    """

    def __init__(self, normalizer: Normalizer | None = None) -> None:
        self._normalizer = normalizer
        # A mean above 1 is one of pictures from 0 to 255.
        is_bytes = normalizer is not None and bool((normalizer.mean > 1).any())
        self._high = _BYTE if is_bytes else 1.0

    def entered(self, x: torch.Tensor) -> torch.Tensor:
        """Give pictures as float from 0 to 1."""
        if self._normalizer is None:
            return x.float() / _BYTE if x.dtype == torch.uint8 else x
        mean, scale = self._normalizer.mean.to(x), self._normalizer.scale.to(x)
        return (x * scale + mean) / self._high

    def left(self, x: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
        """Give back pictures as the data hold them."""
        if like.dtype == torch.uint8:
            return (x * _BYTE).round().clamp(0, _BYTE).to(torch.uint8)
        if self._normalizer is None:
            return x
        mean, scale = self._normalizer.mean.to(x), self._normalizer.scale.to(x)
        return (x * self._high - mean) / scale

    def check(self, x: torch.Tensor) -> None:
        """Refuse pictures that are not from 0 to 1.

        Args:
            x: What `entered` gave.

        Raises:
            DataError: With the range that was found.
        """
        low, high = (float(end) for end in x.aminmax())
        if low < -_SLACK or high > 1 + _SLACK:
            raise DataError(
                f"the pictures go from {low:.3g} to {high:.3g}, and colors are changed between "
                "0 and 1",
                todo="normalize with TensorData(...).normalized(), which tells how to go back, or "
                "give the tier the normalizer",
            )
