"""Which parameters of an arm a trial has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trialist.values.errors import ConfigError
from trialist.values.space import Arm, Parameter


class Conditions:
    """The conditions between the parameters of one arm.

    A condition on something that is neither a parameter of the arm nor given with it counts as
    met: it was settled when the arm was made.

    Raises:
        ConfigError: If parameters exist only beside each other, in a circle.
    """

    def __init__(self, arm: Arm) -> None:
        self._given = dict(arm.given)
        self._names = tuple(one.name for one in arm.parameters)
        self.ordered = _in_order(arm)
        """The parameters, a condition after what it asks for."""

    def exists(self, parameter: Parameter, params: Mapping[str, Any]) -> bool:
        """Tell whether `parameter` exists beside `params`, those that come before it in order."""
        known = {**self._given, **params}
        seen = {
            name: wanted
            for name, wanted in parameter.when.items()
            if name in self._names or name in known
        }
        return replace(parameter, when=seen).exists_with(known)

    def present(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Give those of `values` whose parameters exist, in the order of the arm."""
        params: dict[str, Any] = {}
        for parameter in self.ordered:
            if parameter.name in values and self.exists(parameter, params):
                params[parameter.name] = values[parameter.name]
        return {name: params[name] for name in self._names if name in params}

    @property
    def are_any(self) -> bool:
        """True where trials of the arm may differ in which parameters they have."""
        return any(one.switch or set(one.when) & set(self._names) for one in self.ordered)


def _in_order(arm: Arm) -> tuple[Parameter, ...]:
    left, done = list(arm.parameters), set[str]()
    names = {parameter.name for parameter in left}
    ordered: list[Parameter] = []
    while left:
        free = [one for one in left if not (set(one.when) & names) - done]
        if not free:
            circle = ", ".join(one.shown for one in left)
            raise ConfigError(
                f"each of these parameters exists only beside another of them: {circle}",
                where="space",
                todo="take out one of their conditions (`when`)",
            )
        ordered.append(free[0])
        done.add(free[0].name)
        left.remove(free[0])
    return tuple(ordered)
