"""The space that is searched: parameters with their roles, and what each variant is tuned over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a parameter is in one round (a hyperparameter changes its role with the goal)."""

    SCIENTIFIC = "scientific"  # its effect is measured: each value is a variant
    NUISANCE = "nuisance"  # every variant is tuned over it, so that they are compared fairly
    FIXED = "fixed"  # held, which limits the verdict: a caveat


class Scale(StrEnum):
    """The scale on which a range is searched evenly."""

    LINEAR = "linear"
    LOG = "log"
    ONE_MINUS_LOG = "one_minus_log"  # 1 - x on the log scale: momentum, betas


class Law(StrEnum):
    """How values are drawn in the parameter's scale; others than uniform come from sweep files."""

    UNIFORM = "uniform"
    NORMAL = "normal"
    BETA = "beta"


OFF_SHARE = 0.2
"""The share of a switched parameter's trials that have it off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One dimension of a search: a range, or choices.

    Every parameter is a map from the unit interval (`stats.unitscale`), so that one design of
    points serves all of them.

    Attributes:
        name: Its key in the configuration; dots lead into nested mappings.
        label: What it is called where variants have parameters of one name: `adam.lr`.
        low: The lower end of a range; None for choices.
        high: The upper end.
        scale: The scale that the range is searched on.
        integer: True where values are whole numbers.
        step: Values are rounded to multiples of it; None: not rounded.
        choices: The values, where there is no range.
        probabilities: How often each choice is drawn; empty: equally often.
        ordered: True where the choices are in an order, so that the first and the last are ends.
        law: How values are drawn between the ends.
        shape: Mean and standard deviation (normal), or a and b (beta), of that law.
        switch: True where the parameter may be off.
        off: Its value in the configuration when it is off.
        when: Values of other parameters under which it exists; a value or a tuple of values each.
        hard_low: No value below makes sense; the lower end of a range may lie on it.
        hard_high: No value above makes sense.
        role: Scientific only where it is sampled like a nuisance: many values, or a range.
    """

    name: str
    label: str = ""
    low: float | None = None
    high: float | None = None
    scale: Scale = Scale.LINEAR
    integer: bool = False
    step: float | None = None
    choices: tuple[Any, ...] = ()
    probabilities: tuple[float, ...] = ()
    ordered: bool = False
    law: Law = Law.UNIFORM
    shape: tuple[float, float] | None = None
    switch: bool = False
    off: Any = 0.0
    when: Mapping[str, Any] = field(default_factory=dict)
    hard_low: float | None = None
    hard_high: float | None = None
    role: Role = Role.NUISANCE

    @property
    def shown(self) -> str:
        """What a person reads: the label, or the name."""
        return self.label or self.name

    @property
    def is_numeric(self) -> bool:
        """True for a range of numbers."""
        return not self.choices

    def exists_with(self, params: Mapping[str, Any]) -> bool:
        """Tell whether the parameter exists beside these values of the others."""
        return all(
            name in params
            and (params[name] in wanted if isinstance(wanted, tuple) else params[name] == wanted)
            for name, wanted in self.when.items()
        )

    def to_dict(self) -> dict[str, Any]:
        """Give the parameter as plain data: what differs from the defaults."""
        plain: dict[str, Any] = {"name": self.name}
        for key, default in _DEFAULTS.items():
            value = getattr(self, key)
            if value != default:
                plain[key] = _as_plain(value)
        return plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Parameter:
        """Give the parameter back from plain data."""
        given = dict(data)
        for key in ("choices", "probabilities", "shape"):
            if key in given:
                given[key] = tuple(given[key])
        for key, kind in (("scale", Scale), ("law", Law), ("role", Role)):
            if key in given:
                given[key] = kind(given[key])
        if "when" in given:
            given["when"] = {
                name: tuple(one) if isinstance(one, list) else one
                for name, one in given["when"].items()
            }
        return cls(**given)


_DEFAULTS: Mapping[str, Any] = {
    "label": "",
    "low": None,
    "high": None,
    "scale": Scale.LINEAR,
    "integer": False,
    "step": None,
    "choices": (),
    "probabilities": (),
    "ordered": False,
    "law": Law.UNIFORM,
    "shape": None,
    "switch": False,
    "off": 0.0,
    "when": {},
    "hard_low": None,
    "hard_high": None,
    "role": Role.NUISANCE,
}


def _as_plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_as_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {name: _as_plain(one) for name, one in value.items()}
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What one variant is tuned over.

    Attributes:
        variant: The variant's name.
        given: The values of the scientific parameters that make it.
        parameters: What is searched in it, in the order of the dimensions of its design; empty
            where it is run as it is, without a search.
        shares: The variant whose points it uses; its own name where it is the first with them.
    """

    variant: str
    given: Mapping[str, Any] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    shares: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the arm as plain data."""
        return {
            "variant": self.variant,
            "given": dict(self.given),
            "parameters": [one.to_dict() for one in self.parameters],
            "shares": self.shares or self.variant,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Arm:
        """Give the arm back from plain data."""
        return cls(
            variant=data["variant"],
            given=data["given"],
            parameters=tuple(map(Parameter.from_dict, data["parameters"])),
            shares=data["shares"],
        )
