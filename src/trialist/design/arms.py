"""Variants from a space, and what each of them is tuned over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from trialist.design.conditions import wanted_values
from trialist.design.merge import merged
from trialist.design.nested import ABSENT, found_at, with_values
from trialist.design.spaceentry import Declared
from trialist.design.spacefile import Setting, Space, values_of
from trialist.design.spacevalues import is_number, same_values, text_of_value
from trialist.values.canonical import digest_of
from trialist.values.configwords import leaves
from trialist.values.space import Arm, Parameter, Role
from trialist.values.study import Config

UNTUNED, TUNED, SEARCHED = "baseline", "tuned", "searched"
"""The variants of a space that makes none: the configuration as it is, and what is searched."""

_LONGEST_NAME = 90
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """The variants of a study with a space.

    Attributes:
        arms: What each variant is tuned over, in order.
        configs: The configuration that each begins with, by variant: what is searched keeps the
            value of `config`, or is absent.
        baseline: The variant that the others are compared with.
    """

    arms: tuple[Arm, ...]
    configs: Mapping[str, Config]
    baseline: str


def arms_of(space: Space, setting: Setting) -> Arms:
    """Give the variants that a space and a study make.

    Args:
        space: A space without problems.
        setting: What it stands in.
    """
    base = space.based_on(setting.config)
    changes = setting.changes or _made(space, setting.config)
    configs = {name: merged(base, change) if setting.changes else with_values(base, change)
               for name, change in changes.items()}  # fmt: skip
    names = setting.varied if setting.changes else tuple(one.name for one in space.making)
    arms = []
    for name, config in configs.items():
        own = set(dict(leaves(changes[name]))) if setting.changes else set(names)
        is_untuned = not setting.changes and not space.making and name == UNTUNED
        kept = () if is_untuned else tuple(_kept(space, config, own))
        searched = {one.name for one in kept}
        given = {key: value for key in names if key not in searched
                 and (value := found_at(config, key)) is not ABSENT}  # fmt: skip
        arms.append(Arm(variant=name, given=given, parameters=kept))
    return Arms(
        arms=_shared(_ordered(arms)),
        configs=configs,
        baseline=_baseline(setting, changes),
    )


def arm_names(space: Space) -> tuple[str, ...]:
    """Give the names of the variants that a space makes where a study names none."""
    return tuple(_made(space, {}))


def _made(space: Space, config: Config) -> dict[str, dict[str, Any]]:
    """Give the values of the scientific parameters by the variant's name."""
    del config
    making = space.making
    if not making:
        is_explored = any(
            one.parameter is not None and one.parameter.role is Role.SCIENTIFIC
            for one in space.sampled
        )
        return {UNTUNED: {}, SEARCHED if is_explored else TUNED: {}}
    found: dict[str, dict[str, Any]] = {}
    for values in product(*map(values_of, making)):
        name = _fresh_name("-".join(map(_named, making, values)), found)
        found[name] = {one.name: value for one, value in zip(making, values, strict=True)}
    return found


def _named(parameter: Parameter, value: Any) -> str:
    """Give a value as a part of a folder's name; what says nothing alone has its key before it."""
    text = text_of_value(value)
    if is_number(value) and value < 0:
        text = f"minus{text}"
    text = _NOT_IN_A_NAME.sub("-", text).strip("-._")
    if value is None or isinstance(value, bool) or not text:
        return f"{parameter.name.rpartition('.')[2]}-{text or 'empty'}"
    return text


def _fresh_name(name: str, taken: Mapping[str, Any]) -> str:
    if len(name) > _LONGEST_NAME:
        name = f"{name[:_LONGEST_NAME]}-{digest_of(name).removeprefix('sha256:')[:6]}"
    used = {one.lower() for one in taken}  # some disks do not tell cases apart
    candidates = (name if n == 1 else f"{name}-{n}" for n in range(1, len(used) + 2))
    return next(one for one in candidates if one.lower() not in used)


def _kept(space: Space, config: Config, own: set[str]) -> Iterator[Parameter]:
    """Give what is searched in a variant: what it does not set itself, and what exists in it.

    Parameters come after those that they depend on.
    """
    kept: dict[str, Parameter] = {}
    waiting = [one for one in space.sampled if one.name not in own]
    names = {one.name for one in waiting}
    while waiting:
        one = next(o for o in waiting if not set(_when(o)) & ({w.name for w in waiting}))
        waiting.remove(one)
        parameter = _in_variant(one, config, names, kept)
        if parameter is not None:
            kept[one.name] = parameter
    yield from kept.values()


def _when(one: Declared) -> Mapping[str, Any]:
    return {} if one.parameter is None else one.parameter.when


def _in_variant(
    one: Declared, config: Config, searched: set[str], kept: Mapping[str, Parameter]
) -> Parameter | None:
    """Give a parameter as it is in one variant; None where it does not exist there."""
    left = {}
    for name, wanted in _when(one).items():
        if name in searched:
            if name not in kept:
                return None
            left[name] = wanted
        elif not any(same_values(found_at(config, name), v) for v in wanted_values(wanted)):
            return None
    assert one.parameter is not None  # noqa: S101  # what is held is not sampled
    parameter = replace(one.parameter, when=left)
    if one.per is None:
        return parameter
    value = text_of_value(found_at(config, one.per))
    low, high = one.ranges.get(value, (parameter.low, parameter.high))
    return replace(parameter, label=f"{value}.{one.name}", low=low, high=high)


def _ordered(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Put what most variants have first, so that these share the coordinates of their points."""
    count: dict[str, int] = {}
    for arm in arms:
        for one in arm.parameters:
            count[one.name] = count.get(one.name, 0) + 1
    return tuple(replace(arm, parameters=_sorted(arm.parameters, count)) for arm in arms)


def _sorted(parameters: Sequence[Parameter], count: Mapping[str, int]) -> tuple[Parameter, ...]:
    waiting = sorted(parameters, key=lambda one: -count[one.name])
    done: list[Parameter] = []
    while waiting:
        names = {one.name for one in waiting}
        done.append(next(one for one in waiting if not set(one.when) & names))
        waiting.remove(done[-1])
    return tuple(done)


def _shared(arms: Sequence[Arm]) -> tuple[Arm, ...]:
    first: dict[tuple[str, ...], str] = {}
    return tuple(
        replace(
            arm, shares=first.setdefault(tuple(one.name for one in arm.parameters), arm.variant)
        )
        for arm in arms
    )


def _baseline(setting: Setting, changes: Mapping[str, Mapping[str, Any]]) -> str:
    if setting.baseline is not None:
        return setting.baseline
    if UNTUNED in changes:
        return UNTUNED
    for name, given in changes.items() if not setting.changes else ():
        here = [found_at(setting.config, key) for key in given]
        if all(map(same_values, here, given.values())):
            return name
    return next(iter(changes))
