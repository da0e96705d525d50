"""`search.pruner` as a rule that ends trials early, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from trialist.design.schema import shown
from trialist.design.spaceproblem import SpaceProblem
from trialist.design.spacevalues import is_number
from trialist.values.errors import near
from trialist.values.searchplan import Pruner

NONE = "none"
PRUNERS = ("median", "asha", "hyperband", "wandb")
_COUNTS_VALUES = "wandb"
"""The rule of a sweep file counts the values of the metric, and needs no end."""

_PLACE = ("search", "pruner")
_LIMITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "resource": (lambda value: _is_whole(value) and value >= 1, "a whole number of steps"),
    "first": (lambda value: is_number(value) and 0 < value <= 1, "a fraction such as 0.1"),
    "eta": (lambda value: _is_whole(value) and value >= 2, "a whole number from 2"),
    "startup": (lambda value: _is_whole(value) and value >= 1, "a whole number from 1"),
    "audit": (lambda value: is_number(value) and 0 <= value <= 1, "a fraction such as 0.1"),
    "strict": (lambda value: isinstance(value, bool), "true or false"),
    "rungs": (
        lambda value: (
            isinstance(value, list | tuple) and all(_is_whole(v) and v > 0 for v in value)
        ),
        "a list of steps, such as [100, 300]",
    ),
}


def pruner_of(
    given: str | Mapping[str, Any], steps: int | None
) -> tuple[Pruner | None, tuple[SpaceProblem, ...]]:
    """Give the rule, None for none, and what is wrong with it.

    Args:
        given: A name, or a mapping with a name.
        steps: The steps of every trial; None where nothing says them.
    """
    settings = {"name": given} if isinstance(given, str) else dict(given)
    if settings == {"name": NONE}:
        return None, ()
    problems = tuple(_problems(settings))
    if problems:
        return None, problems
    resource = settings.get("resource", steps)
    if resource is None and settings["name"] != _COUNTS_VALUES:
        message = f"search.pruner is {settings['name']}, and nothing says how long a trial is"
        todo = "give every run the same number of steps: budget: {max_train_steps: 600}"
        return None, (SpaceProblem(place=_PLACE, message=message, todo=todo),)
    rungs = tuple(sorted(settings.get("rungs", ())))
    return Pruner(**{**settings, "resource": resource, "rungs": rungs}), ()


def _problems(settings: Mapping[str, Any]) -> list[SpaceProblem]:
    found = []
    known = [one.name for one in fields(Pruner)]
    is_misspelled = "name" not in settings and not set(settings) <= set(known)
    if settings.get("name") not in PRUNERS and not is_misspelled:
        name = settings.get("name")
        message = f"search.pruner is {shown(name)}" if name else "search.pruner has no name"
        todo = near(str(name), (NONE, *PRUNERS)) if name else "add name: asha"
        found.append(SpaceProblem(place=_PLACE, message=message, todo=todo))
    for key, value in settings.items():
        place = (*_PLACE, str(key))
        if key not in known:
            message = f"'{key}' is not a key of search.pruner"
            todo = near(str(key), known)
            found.append(SpaceProblem(place=place, message=message, todo=todo, of_key=True))
        elif key in _LIMITS and not _LIMITS[key][0](value):
            message = f"search.pruner.{key} is {shown(value)}, expected {_LIMITS[key][1]}"
            found.append(SpaceProblem(place=place, message=message, todo="leave it out"))
    return found


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
