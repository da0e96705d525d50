"""Augmentation by strength: weak, medium and strong, and from one to the next while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trialist.train.augment.bykornia import KorniaAugmentation, check_kornia
from trialist.train.augment.key import Augment, AugmentKey
from trialist.train.augment.keyedops import Augmentation
from trialist.train.augment.operations import Crop, Erase, Flip
from trialist.train.batch import Batch
from trialist.train.normalizer import Normalizer
from trialist.values.errors import ConfigError, near

TIERS = ("weak", "medium", "strong", "progressive")
NONE = "none"
_SHARES = (0.5, 0.3, 0.2)


class InTurn:
    """Augmentations one after the other.

    Args:
        name: What they are called together.
        *parts: Each gets what the one before gave.
    """

    def __init__(self, name: str, *parts: Augment) -> None:
        self._name, self._parts = name, parts

    def __call__(self, batch: Batch, key: AugmentKey) -> Batch:
        """Give the batch changed by all of them."""
        for part in self._parts:
            batch = part(batch, key)
        return batch

    def __repr__(self) -> str:
        return self._name


class Progressive:
    """One augmentation after the other over the steps of a training, as a rule weaker ones first.

    Args:
        stages: Pairs of a share of all steps and the augmentation there; None changes nothing.

    Raises:
        ConfigError: If the shares do not add up to 1.
    """

    def __init__(self, stages: Sequence[tuple[float, Augment | None]]) -> None:
        shares = [share for share, _ in stages]
        if not stages or min(shares) < 0 or abs(sum(shares) - 1) > 1e-9:
            raise ConfigError(
                f"the shares of the stages are {shares}", todo="give shares that add up to 1"
            )
        self._stages = tuple(stages)

    def __call__(self, batch: Batch, key: AugmentKey) -> Batch:
        """Give the batch changed as its step's stage says."""
        augment = self.stage(key.step, key.total)
        return batch if augment is None else augment(batch, key)

    def stage(self, step: int, total: int) -> Augment | None:
        """Give the augmentation of a step, from 0."""
        end = 0.0
        for share, augment in self._stages:
            end += share
            if step < end * total - 1e-9:
                return augment
        return self._stages[-1][1]

    def __repr__(self) -> str:
        told = ", ".join(f"{share:g} {augment!r}" for share, augment in self._stages)
        return f"Progressive({told})"


def augmentation(name: str, *, normalizer: Normalizer | None = None) -> Augment:
    """Give an augmentation of pictures by its strength.

    "weak" flips, and crops with a padding of 4 pixels. "medium" also changes brightness, contrast
    and saturation by up to 0.2. "strong" changes them by up to 0.4 and the hue by 0.1, rotates by
    up to 15 degrees, shifts by up to a tenth, and erases a rectangle in half of the pictures.
    "progressive" is weak for the first half of the steps, medium for 30 %, strong for 20 %.

    Args:
        name: One of them. All but "weak" need kornia.
        normalizer: What the pictures were normalized with, so that colors are changed as they were
            before; `fit` and `Task` take it from their data.

    Raises:
        ConfigError: For another name.
        MissingExtraError: If kornia is not there.
    """
    if name not in TIERS:
        raise ConfigError(
            f"there is no augmentation {name!r}",
            todo=near(name, [*TIERS, NONE]) + "; or give a function of a batch and its key",
        )
    weak = InTurn("weak", Augmentation(Flip(), Crop(4)))
    if name == "weak":
        return weak
    check_kornia(name)
    if name == "progressive":
        tiers = [augmentation(tier, normalizer=normalizer) for tier in TIERS[:3]]
        return InTurn(name, Progressive(list(zip(_SHARES, tiers, strict=True))))
    if name == "medium":
        return InTurn(name, KorniaAugmentation(_weak_colors, normalizer=normalizer), weak)
    # Colors before any rim comes in; ours erases, as kornia would draw that per batch.
    colors = KorniaAugmentation(_strong_colors, normalizer=normalizer)
    turned = KorniaAugmentation(_turned, colors=False, site=1)
    return InTurn(name, colors, weak, turned, Augmentation(Erase(0.5), site=1))


def resolved(given: str | Augment | None, data: Any) -> Augment | None:
    """Give what changes batches: a tier by its name, with the normalizer of the data.

    Args:
        given: A tier, a function, or None; "none" is None too.
        data: Training data, which may have a `normalizer`.

    Raises:
        ConfigError: For what changes no batch.
    """
    if given is None or given == NONE:
        return None
    if isinstance(given, str):
        return augmentation(given, normalizer=getattr(data, "normalizer", None))
    kind: type = given if isinstance(given, type) else type(given)
    if hasattr(given, "n_draws"):
        raise ConfigError(
            f"{kind.__name__} is an operation of an augmentation",
            todo=f"augment=Augmentation({kind.__name__}(...))",
        )
    if isinstance(given, type) or not callable(given):
        raise ConfigError(
            f"augment is {given!r}", todo="give a tier's name, or a function of a batch and its key"
        )
    return given


def _weak_colors(channels: int) -> Sequence[Any]:
    return _jitter(channels, 0.2)


def _strong_colors(channels: int) -> Sequence[Any]:
    return _jitter(channels, 0.4, hue=0.1)


def _turned(_channels: int) -> Sequence[Any]:
    from kornia.augmentation import RandomAffine

    return [RandomAffine(degrees=15.0, translate=(0.1, 0.1), p=1.0)]


def _jitter(channels: int, by: float, *, hue: float = 0.0) -> Sequence[Any]:
    from kornia.augmentation import ColorJitter, RandomBrightness, RandomContrast

    if channels == 3:
        return [ColorJitter(by, by, by, hue, p=1.0)]
    ends = (1 - by, 1 + by)  # gray pictures have neither saturation nor hue
    return [RandomBrightness(ends, p=1.0), RandomContrast(ends, p=1.0)]
