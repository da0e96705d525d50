"""The first examples of a training beside what augmentations make of them, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import torch

from trialist.train.augment.colorspace import ColorSpace
from trialist.train.augment.key import Augment, AugmentKey, name_of
from trialist.train.augment.keyedops import pictures_in
from trialist.train.augment.tiers import TIERS, resolved
from trialist.train.batch import INPUT, TARGET, Batch
from trialist.train.loaderdata import LoaderData
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError
from trialist.values.picture import Picture
from trialist.values.ports import RunSeeds
from trialist.values.previewed import ORIGINAL, Example, Previewed
from trialist.values.seeds import SeedSet

OWN = "as trained"
"""What an augmentation is called that has no name."""
_MISSING = "medium and strong need kornia to be shown: pip install 'trialist[augment]'."


def preview(  # noqa: PLR0913 — what `fit` is given, and how much of it is to be seen
    data: TensorData | LoaderData,
    augment: str | Augment | None = None,
    *,
    tiers: Sequence[str] | None = None,
    seed: int | RunSeeds,
    examples: int = 8,
    epochs: int = 2,
    batch_size: int = 64,
    column: str = INPUT,
) -> Previewed:
    """Give the first examples of a training, as they are and as augmentations change them.

    The pictures of the first epoch are those that `fit` trains on with the same seed, batch size
    and augmentation. `preview(...).png()` gives them as a file's content.

    Args:
        data: Training data with pictures, shape `(n, channels, height, width)`.
        augment: What the training is given; shown first.
        tiers: Names of tiers to show beside it; None: all that can be had for these pictures.
        seed: What the training is given: a number, or `run.seed`.
        examples: How many, from the first batch.
        epochs: How often each is shown changed.
        batch_size: What the training is given; kornia's draws are those of a whole batch.
        column: What holds the pictures.

    Raises:
        ConfigError: For no examples, or no epochs.
        DataError: If the column holds no pictures.
        MissingExtraError: If a tier is asked for that needs kornia, and kornia is not there.
    """
    if examples < 1 or epochs < 1:
        raise ConfigError(
            f"{examples} examples are asked for, {epochs} times each", todo="give 1 or more"
        )
    size = min(batch_size, data.n_train)
    seeds = SeedSet.of(seed) if isinstance(seed, int) else seed
    batches = data.batches(seed=seeds.data, batch_size=size, start=0, device=torch.device("cpu"))
    batch = next(batches)
    x = pictures_in(batch, column)
    colors = _Colors(x, data)
    augments = _named(resolved(augment, data))
    own = next(iter(augments), None)
    more = tiers_here(can_change_colors=not colors.notes) if tiers is None else tiers
    augments |= {tier: resolved(tier, data) for tier in more if tier not in augments}
    place = _Place(
        seed=seeds.data, epochs=epochs, per_epoch=data.steps_per_epoch(size), column=column
    )
    shown = min(examples, size)
    changed = [[x], *(place.changed(batch, one) for one in augments.values())]
    numbers = range(shown) if batch.index is None else batch.index[:shown].tolist()
    return Previewed(
        columns=(ORIGINAL, *augments),
        own=own,
        examples=tuple(
            Example(
                number=number,
                label=_label(batch, at),
                pictures=tuple(tuple(colors(one[at]) for one in parts) for parts in changed),
            )
            for at, number in enumerate(numbers)
        ),
        notes=colors.notes + (() if tiers is not None or _has_kornia() else (_MISSING,)),
    )


def tiers_here(*, can_change_colors: bool = True) -> tuple[str, ...]:
    """Give the tiers that can be had here, but for "progressive": it is the others in turn.

    Args:
        can_change_colors: False for pictures whose colors are not known to be from 0 to 1.
    """
    return TIERS[:3] if can_change_colors and _has_kornia() else TIERS[:1]


def _has_kornia() -> bool:
    return find_spec("kornia") is not None


def _named(augment: Augment | None) -> dict[str, Augment | None]:
    name = name_of(augment)
    if augment is None or name is None:
        return {}
    return {name if name in TIERS else OWN: augment}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where in a training the batch stands that is shown, again in each epoch."""

    seed: int
    epochs: int
    per_epoch: int
    column: str

    def changed(self, batch: Batch, augment: Augment | None) -> list[torch.Tensor]:
        """Give the pictures of each epoch; what changes over the steps is seen in order."""
        found = []
        for epoch in range(self.epochs):
            key = AugmentKey(
                self.seed, epoch, 0, epoch * self.per_epoch, self.epochs * self.per_epoch
            )
            after = batch if augment is None else augment(batch, key)
            found.append(pictures_in(after, self.column))
        return found


def _label(batch: Batch, place: int) -> str | None:
    target = batch.columns.get(TARGET)
    if not isinstance(target, torch.Tensor) or target.ndim != 1:
        return None
    return str(target[place].item())


class _Colors:
    """Turns pictures of the data into ones that can be shown."""

    def __init__(self, x: torch.Tensor, data: TensorData | LoaderData) -> None:
        self._space = ColorSpace(getattr(data, "normalizer", None))
        low, high = (float(end) for end in self._space.entered(x).aminmax())
        is_plain = low >= -0.01 and high <= 1.01
        self._low, self._high = (0.0, 1.0) if is_plain else (low, max(high, low + 1e-9))
        self.notes: tuple[str, ...] = ()
        if not is_plain:
            self.notes = (
                f"The pictures go from {low:.3g} to {high:.3g}; black and white are these ends.",
            )

    def __call__(self, x: torch.Tensor) -> Picture:
        """Give one picture `(channels, height, width)`."""
        values = (self._space.entered(x[None])[0].float() - self._low) / (self._high - self._low)
        channels = values if len(values) >= 3 else values[:1].expand(3, -1, -1)
        whole = (channels[:3] * 255).round().clamp(0, 255).to(torch.uint8)
        pixels = whole.permute(1, 2, 0).contiguous()
        height, width = pixels.shape[:2]
        return Picture(width=width, height=height, rgb=pixels.numpy().tobytes())
