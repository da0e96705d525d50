"""Mean 0 and deviation 1 per feature or channel, measured on the training split only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import torch

from trialist.values.errors import DataError, LeakageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalizer:
    """(x - mean) / scale.

    Attributes:
        mean: Per feature `(d,)`, or per channel `(c, 1, ...)` of pictures and series.
        scale: The standard deviation there; 1 where a feature is constant.
        split: The split that it was fitted on.
        n: The examples of that split.
    """

    mean: torch.Tensor
    scale: torch.Tensor
    split: str
    n: int

    @classmethod
    def fit(cls, x: torch.Tensor, *, split: str = "train") -> Self:
        """Measure one array.

        Args:
            x: Shape `(n, d)`, or `(n, c, ...)` for pictures and series: one number per channel.
            split: What `x` is; only "train" may be used for training.

        Raises:
            LeakageError: If `split` is another one.
        """
        return cls.fit_batches([x], split=split)

    @classmethod
    def fit_batches(cls, batches: Iterable[torch.Tensor], *, split: str = "train") -> Self:
        """Measure data that comes in parts, with float64 moments that are merged exactly.

        The deviation is that of all values together. The mean of each picture's own deviation is
        another, smaller number wherever brightness varies.

        Raises:
            LeakageError: If `split` is not "train".
            DataError: If there are no examples, or values that are not finite.

        References:
            Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance.
        """
        if split != "train":
            raise LeakageError(
                f"the normalizer would be fitted on {split!r}",
                todo="fit it on 'train': what validation data says must not reach the training",
            )
        moments, n, n_dims = _Moments(), 0, 0
        for part in batches:
            n, n_dims = n + len(part), max(part.ndim - 2, 0)
            moments.add(part)
        if moments.count == 0:
            raise DataError("there are no examples to fit a normalizer on", todo="give some")
        _check_finite(moments)
        deviation = (moments.squares / moments.count).sqrt()
        scale = torch.where(deviation > 0, deviation, 1.0)
        view = (-1, *(1 for _ in range(n_dims)))
        return cls(
            mean=moments.mean.view(view).float(), scale=scale.view(view).float(), split=split, n=n
        )

    @property
    def n_constant(self) -> int:
        """How many features have scale exactly 1, as constant ones get."""
        return int((self.scale == 1).sum())

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Give `x` normalized, as float32 or its own floating type."""
        values = x if x.is_floating_point() else x.float()
        mean, scale = self.mean.to(values), self.scale.to(values)
        return (values - mean) / scale

    def state_dict(self) -> dict[str, Any]:
        """Give it as a checkpoint holds it."""
        return {"mean": self.mean, "scale": self.scale, "split": self.split, "n": self.n}

    @classmethod
    def of(cls, state: dict[str, Any]) -> Self:
        """Give back what `state_dict` gave."""
        return cls(**state)


def _check_finite(moments: _Moments) -> None:
    odd = (~moments.squares.isfinite()).nonzero().flatten().tolist()
    if odd:
        shown = ", ".join(map(str, odd[:5])) + (", ..." if len(odd) > 5 else "")
        raise DataError(
            f"feature {shown} of 'train' has values that are infinite or no numbers",
            todo="leave those examples out, or fill the gaps with what the training part says",
        )


class _Moments:
    """Count, mean and sum of squared deviations per feature, in float64."""

    def __init__(self) -> None:
        self.count = 0
        self.mean = torch.zeros(0, dtype=torch.float64)
        self.squares = torch.zeros(0, dtype=torch.float64)

    def add(self, part: torch.Tensor) -> None:
        if part.ndim < 2:
            part = part[:, None]
        values = part.double().transpose(0, 1).flatten(1)
        count = values.shape[1]
        if count == 0:
            return
        mean = values.mean(1)
        squares = ((values - mean[:, None]) ** 2).sum(1)
        if self.count == 0:
            self.count, self.mean, self.squares = count, mean, squares
            return
        total, apart = self.count + count, mean - self.mean
        self.squares = self.squares + squares + apart**2 * (self.count * count / total)
        self.mean = self.mean + apart * (count / total)
        self.count = total
