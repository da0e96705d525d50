"""What a group trains under: when what happens, and what its last bits depend on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from trialist.train.alone import Alone
from trialist.train.fitting import VALIDATIONS
from trialist.train.loop import Intervals
from trialist.train.precision import Precision
from trialist.train.replicates.group import Own
from trialist.train.sameness import facts_here
from trialist.train.task import Task
from trialist.train.tensordata import TensorData
from trialist.values.ports import Sink

PARTS_CAVEAT = "BatchNorm sees micro-batches: its statistics are those of smaller batches"


def device_of(given: str | torch.device) -> torch.device:
    """Give a device; "auto" is a GPU where there is one."""
    if given != "auto":
        return torch.device(given)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def intervals_of(task: Task, steps: int, runs: Sequence[Sink]) -> Intervals:
    """Give when what happens; without a record there are no checkpoints."""
    validate = max(1, task.val_every or -(-steps // VALIDATIONS))
    is_recorded = not all(isinstance(run, Alone) for run in runs)
    checkpoint = validate if task.checkpoint_every is None else task.checkpoint_every
    return Intervals(
        log=max(1, task.log_every),
        validate=validate,
        checkpoint=checkpoint if is_recorded else 0,
    )


def facts_of(own: Own, data: TensorData, precision: Precision, backend: str) -> dict[str, Any]:
    """Give what a resumed run must have in common with its beginning."""
    return {
        "backend": backend,
        "steps": own.steps,
        "batch_size": own.batch_size,
        "micro_batch": own.micro_batch,
        "schedule": repr(own.schedule),
        "clip_norm": own.clip_norm,
        "ema": own.ema,
        "optimizer": own.kind.__name__,
        "precision": precision.name,
        "examples": data.n_train,
        "sampling": data.sampling,
        **facts_here(precision.device),
    }


def sees_parts(own: Own, model: nn.Module) -> bool:
    """Tell whether BatchNorm sees parts of the batches only."""
    kind = nn.modules.batchnorm._BatchNorm  # noqa: SLF001 — all of them
    return own.micro_batch is not None and any(isinstance(one, kind) for one in model.modules())
