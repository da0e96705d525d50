"""What `fit` is given: each thing of a kind that it can use, told before anything runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch.utils.data import DataLoader, Dataset

from trialist.train.loaderdata import LoaderData
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.schedules import Schedule
from trialist.train.tensordata import TensorData
from trialist.train.torchschedules import TorchSchedule
from trialist.values.errors import ConfigError

_LOSS = "loss=lambda model, batch: functional.cross_entropy(model(batch.x), batch.y)"


def check_kinds(model: Any, loss: Any, data: Any, optimizer: Any) -> None:
    """Refuse a model, a loss, data or an optimizer of another kind than the loop can use.

    Raises:
        ConfigError: For the first of them, with how to give it.
    """
    if not isinstance(model, torch.nn.Module):
        raise ConfigError(f"the model is {_said(model)}", todo="give a torch.nn.Module, made")
    if isinstance(loss, torch.nn.Module) or not callable(loss):
        raise ConfigError(
            f"the loss is {_said(loss)}, and it gets the model and a batch", todo=f"give {_LOSS}"
        )
    if not isinstance(data, TensorData | LoaderData):
        raise ConfigError(f"the data is {_said(data)}", todo=_data_cure(data))
    if not isinstance(optimizer, OptimizerRecipe | torch.optim.Optimizer):
        raise ConfigError(
            f"the optimizer is {_said(optimizer)}",
            todo="give trialist.train.AdamW(lr=0.001) or its like, or an optimizer that was made: "
            "torch.optim.Adam(model.parameters(), lr=0.001)",
        )


def check_owner(optimizer: torch.optim.Optimizer, parameters: Iterable[torch.Tensor]) -> None:
    """Refuse an optimizer that changes nothing of the model.

    Raises:
        ConfigError: If they have no parameter in common.
    """
    own = {id(one) for one in parameters}
    if not any(id(one) in own for group in optimizer.param_groups for one in group["params"]):
        raise ConfigError(
            "the optimizer has no parameter of this model: it would train another one",
            todo="make it from this model's parameters, or give trialist.train.AdamW(lr=...)",
        )


def check_device(device: str | torch.device) -> None:
    """Refuse a device that does not exist here.

    Raises:
        ConfigError: With the name.
    """
    if device == "auto":
        return
    try:
        kind = torch.device(device).type
    except RuntimeError:
        raise ConfigError(
            f"there is no device {device!r}", todo='give "auto", "cpu" or "cuda"'
        ) from None
    if kind == "cuda" and not torch.cuda.is_available():
        raise ConfigError(
            f"the device is {str(device)!r}, and this torch finds no GPU",
            todo='give "auto", which takes a GPU where there is one, or "cpu"',
        )


def check_validated(
    n_val: int, plan: Schedule | TorchSchedule, *, patience: int | None, keep_best: bool
) -> None:
    """Refuse what needs validation data where there is none.

    Raises:
        ConfigError: With what needs it.
    """
    needs = [
        name
        for name, is_asked in (
            ("patience", patience is not None),
            ("keep_best", keep_best),
            ("a schedule per metric", isinstance(plan, TorchSchedule) and plan.per == "metric"),
        )
        if is_asked
    ]
    if needs and not n_val:
        raise ConfigError(
            f"{' and '.join(needs)} would follow the validation, and the data has none",
            todo="give the data a `val`",
        )


def _said(given: Any) -> str:
    if isinstance(given, type):
        return f"the class {given.__name__}"
    return repr(given) if isinstance(given, str) else f"a {type(given).__name__}"


def _data_cure(data: Any) -> str:
    if isinstance(data, DataLoader | Dataset):
        return "give LoaderData(train=..., val=...), which takes a Dataset or a DataLoader"
    return "give TensorData(train=(x, y), val=(x, y)), or LoaderData(...) for a Dataset"
