"""BatchNorm and the number of examples that it sees at once."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

PARTS_CAVEAT = "BatchNorm sees micro-batches: its statistics are those of smaller batches"


def batch_norms(model: nn.Module) -> list[tuple[str, _BatchNorm]]:
    """Give the BatchNorm layers of a model with their names."""
    return [(name, one) for name, one in model.named_modules() if isinstance(one, _BatchNorm)]


def sees_parts(model: nn.Module, micro_batch: int | None) -> bool:
    """Tell whether BatchNorm sees parts of the batches only."""
    return micro_batch is not None and bool(batch_norms(model))


def has_lone(n_train: int, batch_size: int, micro_batch: int) -> bool:
    """Tell whether a forward pass of an epoch has one example only.

    Args:
        n_train: Training examples.
        batch_size: Examples per step; the last batch of an epoch has what is left.
        micro_batch: Examples per forward pass, up to `batch_size`.
    """
    whole = (batch_size,) if n_train >= batch_size else ()
    sizes = (*whole, n_train % batch_size)
    return any(size % micro_batch == 1 or micro_batch == 1 for size in sizes if size)
