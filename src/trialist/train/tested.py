"""A trained model on test data: the weights of a checkpoint, evaluated as in validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset

from trialist.train.batch import Batch
from trialist.train.device import device_of
from trialist.train.evaluation import Evaluation, Metric, evaluate
from trialist.train.loaderdata import LoaderData
from trialist.train.precision import Precision
from trialist.train.stepper import LossFunction
from trialist.train.tensordata import TensorData
from trialist.values.errors import CheckpointError
from trialist.values.ports import Sink
from trialist.values.sealed import TEST

_LEAST_BATCH = 256


def tested(  # noqa: PLR0913 — what an evaluation is made of
    model: torch.nn.Module,
    given: Any,
    trained: TensorData | LoaderData,
    *,
    loss: LossFunction,
    precision: str,
    metrics: Mapping[str, Metric] | None,
    batch_size: int,
    run: Sink,
) -> dict[str, float]:
    """Evaluate a trained run on its test data; give `test/loss` and the metrics.

    The averaged model is judged where the run had one, as in validation.

    Args:
        model: Of the run's architecture; it gets the weights of the run's checkpoint.
        given: The test data, as `TensorData` or `LoaderData` takes a split.
        trained: The data that the run was trained on: its normalizer counts for the test too.
        loss: The task's.
        precision: The task's.
        metrics: The task's.
        batch_size: The task's.
        run: The evaluation's `run`.

    Raises:
        CheckpointError: If the run saved no checkpoint.
    """
    state = run.restore()
    if state is None:
        raise CheckpointError(
            "the run saved no checkpoint, so there is nothing to evaluate",
            todo="train with checkpoints: leave checkpoint_every out",
        )
    model.load_state_dict(state["model"] if state["average"] is None else state["average"])
    place = device_of("auto")
    model.to(place)
    found = evaluate(
        model,
        _batches(given, trained, max(batch_size, _LEAST_BATCH), place),
        loss,
        precision=Precision.of(precision, place),
        metrics=metrics,
    )
    _tell(found, run)
    return {f"{TEST}/{name}": value for name, value in found.values.items()}


def _batches(
    given: Any, trained: TensorData | LoaderData, size: int, device: torch.device
) -> Iterator[Batch]:
    if isinstance(given, DataLoader | Dataset):
        collate = trained.collate if isinstance(trained, LoaderData) else None
        loaded = LoaderData(given, given, collate=collate)
        return loaded.validation(batch_size=size, device=device)
    data = TensorData(given, given)
    if isinstance(trained, TensorData) and trained.normalizer is not None:
        data = data.normalized(trained.normalizer)  # measured on the training split
    return data.validation(batch_size=size, device=device)


def _tell(found: Evaluation, run: Sink) -> None:
    said = found.predictions()
    if said is not None and found.targets is not None:
        run.predictions(TEST, range(len(found.targets)), found.targets.numpy(), said.numpy())
