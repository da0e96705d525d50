"""What is searched, in words: the ranges, the scales, the roles, the method and its reason."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.figures.unitaxis import value_words
from trialist.values.numbers import counted, plain
from trialist.values.searchplan import SearchPlan, Tuned
from trialist.values.space import Arm, Law, Parameter, Role, Scale

SPACE_HEAD = ("variant", "parameter", "searched", "scale", "role")
_SCALES = {Scale.LINEAR: "linear", Scale.LOG: "log", Scale.ONE_MINUS_LOG: "log of 1 - x"}
_MOST_CHOICES = 5
_CLAIMS = {
    Tuned.RECIPE: "Verdicts are about the recipes, tuning included: each search gives one value, a "
    "fresh run of its winner.",
    Tuned.CONFIGURATION: "Verdicts are about the configurations that the searches chose, on fresh "
    "seeds; another search would have chosen others.",
}


def space_rows(arms: Sequence[Arm]) -> list[tuple[str, ...]]:
    """Give one row per parameter and variant; variants with the same ones share their rows."""
    groups: list[tuple[tuple[Parameter, ...], list[str]]] = []
    for arm in arms:
        names = next((names for same, names in groups if same and same == arm.parameters), None)
        if names is None:
            groups.append((arm.parameters, [arm.variant]))
        else:
            names.append(arm.variant)
    return [row for parameters, names in groups for row in _rows(parameters, ", ".join(names))]


def _rows(parameters: Sequence[Parameter], names: str) -> list[tuple[str, ...]]:
    if not parameters:
        return [(names, "nothing", "run as it is", "", "")]
    return [("" if place else names, *_row(one)) for place, one in enumerate(parameters)]


def _row(one: Parameter) -> tuple[str, ...]:
    scale = "" if one.choices else _SCALES[one.scale]
    return one.shown, range_words(one), scale, one.role.value


def range_words(one: Parameter) -> str:
    """Give what is searched: 0.001 to 1, one of 32, 64, 128, or off."""
    if one.choices:
        listed = ", ".join(map(value_words, one.choices[:_MOST_CHOICES]))
        more = f" and {len(one.choices) - _MOST_CHOICES} more" * (len(one.choices) > _MOST_CHOICES)
        said = f"one of {listed}{more}"
    elif one.law is Law.UNIFORM and one.low is not None and one.high is not None:
        said = f"{value_words(one.low)} to {value_words(one.high)}"
        said += ", whole numbers" if one.integer else ""
        said += f" in steps of {plain(one.step)}" if one.step is not None else ""
    else:
        first, second = one.shape or (0.0, 1.0)
        said = f"{one.law.value}({plain(first)}, {plain(second)})"
    said += ", or off" if one.switch else ""
    return said + _when(one)


def _when(one: Parameter) -> str:
    if not one.when:
        return ""
    said = []
    for name, wanted in one.when.items():
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        said.append(f"{name} {' or '.join(map(value_words, values))}")
    return f", with {' and '.join(said)}"


def method_words(search: SearchPlan) -> list[str]:
    """Give how it was searched, as sentences: method, reason, trials, claim, pruning."""
    name = search.method.value.replace("_", "-")
    said = [f"Method: {name}." + (f" {search.why}" if search.why else "")]
    per = f" in {search.replicates} searches of {search.trials_per_search}"
    trials = counted(search.trials, "trial")
    shared = [arm for arm in search.searched if arm.shares not in ("", arm.variant)]
    said.append(
        f"{trials} per variant{per if search.replicates > 1 else ''}"
        + (", the same points for variants with the same parameters" if shared else "")
        + (f"; {search.seeds_per_trial} seeds per trial" if search.seeds_per_trial > 1 else "")
        + "."
    )
    said.append(_CLAIMS[search.tuned])
    if search.objectives:
        goals = ", ".join(f"{name} ({goal})" for name, goal in search.objectives.items())
        said.append(f"It searched for {goals} too.")
    if search.pruner is not None:
        said.append(f"Trials were ended early by {search.pruner.name} (eta {search.pruner.eta}).")
    if search.extends is not None:
        said.append(f"Trials of {search.extends} were taken over where they lie in these ranges.")
    return said


def fixed_words(search: SearchPlan) -> list[str]:
    """Give what was held, and which roles were said, as sentences."""
    words = {word.strip(".,:;") for caveat in search.caveats for word in caveat.split()}
    fixed = [
        name
        for name, role in search.roles.items()
        if role == Role.FIXED.value and name not in words
    ]
    said = [f"Held fixed: {', '.join(fixed)}."] if fixed else []
    return [*said, *search.caveats]
