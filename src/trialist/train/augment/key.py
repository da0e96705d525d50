"""Where in a training a batch is: what the draws of its augmentation follow from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trialist.train.batch import Batch


@dataclass(frozen=True, slots=True)
class AugmentKey:
    """Names a batch of a training; equal keys give equal draws, whoever drew before.

    Attributes:
        seed: The run's data seed.
        epoch: From 0.
        position: The batch's place in the epoch, from 0.
        step: The optimizer step, from 0.
        total: The steps of the whole training.
    """

    seed: int
    epoch: int
    position: int
    step: int
    total: int

    @classmethod
    def at(cls, step: int, *, seed: int, steps_per_epoch: int, total: int) -> AugmentKey:
        """Give the key of a step."""
        epoch, position = divmod(step, steps_per_epoch)
        return cls(seed, epoch, position, step, total)


Augment = Callable[[Batch, AugmentKey], Batch]
"""Gives a training batch changed."""


def augmented(
    batches: Iterator[Batch],
    augment: Augment | None,
    *,
    seed: int,
    steps_per_epoch: int,
    start: int,
    total: int,
) -> Iterator[Batch]:
    """Give batches changed, the first of them that of step `start`; as they are without `augment`.

    Args:
        batches: What `TensorData.batches` gives from `start` on.
        augment: What changes them.
        seed: The run's data seed.
        steps_per_epoch: Batches per epoch.
        start: The step of the first batch.
        total: The steps of the whole training.
    """
    if augment is None:
        yield from batches
        return
    for step, batch in enumerate(batches, start):
        yield augment(
            batch, AugmentKey.at(step, seed=seed, steps_per_epoch=steps_per_epoch, total=total)
        )


def name_of(augment: Augment | None) -> str | None:
    """Give what a checkpoint remembers of an augmentation, to know it again."""
    if augment is None:
        return None
    named = getattr(augment, "__qualname__", None)  # of a function; its address would differ
    if named is not None:
        return str(named)
    said = repr(augment)
    return type(augment).__qualname__ if " at 0x" in said else said
