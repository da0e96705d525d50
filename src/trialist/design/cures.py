"""What to do about each mistake of a study file, in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialist.design.hints import hint, nearest
from trialist.design.schema import EXPECTED, GROUPS, keys_of

MISSING_CURES: Mapping[str, str] = {
    "metric": "add `metric: {name: val/accuracy, goal: maximize}`",
    "trial": "add `trial: train.py:train`, a file and the function in it that trains once; or "
    "`command: python train.py --seed {seed}`",
    "metric.name": "name what the trial returns, such as val/accuracy",
    "test.trial": "name what evaluates a trained run, such as test.py:evaluate",
    "metric.goal": "say which way is better: goal: maximize, or goal: minimize",
}
"""What to add for a key that a study must have."""

_LATER_CURES: Mapping[str, str] = {
    "store": "give it on the command line: --store FOLDER",
}
"""What to do in place of a key that is not here yet; otherwise: remove it."""


def later_todo(key: str) -> str:
    """Give what to do in place of a key that this version does not have."""
    return _LATER_CURES.get(key, "leave it out")


def unknown_todo(group: str, key: str) -> str:
    """Give what to do about a key that nobody knows."""
    homes = [home for home in GROUPS if not group and key in keys_of(home)]
    if homes:
        return f"it belongs inside of {homes[0]}: {homes[0]}.{key}"
    if group:
        if key in keys_of(""):
            return f"it stands at the top of the file, not inside of {group}"
        return hint(key, keys_of(group), nothing="")
    # `seed` is rare, and one letter from `seeds`, which nearly every study has.
    close = nearest(key, [name for name in keys_of("") if name != "seed"])
    if close is None:
        return f"settings of the trial belong into config: config.{key}"
    return f"did you mean '{close}'? (settings of the trial belong into config)"


def type_todo(name: str, given: Any) -> str:
    """Give what to do about a value of the wrong type at the key `name`."""
    expected = EXPECTED.get(name, "a value of another type")
    if name == "seed":
        return "the seeds are said by `seeds`; seed: inject seeds a Python script from outside"
    if given is None:
        return "give a value, or remove the key"
    if isinstance(given, str):
        return _text_todo(name, given, expected)
    if expected == "text" and not isinstance(given, dict | list):
        return "put it into quotes if it is meant"
    return f"write {expected}"


def _text_todo(name: str, given: str, expected: str) -> str:
    choices = {
        "metric.goal": ("maximize", "minimize"),
        "mode": ("confirm", "explore"),
        "variance": ("separate", "pooled", "history"),
        "args": ("space", "equals", "keyvalue"),
        "cwd": ("study", "run"),
    }
    if name in choices:
        return hint(given, choices[name], nothing="")
    if name == "metric":
        return f"write metric: {{name: {given}, goal: maximize}}"
    if name in ("paired", "vary", "ablate"):
        return f"write {name}: [{given}]"
    if "number" in expected:
        return _number_todo(given, expected)
    return f"write {expected}"


def _number_todo(given: str, expected: str) -> str:
    if _is_number(given):
        return "write it without '_'" if "_" in given else "remove the quotes"
    if _is_number(given.replace(",", ".")):
        return "use a decimal point"
    return f"write {expected}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
