"""What a loss function has to give: one number that the model's weights can be reached from."""

from __future__ import annotations

from typing import Any

import torch

from trialist.values.errors import ConfigError


def check_number(loss: Any) -> None:
    """Refuse what is no single number.

    Raises:
        ConfigError: With what came.
    """
    if isinstance(loss, torch.Tensor):
        if loss.numel() == 1:
            return
        said = f"a tensor of shape {tuple(loss.shape)}"
        todo = "give its mean: reduction='mean', or losses.mean()"
    elif isinstance(loss, int | float):
        return
    else:
        said, todo = f"a {type(loss).__name__}", "return the mean loss of the batch, one number"
    raise ConfigError(f"the loss function gave {said}", todo=todo)


def check_differentiable(loss: Any) -> None:
    """Refuse what no gradient can be computed of.

    Raises:
        ConfigError: With what came.
    """
    check_number(loss)
    if not isinstance(loss, torch.Tensor):
        raise ConfigError(
            f"the loss function gave the plain number {loss:.4g}, which has no gradient",
            todo="return the tensor itself, without .item() or float()",
        )
    if not loss.requires_grad:
        raise ConfigError(
            "the loss has no way back to the model's weights",
            todo="compute it from model(...), without .detach(), torch.no_grad() or argmax",
        )
