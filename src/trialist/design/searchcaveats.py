"""What the searches of a plan do not answer: what is held, and what tuning cannot claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from trialist.design.arms import Arms
from trialist.design.lintwords import listed
from trialist.design.spacefile import STEPS, Setting, Space
from trialist.design.spacevalues import text_of_value
from trialist.design.strategy import RECIPE_SEARCHES
from trialist.values.command import OWN_NAMES
from trialist.values.configwords import leaves
from trialist.values.metric import Goal
from trialist.values.placeholders import names_in
from trialist.values.searchplan import Tuned

_MOST_NAMES = 12
_CLOSE = 0.85
"""How alike two names are that may be a slip: weight_decy is, beta1 and beta2 are not."""


def search_caveats(
    space: Space, setting: Setting, made: Arms, *, tuned: Tuned, replicates: int
) -> tuple[str, ...]:
    """Give what limits the verdicts of these searches, as sentences."""
    return (
        *_about_fixed(space),
        *_about_names(space, setting),
        *_about_config(space, setting, made),
        *_about_unequal(made),
        *_about_claim(made, tuned, replicates),
    )


def goal_caveats(metric: str, objectives: Mapping[str, str]) -> tuple[str, ...]:
    """Give what a search with several goals leaves out of its verdict; nothing of one goal.

    Args:
        metric: The goal metric's name.
        objectives: The further metrics with their goals.
    """
    if not objectives:
        return ()
    low = [f"{'low' if Goal(way) is Goal.MINIMIZE else 'high'} {one}" for one, way in
           objectives.items()]  # fmt: skip
    beaten = "both" if len(low) == 1 else "all"
    said = (
        f"The search also looked for {listed(low)}: the winner is the best in {metric} alone, and "
        f"the verdict is about that. `trialist analyze` lists the trials that none beats in "
        f"{beaten}."
    )
    return (said,)


def _about_fixed(space: Space) -> Iterator[str]:
    for one in space.declared:
        if one.parameter is None:
            said = one.caveat.rstrip(". ") or "the result holds for this value"
            yield f"{one.name} is held at {text_of_value(one.value)}: {said}."


def _about_names(space: Space, setting: Setting) -> Iterator[str]:
    """Tell of names that are nearly those of the configuration: a slip would tune nothing."""
    known = [name for name, _ in leaves(setting.config)]
    left = [name for name in known if name not in space.by_name]
    for name in space.by_name:
        close = get_close_matches(name, left, n=1, cutoff=_CLOSE)
        if close and name not in known:
            yield f"{name} is in the space and {close[0]} in config: are they meant to be one?"


def _about_config(space: Space, setting: Setting, made: Arms) -> Iterator[str]:
    asked = {*space.by_name, *(name for arm in made.arms for name in arm.given), STEPS}
    held = [name for name, value in leaves(setting.config) if not _is_filled_in(value)]
    names = [name for name in held if name not in asked]
    names = [name for name in names if not any(name.startswith(f"{one}.") for one in asked)]
    if not names:
        return
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    were = "was" if len(names) == 1 else "were"
    value = "its value" if len(names) == 1 else "their values"
    yield f"{', '.join(names[:_MOST_NAMES])}{more} {were} not tuned: the result holds for {value}."


def _is_filled_in(value: Any) -> bool:
    """Tell whether a value is another one in every run: the seed, the run's folder."""
    return isinstance(value, str) and bool(set(names_in(value)) & set(OWN_NAMES))


def _about_unequal(made: Arms) -> Iterator[str]:
    """Tell of a key that is searched in one variant and set by another."""
    searched: dict[str, list[str]] = {}
    for arm in made.arms:
        for one in arm.parameters:
            searched.setdefault(one.name, []).append(arm.variant)
    for name, variants in searched.items():
        setting = [arm.variant for arm in made.arms if name in arm.given]
        if setting:
            yield (
                f"{name} is searched in {', '.join(variants)} and set by {', '.join(setting)}: "
                "the latter had less tuning."
            )


def _about_claim(made: Arms, tuned: Tuned, replicates: int) -> Iterator[str]:
    n_searched = len([arm for arm in made.arms if arm.parameters])
    if tuned is Tuned.RECIPE and replicates < RECIPE_SEARCHES:
        yield (
            f"Study variance is hardly measured: {replicates} search{'es' * (replicates > 1)} per "
            f"variant, and {RECIPE_SEARCHES} tell the luck of the search from the recipe."
        )
    elif tuned is Tuned.CONFIGURATION and n_searched > 1:
        yield (
            "Study variance is not measured: one search per variant finds configurations, and the "
            "verdict is about these, not about the recipes."
        )
