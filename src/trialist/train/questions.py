"""What can be asked of a task in a process of its own: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch

from trialist.train.augment.key import name_of
from trialist.train.augment.previewing import preview
from trialist.train.batchfind import device_bytes, time_batch, time_workers
from trialist.train.device import device_of
from trialist.train.loaderdata import LoaderData
from trialist.train.lrrange import lr_range
from trialist.train.modelcheck import checked_model
from trialist.train.replicates.probing import probe
from trialist.train.task import Task
from trialist.train.taskparts import TaskParts, parts_of
from trialist.values.errors import VectorizeError
from trialist.values.seeds import SeedSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of a task.

    Attributes:
        task: The task.
        config: A variant's configuration.
        seeds: The random sources of each run that is asked for, one or more.
        settings: What the question needs besides.
    """

    task: Task
    config: Mapping[str, Any]
    seeds: Sequence[SeedSet]
    settings: Mapping[str, Any]

    def parts(self, place: int = 0) -> TaskParts:
        """Give what the task means for the seeds at a place."""
        return parts_of(self.task, self.config, self.seeds[place])


def answered(question: str, asked: Asked) -> dict[str, Any]:
    """Give the answer to one question, a key of `QUESTIONS`."""
    return QUESTIONS[question](asked)


def _facts(parts: TaskParts, device: torch.device) -> dict[str, Any]:
    """Give what is known of a task, whatever is asked."""
    return {
        "n_train": parts.data.n_train,
        "batch_size": parts.batch_size,
        "workers": parts.data.workers if isinstance(parts.data, LoaderData) else None,
        "device": device.type,
        "device_bytes": device_bytes(device),
        "augment": name_of(parts.augment),
    }


def _lr(asked: Asked) -> dict[str, Any]:
    curves = []
    for place in range(len(asked.seeds)):
        parts = asked.parts(place)
        found = lr_range(
            parts.model,
            loss=parts.loss,
            data=parts.data,
            optimizer=parts.optimizer(lr=asked.settings["low"]),
            seed=parts.seeds,
            batch_size=parts.batch_size,
            micro_batch=parts.micro_batch,
            precision=parts.precision,
            clip_norm=parts.clip_norm,
            augment=parts.augment,
            **asked.settings,
        )
        curves.append(asdict(found.curve))
    first = asked.parts()
    return {
        "curves": curves,
        "optimizer": type(first.recipe).__name__,
        "batch_size": first.batch_size,
        "lr": first.recipe.lr,
    }


def _batch(asked: Asked) -> dict[str, Any]:
    parts, device = asked.parts(), _device(asked.settings)
    timing = time_batch(parts, asked.settings["batch_size"], device=device)
    return {"timing": asdict(timing), "facts": _facts(parts, device)}


def _workers(asked: Asked) -> dict[str, Any]:
    parts, device = asked.parts(), _device(asked.settings)
    facts = _facts(parts, device)  # what the task says of its workers, before they are changed
    timing = time_workers(parts, asked.settings["workers"], device=device)
    return {"timing": asdict(timing), "facts": facts}


def _pictures(asked: Asked) -> dict[str, Any]:
    parts = asked.parts()
    found = preview(
        parts.data, parts.augment, seed=parts.seeds, batch_size=parts.batch_size, **asked.settings
    )
    return found.to_dict()


def _vectorize(asked: Asked) -> dict[str, Any]:
    try:
        made = probe(asked.task, **asked.settings)
    except VectorizeError as error:
        return {"refused": [asdict(one) for one in error.mistakes]}
    return {"decision": made.to_dict()}


def _model(asked: Asked) -> dict[str, Any]:
    return checked_model(asked.task, asked.config, asked.parts(), _device(asked.settings))


def _device(settings: Mapping[str, Any]) -> torch.device:
    return device_of(settings.get("device", "auto"))


QUESTIONS: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "lr": _lr,
    "batch": _batch,
    "workers": _workers,
    "pictures": _pictures,
    "model": _model,
    "vectorize": _vectorize,
}


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that memory was short, on a device or on a CPU."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    words = str(error)
    return isinstance(error, RuntimeError) and (
        "can't allocate memory" in words or "out of memory" in words
    )
