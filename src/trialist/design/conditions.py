"""Conditions between parameters: which of them exist together, and which contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trialist.design.hints import hint
from trialist.design.merge import merged
from trialist.design.nested import ABSENT, found_at
from trialist.design.schema import shown
from trialist.design.spaceentry import Declared
from trialist.design.spacefile import Setting, Space, makes_arms, values_of
from trialist.design.spaceproblem import SpaceProblem
from trialist.design.spacevalues import same_values, text_of_value
from trialist.values.space import Parameter

_MOST_VALUES = 1000


def wanted_values(wanted: Any) -> tuple[Any, ...]:
    """Give the values that a condition allows."""
    return wanted if isinstance(wanted, tuple) else (wanted,)


def condition_problems(space: Space, setting: Setting) -> Iterator[SpaceProblem]:
    """Give what is wrong with `when` and `per`."""
    found = [*_when_problems(space, setting), *_per_problems(space, setting)]
    yield from found
    circle = list(_circles(space))
    yield from circle
    if not found and not circle:
        yield from _contradictions(space)


def _when_problems(space: Space, setting: Setting) -> Iterator[SpaceProblem]:
    for one in (*space.sampled, *space.partial):
        for name, wanted in _when(one).items():
            place = ("space", one.name, "when", name)
            if name in space.failed:
                continue
            known = known_values(space, setting, name)
            if name == one.name or known is None:
                yield _unknown(one, "when", name, _names(space, setting, one), place)
                continue
            if not known:
                message = f"{one.name} exists for values of {name}, which is a range"
                todo = "give it choices, or integer: true, or leave the condition out"
                yield SpaceProblem(place=place, message=message, todo=todo)
                continue
            for value in wanted_values(wanted):
                if not any(same_values(value, other) for other in known):
                    message = f"{one.name} exists when {name} is {shown(value)}, which it never is"
                    texts = [text_of_value(other) for other in known]
                    todo = hint(text_of_value(value), texts, nothing="")
                    yield SpaceProblem(place=place, message=message, todo=todo)


def _per_problems(space: Space, setting: Setting) -> Iterator[SpaceProblem]:
    for one in (*space.sampled, *space.partial):
        if one.per is None or one.per in space.failed:
            continue
        place = ("space", one.name, "per")
        known = known_values(space, setting, one.per)
        if one.per == one.name or known is None:
            yield _unknown(one, "per", one.per, _names(space, setting, one), place)
            continue
        other = space.by_name.get(one.per)
        if other is not None and not (other.parameter and makes_arms(other.parameter)):
            message = f"{one.name} is per {one.per}, whose values are no variants"
            todo = f"give {one.per} choices and role: scientific, or use `when`"
            yield SpaceProblem(place=place, message=message, todo=todo)
            continue
        yield from _range_problems(one, [text_of_value(value) for value in known])


def _range_problems(one: Declared, values: Sequence[str]) -> Iterator[SpaceProblem]:
    for value in one.ranges:
        if value not in values:
            yield SpaceProblem(
                place=("space", one.name, "ranges", value),
                message=f"{one.name} has a range for {value!r}, which {one.per} never is",
                todo=hint(value, values, nothing=""),
                of_key=True,
            )
    has_own = one.parameter is not None and (
        one.parameter.low is not None or bool(one.parameter.choices) or one.parameter.shape
    )
    missing = [value for value in values if value not in one.ranges]
    if one.ranges and missing and not has_own:
        yield SpaceProblem(
            place=("space", one.name, "ranges"),
            message=f"{one.name} has no range for {', '.join(missing)}",
            todo="add it, or give low and high for all that have none of their own",
        )


def _when(one: Declared) -> Mapping[str, Any]:
    return {} if one.parameter is None else one.parameter.when


def _names(space: Space, setting: Setting, one: Declared) -> list[str]:
    names = dict.fromkeys((*space.by_name, *space.failed, *setting.varied))
    return [name for name in names if name != one.name]


def _unknown(
    one: Declared, key: str, name: str, known: Sequence[str], place: tuple[str, ...]
) -> SpaceProblem:
    said = "itself" if name == one.name else f"'{name}', which is no parameter of the space"
    todo = hint(str(name), known, nothing=f"add {name} to the space, with choices")
    message = f"{key} of {one.name} names {said}"
    return SpaceProblem(place=place, message=message, todo=todo, of_key=key == "when")


def known_values(space: Space, setting: Setting, name: str) -> tuple[Any, ...] | None:
    """Give the values that a parameter can have; empty for a range, None where it is unknown.

    A key that variants of the study set is known too.
    """
    one = space.by_name.get(name)
    if one is not None and one.parameter is None:
        return (one.value,)
    if one is not None and one.parameter is not None:
        return _of_parameter(one.parameter)
    if name in setting.varied:
        values = [
            found_at(merged(setting.config, change), name) for change in setting.changes.values()
        ]
        return tuple(value for value in values if value is not ABSENT)
    return None


def _of_parameter(parameter: Parameter) -> tuple[Any, ...]:
    if parameter.choices:
        return values_of(parameter)
    if parameter.integer and parameter.low is not None and parameter.high is not None:
        low, high = int(parameter.low), int(parameter.high)
        return tuple(range(low, high + 1)) if high - low < _MOST_VALUES else ()
    return ()


def _circles(space: Space) -> Iterator[SpaceProblem]:
    told: set[str] = set()
    for one in space.sampled:
        way = _circle_from(space, one.name)
        if way and not told & set(way):
            told |= set(way)
            chain = ", which depends on ".join((*way[1:], way[0]))
            yield SpaceProblem(
                place=("space", one.name, "when"),
                message=f"the conditions go round in a circle: {way[0]} depends on {chain}",
                todo="let one of them exist always",
            )


def _circle_from(space: Space, start: str) -> tuple[str, ...]:
    """Give the parameters on the way from `start` back to it; empty where there is none."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop()
        for name in _when(space.by_name[way[-1]]):
            if name == start and len(way) > 1:
                return way
            if name in space.by_name and name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()


def _contradictions(space: Space) -> Iterator[SpaceProblem]:
    for one in space.sampled:
        for name, values in _all_conditions(space, one).items():
            if not values:
                yield SpaceProblem(
                    place=("space", one.name, "when"),
                    message=f"{one.name} never exists: its conditions contradict each other over "
                    f"{name}",
                    todo="compare its conditions with those of the parameters that it depends on",
                )
                break


def _all_conditions(space: Space, one: Declared) -> dict[str, tuple[Any, ...]]:
    """Give the values of other parameters under which it exists, those of its parents with them."""
    found: dict[str, tuple[Any, ...]] = {}
    for name, wanted in _when(one).items():
        inner = {name: wanted_values(wanted)}
        parent = space.by_name.get(name)
        if parent is not None:
            inner |= _all_conditions(space, parent)
        for key, values in inner.items():
            before = found.get(key, values)
            found[key] = tuple(v for v in before if any(same_values(v, other) for other in values))
    return found
