"""What `test` of a study file must fulfil: who evaluates a trained run, by what, on which data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.design.document import Keys
from trialist.design.reading import Reading
from trialist.design.trialname import trial_mistakes
from trialist.values.errors import MetricError
from trialist.values.metric import Goal, metric_name
from trialist.values.sealed import TEST, is_alike


def check_sealed(reading: Reading, values: Mapping[str, Any], path: Path) -> None:
    """Report what is wrong with `test`, in either of its forms."""
    given = values.get("test")
    if given is None:
        return
    is_text = isinstance(given, str)
    trial = given if is_text else given.get("trial")
    keys: Keys = ("test",) if is_text else ("test", "trial")
    if trial is not None:
        _check_trial(reading, str(trial), keys, path)
    if is_text:
        return
    if given.get("metric") is not None:
        _check_metric(reading, given, values.get("metric", {}).get("name"))
    if given.get("goal") not in (None, *(one.value for one in Goal)):
        message = f"test.goal is {given['goal']!r}, expected maximize or minimize"
        reading.rule(("test", "goal"), message, "say which way is better")
    for place, one in enumerate(given.get("data", ())):
        if not one.strip():
            message = f"test.data[{place}] is empty, expected a path"
            reading.rule(("test", "data", place), message, "name a file, such as data/test.npz")


def _check_trial(reading: Reading, trial: str, keys: Keys, path: Path) -> None:
    place, colon, function = trial.rpartition(":")
    owner = function.partition(".")[0]  # a task's own method: train.py:task.tested
    where = reading.document.place(keys)
    for mistake in trial_mistakes(f"{place}{colon}{owner}", path.parent, where):
        reading.add(mistake)


def _check_metric(reading: Reading, given: Mapping[str, Any], goal: str | None) -> None:
    metric = given["metric"]
    todo = f"for example {TEST}/accuracy"
    try:
        is_proper = metric_name(metric) == metric
    except MetricError:
        is_proper = False
    if not is_proper:
        message = f"test.metric is {metric!r}, expected the form split/metric"
        reading.rule(("test", "metric"), message, todo)
    elif metric == goal:
        message = f"test.metric is {metric}, which the study chooses by"
        reading.rule(("test", "metric"), message, todo)
    elif goal is not None and given.get("goal") is None and not is_alike(metric, goal):
        message = f"which way {metric} is better is not said"
        reading.rule(("test", "metric"), message, "add goal: maximize, or goal: minimize, to test")
