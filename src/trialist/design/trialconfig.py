"""From a point of the unit cube to the configuration of a trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trialist.design.nested import with_values
from trialist.stats.unitscale import unit_of, value_at
from trialist.values.space import OFF_SHARE, Arm, Parameter
from trialist.values.study import Config


def params_at(arm: Arm, units: Sequence[float]) -> dict[str, Any]:
    """Give the values of a variant's parameters at a point; those that do not exist are left out.

    Args:
        arm: What the variant is tuned over; parameters come after those that they depend on.
        units: A coordinate per parameter.
    """
    found: dict[str, Any] = {}
    for parameter, u in zip(arm.parameters, units, strict=True):
        if parameter.exists_with(found):
            found[parameter.name] = value_at(parameter, u)
    return found


def units_of(arm: Arm, params: Mapping[str, Any]) -> tuple[float, ...] | None:
    """Give a point at which the variant's parameters have these values; None if there is none.

    A parameter that does not exist beside the others is put into the middle.
    """
    found = []
    for parameter in arm.parameters:
        if parameter.name not in params:
            if parameter.exists_with(params):
                return None
            found.append(0.5)
            continue
        u = point_of(parameter, params[parameter.name])
        if u is None or not 0.0 <= u <= 1.0:
            return None
        found.append(u)
    return tuple(found)


def point_of(parameter: Parameter, value: Any) -> float | None:
    """Give a coordinate at which a parameter has a value, the switch included; None: nowhere.

    What lies outside of the range lies outside of [0, 1].
    """
    if not parameter.switch:
        return unit_of(parameter, value)
    if value == parameter.off:
        return OFF_SHARE / 2
    u = unit_of(parameter, value)
    return None if u is None else OFF_SHARE + u * (1 - OFF_SHARE)


def trial_config(config: Config, params: Mapping[str, Any]) -> dict[str, Any]:
    """Give the whole configuration of a trial.

    Args:
        config: The configuration that its variant begins with, as in the plan.
        params: The values of its parameters by their dotted names.
    """
    return with_values(config, params)
