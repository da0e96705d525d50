"""Changes of pictures as plain tensor operations: each gets its random numbers, and draws none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Protocol

import torch

from trialist.values.errors import ConfigError


class Operation(Protocol):
    """Changes pictures by uniform numbers that it is given.

    Attributes:
        n_draws: How many numbers it takes per picture.
    """

    @property
    def n_draws(self) -> int:
        """How many numbers it takes per picture."""
        ...

    def __call__(self, x: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """Give pictures `(n, c, h, w)` changed by numbers in [0, 1), shape `(n, n_draws)`."""
        ...


@dataclass(frozen=True, slots=True)
class Flip:
    """Left and right are exchanged in a share of the pictures.

    Attributes:
        p: That share.
    """

    p: float = 0.5
    n_draws: ClassVar[int] = 1

    def __post_init__(self) -> None:
        _check_share("p", self.p)

    def __call__(self, x: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """Give pictures changed by one number each."""
        return torch.where(_per_picture(draws[:, 0] < self.p), x.flip(-1), x)


@dataclass(frozen=True, slots=True)
class Crop:
    """A window of the picture's own size, from the picture with a rim of zeros around it.

    Attributes:
        padding: The width of the rim, in pixels.
    """

    padding: int = 4
    n_draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        if self.padding < 0:
            raise ConfigError(f"padding is {self.padding}", todo="give 0 or more pixels")

    def __call__(self, x: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """Give pictures changed by two numbers each."""
        return _window(x, draws, rows=self.padding, columns=self.padding)


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift by up to a share of height and width, in whole pixels; what comes in is zero.

    Attributes:
        share: Of height and width.
    """

    share: float = 0.1
    n_draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        _check_share("share", self.share)

    def __call__(self, x: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """Give pictures changed by two numbers each."""
        height, width = x.shape[-2:]
        return _window(x, draws, rows=round(self.share * height), columns=round(self.share * width))


@dataclass(frozen=True, slots=True)
class Erase:
    """A rectangle is filled in a share of the pictures.

    Attributes:
        p: That share.
        area: The least and the largest area, as shares of the picture's.
        aspect: The least and the largest height over width.
        value: What it is filled with: 0 is the mean of normalized pictures.

    References:
        Zhong et al. (2020), Random erasing data augmentation.
    """

    p: float = 0.5
    area: tuple[float, float] = (0.02, 0.33)
    aspect: tuple[float, float] = (0.3, 3.3)
    value: float = 0.0
    n_draws: ClassVar[int] = 5

    def __post_init__(self) -> None:
        _check_share("p", self.p)
        (least, most), (flat, tall) = self.area, self.aspect
        if not 0 < least <= most <= 1 or not 0 < flat <= tall < math.inf:
            raise ConfigError(
                f"area is {self.area}, aspect {self.aspect}",
                todo="give 0 < area[0] <= area[1] <= 1 and 0 < aspect[0] <= aspect[1]",
            )

    def __call__(self, x: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """Give pictures changed by five numbers each."""
        height, width = x.shape[-2:]
        (least, most), (flat, tall) = self.area, self.aspect
        area = (least + draws[:, 1] * (most - least)) * (height * width)
        aspect = (math.log(flat) + draws[:, 2] * (math.log(tall) - math.log(flat))).exp()
        rows = (area * aspect).sqrt().round().clamp(1, height)
        columns = (area / aspect).sqrt().round().clamp(1, width)
        top = (draws[:, 3] * (height - rows + 1)).floor()
        left = (draws[:, 4] * (width - columns + 1)).floor()
        inside = _box(x, (top, top + rows), (left, left + columns))
        return x.masked_fill(inside & _per_picture(draws[:, 0] < self.p), self.value)


@dataclass(frozen=True, slots=True)
class Cutout:
    """A square is filled whose center is anywhere in the picture, so that it may stick out.

    Attributes:
        size: Its side, in pixels.
        value: What it is filled with: 0 is the mean of normalized pictures.

    References:
        DeVries and Taylor (2017), Improved regularization of convolutional neural networks with
        cutout.
    """

    size: int = 8
    value: float = 0.0
    n_draws: ClassVar[int] = 2

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ConfigError(f"size is {self.size}", todo="give 1 pixel or more")

    def __call__(self, x: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
        """Give pictures changed by two numbers each."""
        height, width = x.shape[-2:]
        top = (draws[:, 0] * height).floor() - self.size // 2
        left = (draws[:, 1] * width).floor() - self.size // 2
        inside = _box(x, (top, top + self.size), (left, left + self.size))
        return x.masked_fill(inside, self.value)


def _window(x: torch.Tensor, draws: torch.Tensor, *, rows: int, columns: int) -> torch.Tensor:
    """Give windows of the picture's size, up to so many rows and columns away from it."""
    height, width = x.shape[-2:]
    padded = torch.nn.functional.pad(x, (columns, columns, rows, rows))
    windows = padded.unfold(2, height, 1).unfold(3, width, 1)  # a view of all of them
    top = (draws[:, 0] * (2 * rows + 1)).long()
    left = (draws[:, 1] * (2 * columns + 1)).long()
    return windows[torch.arange(len(x), device=x.device), :, top, left]


def _box(
    x: torch.Tensor, rows: tuple[torch.Tensor, ...], columns: tuple[torch.Tensor, ...]
) -> torch.Tensor:
    """Give where a rectangle of each picture is, shape `(n, 1, h, w)`."""
    height, width = x.shape[-2:]
    down = torch.arange(height, device=x.device)
    across = torch.arange(width, device=x.device)
    in_rows = (down >= rows[0][:, None]) & (down < rows[1][:, None])
    in_columns = (across >= columns[0][:, None]) & (across < columns[1][:, None])
    return in_rows[:, None, :, None] & in_columns[:, None, None, :]


def _per_picture(chosen: torch.Tensor) -> torch.Tensor:
    return chosen[:, None, None, None]


def _check_share(name: str, given: float) -> None:
    if not 0 <= given <= 1:
        raise ConfigError(f"{name} is {given}", todo="give a share from 0 to 1")
