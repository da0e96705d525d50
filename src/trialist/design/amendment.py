"""Which runs of an earlier plan count under the one that took its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from trialist.values.amendment import Amendment
from trialist.values.canonical import canonical_json
from trialist.values.plan import Plan

_PER_VARIANT = ("variants", "order", "code")
_JUDGES = (
    *("baseline", "seeds", "looks", "paired", "mode", "alpha"),
    *("variance", "prior", "open", "parent", "ablation"),
)
_BESIDE = ("format", "study", "question", "expect", "test", "retries", "timeout", "memory")
_OF_METRIC = ("goal", "relevant")
_OF_SEARCH = ("tuned", "price", "roles", "caveats", "why")
"""What is not named here makes a run another one: a key that nobody thought of must not let a run
count that was made otherwise."""


class Standing(StrEnum):
    """How a run of an earlier plan stands under the plan that is registered now."""

    COUNTS = "counts"  # it is what the plan asks for
    OTHER_CODE = "other_code"  # evidence, but of other code
    APART = "apart"  # another run: it is made again


def standing(
    earlier: Plan, plan: Plan, variant: str, *, codes: Mapping[str, str] | None = None
) -> Standing:
    """Give how the runs of `variant` that were made under an earlier plan stand under `plan`.

    A run is what the plan asks for where its configuration, trial, metric, random sources and
    threads are the same. What judges runs (goal, relevance, seeds, looks, baseline, pairing, mode,
    variance) does not make it another run.

    Args:
        earlier: The plan that the runs were made under.
        plan: The plan that is registered now.
        variant: The variant's name.
        codes: The code of each plan, by its hash, as `codes_of` gives them; without them two codes
            are one where their files are the same.
    """
    recipe = recipe_of(plan, variant)
    if recipe is None or recipe != recipe_of(earlier, variant):
        return Standing.APART
    same = earlier.code == plan.code or (
        codes is not None and codes[earlier.hash] == codes[plan.hash]
    )
    return Standing.COUNTS if same else Standing.OTHER_CODE


def codes_of(plans: Sequence[Plan], amendments: Sequence[Amendment]) -> Mapping[str, str]:
    """Give the code that each plan's runs are of, named by the first plan that had it.

    Plans with the same files have one code, and so have two plans whose amendment declares it.

    Args:
        plans: All plans of a study, oldest first; the one that is registered now is the last.
        amendments: What led from one to the next.
    """
    first: dict[Any, str] = {}
    for plan in plans:
        first.setdefault(plan.code, plan.hash)
    named = {plan.hash: first[plan.code] for plan in plans}
    for one in amendments:
        if one.declares_equal and {one.before, one.after} <= named.keys():
            kept, lost = named[one.before], named[one.after]
            named = {key: kept if name == lost else name for key, name in named.items()}
    return named


def judging_changed(earlier: Plan, plan: Plan) -> tuple[str, ...]:
    """Give the keys of the plan that judge runs and were changed; a change of these is post hoc."""
    before, after = earlier.to_dict(), plan.to_dict()
    found = [key for key in _JUDGES if before.get(key) != after.get(key)]
    if set(before["order"]) != set(after["order"]):
        found.append("variants")
    shared = [key for key in _OF_METRIC if before["metric"].get(key) != after["metric"].get(key)]
    searches = [one.get("search", {}) for one in (before, after)]
    priced = [key for key in _OF_SEARCH[:2] if searches[0].get(key) != searches[1].get(key)]
    return (*found, *(f"metric.{key}" for key in shared), *(f"search.{key}" for key in priced))


def recipe_of(plan: Plan, variant: str) -> str | None:
    """Give all that makes a run of a variant what it is, but for its code and its seed.

    None where the plan has no such variant.
    """
    data = plan.to_dict()
    if variant not in data["variants"]:
        return None
    metric = {key: value for key, value in data["metric"].items() if key not in _OF_METRIC}
    left_out = {*_PER_VARIANT, *_JUDGES, *_BESIDE, "metric"}
    rest = {key: value for key, value in data.items() if key not in left_out}
    if "search" in rest:
        rest["search"] = {k: v for k, v in rest["search"].items() if k not in _OF_SEARCH}
    # As text: 1, 1.0 and True are equal in Python and may train differently.
    return canonical_json([data["variants"][variant], metric, rest])
