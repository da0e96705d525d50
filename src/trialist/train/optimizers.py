"""Optimizers as recipes: which one, and which hyperparameters its settings come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import torch

from trialist.train.settings import check_reals
from trialist.values.errors import ConfigError, near

_FUSED = frozenset({"cpu", "cuda", "xpu", "mps"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerRecipe:
    """What makes an optimizer; a setting that is text names a hyperparameter of the run.

    Attributes:
        lr: The learning rate, above 0.
        weight_decay: From 0.
    """

    kind: ClassVar[Any]
    lr: float | str
    weight_decay: float | str = 0.0

    def build(
        self, parameters: Iterable[torch.nn.Parameter], hp: Mapping[str, Any] | None = None
    ) -> torch.optim.Optimizer:
        """Make the optimizer, fused where torch has that for the parameters' devices.

        Args:
            parameters: What it is to change.
            hp: The run's hyperparameters.

        Raises:
            ConfigError: If a hyperparameter is missing or out of its range.
        """
        taken = [one for one in parameters if one.requires_grad]
        if not taken:
            raise ConfigError(
                "the model has no parameters to train", todo="set requires_grad on some of them"
            )
        settings = self.settings(hp or {})
        made: torch.optim.Optimizer = self.kind(taken, **settings, fused=_may_fuse(taken))
        return made

    def settings(self, hp: Mapping[str, Any]) -> dict[str, Any]:
        """Give the settings as numbers.

        Raises:
            ConfigError: If a hyperparameter is missing or out of its range.
        """
        found = {one.name: self._resolved(one.name, hp) for one in fields(self)}
        check_reals(**{name: one for name, one in found.items() if isinstance(one, str)})
        if found["lr"] is None or not found["lr"] > 0:
            raise ConfigError(f"the learning rate is {found['lr']}", todo="give one above 0")
        if found["weight_decay"] < 0:
            raise ConfigError(f"the weight decay is {found['weight_decay']}", todo="give 0 or more")
        return found

    def _resolved(self, name: str, hp: Mapping[str, Any]) -> Any:
        given = getattr(self, name)
        if isinstance(given, tuple):
            return tuple(self._named(one, name, hp) for one in given)
        return self._named(given, name, hp)

    def _named(self, given: Any, name: str, hp: Mapping[str, Any]) -> Any:
        if not isinstance(given, str):
            return given
        if given not in hp:
            raise ConfigError(
                f"{type(self).__name__} takes its {name} from {given!r}, which the configuration "
                "does not have",
                todo=near(given, sorted(hp)) if hp else "give a number; names are for a Task",
            )
        return hp[given]


@dataclass(frozen=True, slots=True, kw_only=True)
class SGD(OptimizerRecipe):
    """Stochastic gradient descent, with momentum 0.9 as nearly everybody uses it."""

    kind: ClassVar[Any] = torch.optim.SGD
    momentum: float | str = 0.9
    nesterov: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Adam(OptimizerRecipe):
    """Adam; weight decay is added to the gradient, as in the paper.

    References:
        Kingma and Ba (2015), Adam.
    """

    kind: ClassVar[Any] = torch.optim.Adam
    betas: tuple[float | str, float | str] = (0.9, 0.999)
    eps: float | str = 1e-8


@dataclass(frozen=True, slots=True, kw_only=True)
class AdamW(OptimizerRecipe):
    """Adam with decoupled weight decay.

    References:
        Loshchilov and Hutter (2019), Decoupled weight decay regularization.
    """

    kind: ClassVar[Any] = torch.optim.AdamW
    weight_decay: float | str = 0.01
    betas: tuple[float | str, float | str] = (0.9, 0.999)
    eps: float | str = 1e-8


def _may_fuse(parameters: Iterable[torch.nn.Parameter]) -> bool | None:
    """Tell whether torch has a fused form for them; None leaves the choice to torch."""
    can = all(
        one.device.type in _FUSED and one.is_floating_point() and one.layout == torch.strided
        for one in parameters
    )
    return True if can else None
