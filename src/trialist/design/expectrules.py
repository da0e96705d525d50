"""What a study file may say of its answer and of its past: the rules of `expect` and `parent`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.design.ablation import ablation_of, targets_of
from trialist.design.expectations import expectations_of
from trialist.design.reading import Reading
from trialist.values.study import FULL


def check_expect(reading: Reading, values: Mapping[str, Any]) -> None:
    """Report expectations that cannot be read, or that are about no variant."""
    names = _variants(reading, values)
    found = expectations_of(
        values.get("expect", {}),
        variants=names,
        baseline=_baseline(reading, values, names or ()),
        relevant=_relevant(reading, values),
    )
    for one in found.problems:
        reading.rule(("expect", one.variant), one.message, one.todo, of_key=one.of_key)


def check_parent(reading: Reading, values: Mapping[str, Any], path: Path) -> None:
    """Report a study that names itself; whether the parent is there, only the store knows."""
    parent = values.get("parent")
    if parent is not None and parent == (values.get("name") or path.stem):
        message = f"parent is {parent!r}, which is this study itself"
        reading.rule(("parent",), message, "give the follow-up a name of its own")


def _variants(reading: Reading, values: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Give the names of all variants; None where they are wrong themselves."""
    data = reading.document.data
    given = data.get("variants")
    if not isinstance(given, dict | None):
        return None
    if not data.get("ablate"):
        return tuple(given or ("baseline",))
    if "ablate" not in values or "config" not in values:
        return None
    made = ablation_of(
        values["config"], targets_of(values["ablate"]), variants=values.get("variants", {})
    )
    return None if made.problems else (*made.changes, *(given or ()))


def _baseline(reading: Reading, values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    if reading.document.data.get("ablate"):
        return FULL
    if values.get("baseline") is not None:
        return str(values["baseline"])
    return "baseline" if "baseline" in names else next(iter(names), None)


def _relevant(reading: Reading, values: Mapping[str, Any]) -> float | None:
    found: float | None = values.get("metric", {}).get("relevant")
    metric = reading.document.data.get("metric")
    if found is None and isinstance(metric, dict) and metric.get("relevant") is not None:
        return 1.0  # it is wrong, which is told already
    return found
