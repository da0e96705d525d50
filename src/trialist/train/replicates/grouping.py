"""Which replicates can train together: those of one structure that make the same steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from trialist.train.replicates.group import Own, is_together
from trialist.train.replicates.structure import difference
from trialist.train.task import Task


def groups(task: Task, owns: Sequence[Own]) -> tuple[tuple[int, ...], ...]:
    """Give the places of the replicates that go together, in the order of their first ones.

    Seeds, learning rates, weight decay, betas, clipping and schedules may differ within a group;
    models, batch sizes and numbers of steps may not.
    """
    found: list[list[int]] = []
    first: list[tuple[Own, Any]] = []
    for number, own in enumerate(owns):
        model = task.built(own.hp, 0)
        for members, (other, others) in zip(found, first, strict=True):
            if is_together(own, other) and difference(others, model) is None:
                members.append(number)
                break
        else:
            found.append([number])
            first.append((own, model))
    return tuple(tuple(members) for members in found)
