"""A task's model before its first step: advice on its settings, and the gradients of one batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from trialist.train.advice import advise
from trialist.train.gradcheck import GradientCheck, check_gradients
from trialist.train.task import Hyperparameters, Task
from trialist.train.taskparts import TaskParts
from trialist.values.numbers import counted


def checked_model(
    task: Task, config: Mapping[str, Any], parts: TaskParts, device: torch.device
) -> dict[str, Any]:
    """Give what is found, as plain data: `findings`, and `remarks` on what was looked at.

    Args:
        task: The task.
        config: A variant's configuration.
        parts: What it means for one run's seeds.
        device: Where the model is to be looked at.
    """
    hp = Hyperparameters(config)
    model = parts.model.to(device)
    batch = next(parts.batches(device))
    if parts.micro_batch is not None:
        batch = next(batch.split(parts.micro_batch))
    found = check_gradients(model, parts.loss, batch, seed=parts.seeds.train)
    advice = advise(
        model,
        parts.data,
        batch_size=parts.batch_size,
        micro_batch=parts.micro_batch,
        schedule=task.schedule_for(hp),
        warmup=task.number("warmup", hp),
        clip_norm=parts.clip_norm,
    )
    return {
        "findings": [one.to_dict() for one in (*found.findings, *advice)],
        "remarks": [_remark(found, len(batch), parts.seeds)],
    }


def _remark(found: GradientCheck, n: int, seeds: Any) -> str:
    reached = [one for one in found.layers if one.norm is not None]
    norms = ""
    if reached:
        low = min(reached, key=lambda one: one.norm or 0.0)
        high = max(reached, key=lambda one: one.norm or 0.0)
        norms = (
            f", gradient norms from {low.norm:.2g} ({low.name or 'the model'}) to {high.norm:.2g} "
            f"({high.name or 'the model'})"
        )
    layers = counted(len(found.layers), "layer")
    return (
        f"The model was looked at before its first step, with the weights of seed {seeds.base}: on "
        f"{counted(n, 'example')} the loss is {found.loss:.4g}{norms}, over {layers}."
    )
