"""The usual optimizers: what each can be tuned over, in which ranges, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trialist.design.hyperparameters import Kind, kind_of
from trialist.values.space import Parameter, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One parameter of an optimizer.

    Attributes:
        parameter: Its range, its scale and its natural limits.
        default: Its value where it is not tuned, as a person reads it.
        trials: Trials of a search from which it is worth tuning.
    """

    parameter: Parameter
    default: str
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """An optimizer as it is tuned.

    Attributes:
        name: What it is called in a configuration.
        title: What it is called in a sentence.
        knobs: The most important first.
        note: What the ranges take for granted; empty: nothing.
    """

    name: str
    title: str
    knobs: tuple[Knob, ...]
    note: str = ""


def optimizer_named(name: str) -> Optimizer | None:
    """Give the optimizer that is called `name`, in any spelling; None for one nobody knows here.

    Example:
        >>> optimizer_named("torch.optim.AdamW").title
        'AdamW'
    """
    plain = name.rpartition(".")[2].casefold().replace("_", "").replace("-", "").replace("+", "")
    return OPTIMIZERS.get(_OTHER_NAMES.get(plain, plain))


def has_betas(name: str) -> bool:
    """Tell whether the optimizer of that name is one of Adam's family."""
    found = optimizer_named(name)
    if found is None:
        return "adam" in name.casefold()
    return any(kind_of(knob.parameter.name) is Kind.BETA1 for knob in found.knobs)


def _rate(low: float, high: float) -> Knob:
    """The learning rate: four decades around where it usually is."""
    found = Parameter(name="lr", low=low, high=high, scale=Scale.LOG, hard_low=0.0)
    return Knob(parameter=found, default="none: it has no good default", trials=0)


def _near_one(name: str, low: float, high: float, default: str, trials: int) -> Knob:
    found = Parameter(
        name=name,
        low=low,
        high=high,
        scale=Scale.ONE_MINUS_LOG,
        hard_low=0.0,
        hard_high=1.0,
    )
    return Knob(parameter=found, default=default, trials=trials)


def _decay(low: float, high: float, default: str) -> Knob:
    found = Parameter(
        name="weight_decay", low=low, high=high, scale=Scale.LOG, switch=True, hard_low=0.0
    )
    return Knob(parameter=found, default=default, trials=16)


_EPS = Knob(
    parameter=Parameter(name="eps", low=1e-10, high=1.0, scale=Scale.LOG, hard_low=0.0),
    default="1e-8",
    trials=25,
)
_BETAS = (_near_one("beta1", 0.5, 0.99, "0.9", 10), _near_one("beta2", 0.9, 0.9999, "0.999", 50))
_MOMENTUM = _near_one("momentum", 0.5, 0.99, "0.9", 10)
_SGD = (_rate(1e-4, 1.0), _MOMENTUM, _decay(1e-6, 1e-2, "0"))
_OFF_OR_NEAR_ONE = Knob(
    parameter=Parameter(
        name="momentum",
        low=0.5,
        high=0.99,
        scale=Scale.ONE_MINUS_LOG,
        switch=True,
        hard_low=0.0,
        hard_high=1.0,
    ),
    default="0",
    trials=10,
)

OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        one.name: one
        for one in (
            Optimizer(name="sgd", title="SGD with momentum", knobs=_SGD),
            Optimizer(
                name="nesterov",
                title="Nesterov",
                knobs=_SGD,
                note="nesterov: true stands in config",
            ),
            Optimizer(
                name="adam",
                title="Adam",
                knobs=(_rate(1e-5, 1e-1), _BETAS[0], _decay(1e-6, 1e-2, "0"), _EPS, _BETAS[1]),
                note="beta1 and beta2 are two keys that the code makes betas of",
            ),
            Optimizer(
                name="adamw",
                title="AdamW",
                knobs=(_rate(1e-5, 1e-1), _BETAS[0], _decay(1e-4, 1.0, "0.01"), _EPS, _BETAS[1]),
                note="beta1 and beta2 are two keys that the code makes betas of; weight decay is "
                "decoupled, as torch.optim.AdamW has it",
            ),
            Optimizer(
                name="rmsprop",
                title="RMSprop",
                knobs=(
                    _rate(1e-5, 1e-1),
                    _OFF_OR_NEAR_ONE,
                    _decay(1e-6, 1e-2, "0"),
                    _EPS,
                    _near_one("alpha", 0.9, 0.999, "0.99", 50),
                ),
            ),
        )
    }
)
"""By name. The trials are those of the playbook for Adam; the others follow it."""

_OTHER_NAMES: Mapping[str, str] = {
    "sgdm": "sgd",
    "momentum": "sgd",
    "sgdmomentum": "sgd",
    "sgdnesterov": "nesterov",
    "nag": "nesterov",
}
