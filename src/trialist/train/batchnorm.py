"""BatchNorm and the number of examples that it sees at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from trialist.train.untouched import untouched
from trialist.values.errors import ConfigError

PARTS_CAVEAT = "BatchNorm sees micro-batches: its statistics are those of smaller batches"
_RAISED = "Expected more than 1 value per channel"
"""How torch begins what it says of a batch of one."""


def batch_norms(model: nn.Module) -> list[tuple[str, _BatchNorm]]:
    """Give the BatchNorm layers of a model with their names."""
    return [(name, one) for name, one in model.named_modules() if isinstance(one, _BatchNorm)]


def sees_parts(model: nn.Module, micro_batch: int | None) -> bool:
    """Tell whether BatchNorm sees parts of the batches only."""
    return micro_batch is not None and bool(batch_norms(model))


def lone_step(n_train: int, batch_size: int, micro_batch: int | None) -> int | None:
    """Give the first step, from 1, that has a forward pass of one example; None: none has.

    Args:
        n_train: Training examples; the last batch of an epoch has what is left.
        batch_size: Examples per step.
        micro_batch: Examples per forward pass; None: the whole batch.

    Example:
        >>> lone_step(64, 32, None), lone_step(65, 32, None), lone_step(64, 32, 31)
        (None, 3, 1)
    """
    left = n_train % batch_size
    if n_train >= batch_size and _has_lone_part(batch_size, micro_batch):
        return 1
    return -(-n_train // batch_size) if left and _has_lone_part(left, micro_batch) else None


def size_without_lone(n_train: int, batch_size: int, micro_batch: int | None) -> int | None:
    """Give the next larger batch size that leaves no example alone; None: there is none near."""
    sizes = range(batch_size, min(2 * batch_size, n_train) + 1)
    return next((n for n in sizes if lone_step(n_train, n, micro_batch) is None), None)


def check_lone(
    model: nn.Module,
    loss: Callable[[Any, Any], Any],
    data: Any,
    *,
    batch_size: int,
    micro_batch: int | None,
    steps: int,
) -> None:
    """Refuse a training that would raise where BatchNorm meets one example.

    Where the numbers lead there, one example is passed through; nothing is changed by it.

    Args:
        model: On its device.
        loss: What calls it with a batch.
        data: The training data.
        batch_size: Examples per step.
        micro_batch: Examples per forward pass; None: the whole batch.
        steps: Of the whole run.

    Raises:
        ConfigError: With the numbers, and another batch size.
    """
    step = lone_step(data.n_train, batch_size, micro_batch)
    norms = batch_norms(model)
    if step is None or step > steps or not norms or not _raises(model, loss, data):
        return
    name, layer = norms[0]
    better = size_without_lone(data.n_train, batch_size, micro_batch)
    parts = "" if micro_batch is None else f", and passes of {micro_batch:,}"
    raise ConfigError(
        f"step {step:,} has one example alone, on which BatchNorm has no variance: "
        f"{data.n_train:,} training examples in batches of {batch_size:,}{parts}; the first such "
        f"layer is {name or 'the model'} ({type(layer).__name__})",
        todo=("" if better is None else f"set batch_size to {better:,}, ")
        + "leave an example out, or use GroupNorm or LayerNorm",
    )


def _has_lone_part(size: int, micro_batch: int | None) -> bool:
    part = min(size, micro_batch or size)
    return part == 1 or size % part == 1


def _raises(model: nn.Module, loss: Callable[[Any, Any], Any], data: Any) -> bool:
    device = next(model.parameters()).device
    batch = next(data.batches(seed=0, batch_size=1, start=0, device=device))
    with untouched(model):
        try:
            loss(model, batch)
        except ValueError as error:
            if _RAISED not in str(error):
                raise
            return True
    return False
