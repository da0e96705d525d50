"""How a space fits the study that it stands in: its configuration, its variants, its baseline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations

from trialist.design.conditions import condition_problems
from trialist.design.hints import hint
from trialist.design.nested import ABSENT, found_at, way_of
from trialist.design.schema import shown
from trialist.design.spacefile import STEPS, Setting, Space, values_of
from trialist.design.spaceproblem import SpaceProblem
from trialist.design.spacevalues import same_values
from trialist.values.configwords import leaves
from trialist.values.space import Role

MOST_VARIANTS = 64
"""Variants that a space may make."""


def space_problems(space: Space, setting: Setting) -> tuple[SpaceProblem, ...]:
    """Give everything that is wrong with a space, what is wrong with single keys first."""
    found = [
        *space.problems,
        *_config_problems(space, setting),
        *_nested_problems(space),
        *_variant_problems(space, setting),
        *_arm_problems(space),
        *condition_problems(space, setting),
    ]
    if not space.failed:
        found += _empty_problems(space)
    return tuple(found)


def _config_problems(space: Space, setting: Setting) -> Iterator[SpaceProblem]:
    for one in space.declared:
        here = found_at(setting.config, one.name)
        if one.role is Role.FIXED and here is not ABSENT and not same_values(here, one.value):
            message = f"{one.name} is held at {shown(one.value)}, and config has {shown(here)}"
            place = ("space", one.name, "fixed")
            yield SpaceProblem(place=place, message=message, todo="let both say the same")
        *around, _ = way_of(setting.config, one.name)
        above = found_at(setting.config, ".".join(around)) if around else {}
        if above is not ABSENT and not isinstance(above, Mapping):
            message = f"{one.name} leads into config.{'.'.join(around)}, which is {shown(above)}"
            todo = "name a key of config, or one inside of a mapping"
            yield SpaceProblem(place=("space", one.name), message=message, todo=todo, of_key=True)


def _nested_problems(space: Space) -> Iterator[SpaceProblem]:
    for one, other in combinations(sorted(space.by_name), 2):
        if other.startswith(f"{one}."):
            message = f"{other} lies inside of {one}, and both are in the space"
            yield SpaceProblem(
                place=("space", other), message=message, todo="keep one of them", of_key=True
            )


def _variant_problems(space: Space, setting: Setting) -> Iterator[SpaceProblem]:
    scientific = [one for one in space.declared if one.role is Role.SCIENTIFIC]
    for one in scientific if setting.changes else ():
        message = f"{one.name} is scientific, and the study names its variants itself"
        todo = "leave `variants` out, or give it the role nuisance"
        yield SpaceProblem(place=("space", one.name, "role"), message=message, todo=todo)
    for variant, change in setting.changes.items():
        for name, value in leaves(change):
            place = ("variants", variant, *name.split("."))
            held = space.by_name.get(name)
            if name.rpartition(".")[2] == STEPS:
                yield SpaceProblem(
                    place=place,
                    message=f"variant {variant} has steps of its own: more always look better",
                    todo=f"give every run the same: budget: {{{STEPS}: {shown(value)}}}",
                    of_key=True,
                )
            elif held is not None and held.role is Role.FIXED:
                message = f"variant {variant} sets {name}, which the space holds"
                todo = f"leave it out of the space, or search it: {name}: {{choices: [...]}}"
                yield SpaceProblem(place=place, message=message, todo=todo, of_key=True)
    if not setting.changes:
        yield from _baseline_problems(space, setting)


def _baseline_problems(space: Space, setting: Setting) -> Iterator[SpaceProblem]:
    from trialist.design.arms import arm_names

    names = arm_names(space)
    if setting.baseline is not None and not space.failed and setting.baseline not in names:
        message = f"baseline is {setting.baseline!r}, which is not a variant"
        todo = hint(setting.baseline, names, nothing="")
        yield SpaceProblem(place=("baseline",), message=message, todo=todo)


def _arm_problems(space: Space) -> Iterator[SpaceProblem]:
    n = math.prod(len(values_of(one)) for one in space.making)
    if n > MOST_VARIANTS:
        names = ", ".join(one.name for one in space.making)
        message = f"{names} make {n} variants, and {MOST_VARIANTS} are the most"
        todo = "ask about fewer at a time; give the others the role nuisance"
        place = ("space", space.making[-1].name, "choices")
        yield SpaceProblem(place=place, message=message, todo=todo)


def _empty_problems(space: Space) -> Iterator[SpaceProblem]:
    if space.sampled:
        return
    message = "nothing in the space is searched"
    todo = "add a nuisance parameter, such as lr: {low: 1e-4, high: 1.0, log: true}"
    if space.making:
        todo += "; variants that need no tuning are listed under `variants`"
    yield SpaceProblem(place=("space",), message=message, todo=todo, of_key=True)
