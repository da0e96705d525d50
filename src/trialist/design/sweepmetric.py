"""The metric of a W&B sweep file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from trialist.design.hints import hint
from trialist.design.schema import shown
from trialist.design.sweepdraft import Draft
from trialist.values.errors import MetricError
from trialist.values.metric import metric_name
from trialist.values.metricsource import SourceKind

_METRIC: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (lambda one: isinstance(one, str) and bool(one), "the name in wandb.log"),
    "goal": (lambda one: one in ("minimize", "maximize"), "minimize or maximize"),
    "target": (lambda _: True, ""),
    "impute": (lambda one: one in ("latest", "best", "worst"), "latest, best or worst"),
    "impute_while_running": (
        lambda one: one in ("latest", "best", "worst", "false", False),
        "latest, best, worst or false",
    ),
}


def read_metric(draft: Draft) -> None:
    """Read the metric of a sweep: its goal may miss, its name is that in `wandb.log`."""
    draft.data["metric"] = {"name": "val/loss", "goal": "minimize"}  # until it is known
    given = draft.sweep.data.get("metric")
    if not isinstance(given, dict):
        message = "the sweep has no metric" if given is None else f"metric is {shown(given)}"
        draft.wrong(("metric",), message, "add metric: {name: val/loss, goal: minimize}: the name "
                    "is that in wandb.log")  # fmt: skip
        return
    _check_keys(draft, given)
    _refuse_endings(draft, given)
    if "goal" not in given:
        draft.notes.append("the metric has no goal: W&B minimizes then, and so does this")
    elif given["goal"] in ("minimize", "maximize"):
        draft.put(("metric", "goal"), given["goal"], ("metric", "goal"))
    name = given.get("name")
    if isinstance(name, str) and name:
        _named(draft, name)
    elif "name" not in given:
        draft.wrong(("metric",), "metric has no 'name'", "add the name in wandb.log")


def _check_keys(draft: Draft, given: Mapping[str, Any]) -> None:
    for key, value in given.items():
        if key not in _METRIC:
            todo = hint(key, [*_METRIC], nothing="")
            draft.wrong(("metric", key), f"'{key}' is not a key of metric", todo, of_key=True)
        elif not _METRIC[key][0](value):
            message = f"metric.{key} is {shown(value)}, expected {_METRIC[key][1]}"
            draft.wrong(("metric", key), message, f"write {_METRIC[key][1]}")


def _refuse_endings(draft: Draft, given: Mapping[str, Any]) -> None:
    if "target" in given:
        draft.wrong(("metric", "target"), "metric.target cannot be honoured: a search that ends at "
                    "a good value is not compared at equal budgets",
                    "leave it out: all trials of the budget are run", of_key=True)  # fmt: skip
    for key, kept in (("impute", ("worst",)), ("impute_while_running", ("false", False))):
        value = given.get(key, kept[0])
        if value not in kept and _METRIC[key][0](value):
            draft.wrong(("metric", key), f"metric.{key}: {value} cannot be honoured: a trial that "
                        "failed has no value", "leave it out: it is told to the method as failed",
                        of_key=True)  # fmt: skip


def _named(draft: Draft, name: str) -> None:
    try:
        proper = metric_name(name)
    except MetricError:
        tail = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_").lstrip("0123456789_")
        proper = f"val/{tail or 'loss'}"
        draft.notes.append(f"the metric {name!r} names no split, so it is recorded as {proper}")
    draft.put(("metric", "name"), proper, ("metric", "name"))
    draft.put(("metric", "from"), SourceKind.WANDB.value, ("metric", "name"))
    draft.put(("metric", "key"), name, ("metric", "name"))
