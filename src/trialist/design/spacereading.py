"""The space, the search and the budget of a study file: every mistake with its place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialist.design.ablation import ablation_of, targets_of
from trialist.design.reading import Reading
from trialist.design.searchrules import Asked, search_problems
from trialist.design.searchsettings import budget_of, with_steps
from trialist.design.spacefile import Setting
from trialist.values.searchsettings import SearchSettings
from trialist.values.study import FULL, SeedRange

_KEYS = ("space", "search", "budget")


def check_search(reading: Reading, values: Mapping[str, Any]) -> None:
    """Report what is wrong with a space, its search and the budget.

    Args:
        reading: Takes the mistakes.
        values: The values that have the right type; what is wrong already is not among them.
    """
    data = reading.document.data
    if not any(key in values for key in _KEYS):
        return
    if "space" in data and data["space"] in (None, {}):
        todo = "write space: {lr: {low: 1e-4, high: 1.0, log: true}}, or leave it out"
        reading.rule(("space",), "space is empty: nothing would be searched", todo, of_key=True)
        return
    setting = _setting(reading, values)
    if setting is None:
        return
    asked = Asked(
        space=values.get("space", {}),
        search=_settings(values, data),
        config=values.get("config", {}),
        budget=budget_of(values),
        metric=values.get("metric", {}).get("name"),
        seeds=_seeds(values.get("seeds")),
    )
    for one in search_problems(asked, setting):
        reading.rule(one.place, one.message, one.todo, of_key=one.of_key)


def names_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the trials' configurations have beyond `config`, by key: the space, the steps."""
    found: dict[str, Any] = dict.fromkeys(
        str(name).split(".")[0] for name in values.get("space", {})
    )
    return dict(with_steps(budget_of(values), found))


def _settings(values: Mapping[str, Any], data: Mapping[str, Any]) -> SearchSettings | None:
    if values.get("search"):
        return SearchSettings(**values["search"])
    return SearchSettings() if "search" in data and "space" in values else None


def _setting(reading: Reading, values: Mapping[str, Any]) -> Setting | None:
    """Give what the space stands in; None where that is wrong itself."""
    data = reading.document.data
    if any(key in data and key not in values for key in ("config", "variants", "ablate")):
        return None
    config = with_steps(budget_of(values), values.get("config", {}))
    changes: Mapping[str, Any] = values.get("variants", {})
    if not values.get("ablate"):
        return Setting(config=config, changes=changes, baseline=values.get("baseline"))
    made = ablation_of(config, targets_of(values["ablate"]), variants=changes)
    if made.problems:
        return None
    return Setting(config=config, changes={**made.changes, **changes}, baseline=FULL)


def _seeds(given: Any) -> SeedRange | int | tuple[int, ...]:
    if isinstance(given, int | tuple):
        return given
    low, high = (given or {}).get("min", SeedRange().min), (given or {}).get("max", SeedRange().max)
    return SeedRange(min=low, max=high) if 1 <= low <= high else SeedRange()
