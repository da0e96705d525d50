"""Modules of kornia in a training: drawn from a source of their own, and never in validation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import torch

from trialist.train.augment.colorspace import ColorSpace
from trialist.train.augment.key import AugmentKey
from trialist.train.augment.keyedops import pictures_in, with_pictures
from trialist.train.batch import INPUT, Batch
from trialist.train.keyed import key_of
from trialist.train.normalizer import Normalizer
from trialist.train.seeding import random_state, seed_everything, set_random_state
from trialist.values.errors import MissingExtraError

Modules = Callable[[int], Sequence[Any]]
"""Gives modules for a number of channels."""


class KorniaAugmentation:
    """Changes the pictures of a batch by modules of kornia, one after the other.

    kornia draws from the global random source, and `.eval()` does not switch it off. Here its draws
    follow from the data seed, the epoch and the batch, the training's own source stays where it is,
    and validation never comes here.

    Args:
        modules: Gives modules such as `kornia.augmentation.RandomAffine(15)` for a number of
            channels; called once for each.
        normalizer: What the pictures were normalized with: kornia gets them from 0 to 1, and they
            are normalized again. None: they are uint8, or from 0 to 1 already.
        colors: False for modules that only move pixels: they may have any range, and what comes in
            from outside is the 0 of the data.
        column: What holds the pictures, shape `(n, channels, height, width)`.
        site: A number of its own for each where one training has several.
    """

    def __init__(
        self,
        modules: Modules,
        *,
        normalizer: Normalizer | None = None,
        colors: bool = True,
        column: str = INPUT,
        site: int = 0,
    ) -> None:
        self._modules = modules
        self._space = ColorSpace(normalizer if colors else None)
        self._colors, self._column, self._site = colors, column, site
        self._made: dict[int, Sequence[Any]] = {}

    @torch.no_grad()
    def __call__(self, batch: Batch, key: AugmentKey) -> Batch:
        """Give the batch with its pictures changed.

        Raises:
            DataError: If the column holds no pictures, or ones that are not from 0 to 1.
        """
        given = pictures_in(batch, self._column)
        x = self._space.entered(given)
        modules = self._made.get(given.shape[1])
        before = random_state()
        try:
            if modules is None:  # kornia draws where it is made too
                if self._colors:
                    self._space.check(x)
                modules = self._made[given.shape[1]] = self._modules(given.shape[1])
            seed_everything(key_of(key.seed, "kornia", key.epoch, key.position, self._site))
            for module in modules:
                x = module(x)
        finally:
            set_random_state(before)
        return with_pictures(batch, self._column, self._space.left(x, given))

    def __repr__(self) -> str:
        return f"KorniaAugmentation({getattr(self._modules, '__qualname__', self._modules)!r})"


def check_kornia(wanted_by: str) -> None:
    """Refuse where kornia is not there.

    Raises:
        MissingExtraError: With the command that installs it.
    """
    if find_spec("kornia") is None:
        raise MissingExtraError(
            f"the augmentation {wanted_by!r} needs kornia",
            todo="pip install 'trialist[augment]', or take \"weak\", which needs nothing",
        )
