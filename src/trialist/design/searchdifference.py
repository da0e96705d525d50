"""What differs between the searches of two plans, in lines a person can act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trialist.values.searchplan import SearchPlan

_KEYS: Mapping[str, str] = {
    "method": "search.method",
    "tuned": "search.claim",
    "trials": "search.trials",
    "replicates": "search.replicates",
    "seeds_per_trial": "search.seeds",
    "seed": "search.seed",
    "pruner": "search.pruner",
    "price": "search.price",
    "objectives": "search.objectives",
    "extends": "search.extends",
    "options": "search.options",
    "roles": "roles",
}
"""Where the study says what the plan has; the reasons and the caveats follow from the rest."""


def search_difference(
    old: SearchPlan | None, new: SearchPlan | None
) -> Iterator[tuple[str, Any, Any]]:
    """Give what differs, with its value before and after; None where there was none.

    What follows from something else that differs has no line of its own.
    """
    if old is None or new is None:
        if old is not new:
            yield "search", _words(old), _words(new)
        return
    found = [*_keys(old, new), *_spaces(old, new)]
    yield from found
    if found or {arm.variant for arm in old.arms} != {arm.variant for arm in new.arms}:
        return  # all else follows from these
    if old.design != new.design:
        yield "points of the search", len(old.design), len(new.design)
    elif old.caveats != new.caveats:
        yield "caveats of the search", len(old.caveats), len(new.caveats)


def _words(search: SearchPlan | None) -> str | None:
    return None if search is None else f"{search.trials} trials of each variant"


def _keys(old: SearchPlan, new: SearchPlan) -> Iterator[tuple[str, Any, Any]]:
    before, after = old.to_dict(), new.to_dict()
    for key, name in _KEYS.items():
        if before.get(key) != after.get(key):
            yield name, before.get(key), after.get(key)


def _spaces(old: SearchPlan, new: SearchPlan) -> Iterator[tuple[str, Any, Any]]:
    """Give the parameters that differ, those of several variants in one line."""
    changes: dict[tuple[str, str, str], tuple[list[str], Any, Any]] = {}
    after = {arm.variant: arm for arm in new.arms}
    for arm in old.arms:
        if arm.variant not in after:
            continue  # the plan tells of variants that are gone
        pairs = _parameters(arm.to_dict()), _parameters(after[arm.variant].to_dict())
        for name in dict.fromkeys((*pairs[0], *pairs[1])):
            for key, was, now in _entry(pairs[0].get(name), pairs[1].get(name)):
                owners, _, _ = changes.setdefault((name, key, repr((was, now))), ([], was, now))
                owners.append(arm.variant)
    for (name, key, _), (owners, was, now) in changes.items():
        label = f"space of {', '.join(owners)}: {name}"
        yield (f"{label} {key}" if key else label), was, now


def _parameters(arm: Mapping[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in arm["parameters"]}


def _entry(
    was: Mapping[str, Any] | None, now: Mapping[str, Any] | None
) -> Iterator[tuple[str, Any, Any]]:
    if was is None or now is None:
        yield "", None if was is None else "searched", None if now is None else "searched"
        return
    for key in dict.fromkeys((*was, *now)):
        if was.get(key) != now.get(key):
            yield key, was.get(key), now.get(key)
