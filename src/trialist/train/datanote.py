"""What an error of torch does not say: of which kind the data are, and the model's weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trialist.train.loaderdata import LoaderData
from trialist.train.tensordata import TRAIN, TensorData

_USUAL = (TypeError, ValueError, IndexError, RuntimeError, AttributeError)
"""What torch raises for a wrong shape, kind or device."""


@contextmanager
def explained(model: torch.nn.Module, data: TensorData | LoaderData) -> Iterator[None]:
    """Have an error that comes from within say beside it what was trained on what."""
    try:
        yield
    except _USUAL as error:
        note = _note(model, data)
        if note is not None:
            error.add_note(note)
        raise


def _note(model: torch.nn.Module, data: TensorData | LoaderData) -> str | None:
    if isinstance(data, TensorData):
        return described(model, data.split(TRAIN))
    try:
        columns = data.example()
    except Exception:  # noqa: BLE001 — it may be the error itself, which is raised
        return None
    tensors = {name: one for name, one in columns.items() if isinstance(one, torch.Tensor)}
    return described(model, tensors) if tensors else None


def described(model: torch.nn.Module, columns: dict[str, torch.Tensor]) -> str:
    """Give kind and shape of an example's columns and of the weights, with a cure if one shows."""
    said = ", ".join(
        f"batch.{name} is {_kind(column)} of shape {_shape(column)}"
        for name, column in columns.items()
    )
    weight = next((one for one in model.parameters() if one.is_floating_point()), None)
    if weight is None:
        return f"{said}."
    said = f"{said}; the model's weights are {_kind(weight)} on {weight.device}."
    x = columns.get("x")
    if x is None or not x.is_floating_point() or x.dtype == weight.dtype:
        return said
    return f"{said} Give x in the kind of the weights: x.to({weight.dtype})."


def odd_values(data: TensorData | LoaderData) -> str | None:
    """Give which training columns have values that are not finite; None where none has."""
    if not isinstance(data, TensorData):
        return None
    counts = {
        name: int((~column.isfinite()).sum())
        for name, column in data.split(TRAIN).items()
        if column.is_floating_point()
    }
    found = [f"{count:,} of {name!r}" for name, count in counts.items() if count]
    if not found:
        return None
    return f"values of 'train' that are infinite or no numbers: {', '.join(found)}"


def _shape(column: torch.Tensor) -> str:
    return f"({', '.join(['n', *map(str, column.shape[1:])])})"


def _kind(column: torch.Tensor) -> str:
    return str(column.dtype).removeprefix("torch.")
