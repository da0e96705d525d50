"""What a study file may say: its keys, what each expects, and what a later version will take.

Keys and types come from the dataclasses of `values`, so a new field is known here at once; the
words for a person are in the tables below.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, get_type_hints

from trialist.values.metric import Metric
from trialist.values.metricsource import SOURCE_KEYS
from trialist.values.resources import Resources
from trialist.values.sealed import SealedTest
from trialist.values.searchsettings import Budget, SearchSettings
from trialist.values.study import SeedRange, Study

MOST_SEEDS = 10_000
"""Seeds per variant that a study may ask for; more is a slip of the keyboard."""

NOT_FROM_FILES = ("folder", "notes")
GROUPS: Mapping[str, type] = {
    "metric": Metric,
    "seeds": SeedRange,
    "resources": Resources,
    "test": SealedTest,
    "search": SearchSettings,
    "budget": Budget,
}
LATER: Mapping[str, tuple[str, ...]] = {
    "": (
        "track",
        "store",
    ),
    "resources": ("executor",),
}
"""Keys of the whole product that this version does not have, by the group they belong to."""

MORE: Mapping[tuple[str, str], type] = {
    ("metric", key): float if key == "scale" else str for key in SOURCE_KEYS
}
"""Keys of a group that are no fields of its class, with their types."""

_GIVEN: Mapping[tuple[str, str], type] = {**MORE, ("", "trial"): str, ("", "command"): str}
"""Types of keys that a file gives otherwise than Python: a function, or nothing, is no text."""

EXPECTED: Mapping[str, str] = {
    "metric": "a mapping such as {name: val/accuracy, goal: maximize}",
    "metric.name": "a name such as val/accuracy",
    "metric.goal": "maximize or minimize",
    "metric.relevant": "a positive number",
    "trial": "a function in a file, such as train.py:train",
    "command": "a command such as 'python train.py --lr {lr} --seed {seed}'",
    "args": "space, equals or keyvalue",
    "env": "a mapping such as {CUDA_LAUNCH_BLOCKING: 1}",
    "terminal": "true or false",
    "cwd": "study or run",
    "seed": "inject",
    "metrics": "a mapping such as {train/loss: 'Loss: ([0-9.]+)'}",
    "metric.pattern": "a regular expression with the number in brackets",
    "metric.take": "last or best",
    "metric.from": "text, json, file, tfevents or wandb",
    "metric.key": "the metric's name in there",
    "metric.scale": "a number such as 0.01",
    "metric.file": "a path such as '{run_dir}/metrics.csv'",
    "name": "text",
    "question": "text",
    "config": "a mapping such as {lr: 0.1}",
    "variants": "a mapping such as {baseline: {}, dropout: {dropout: 0.3}}",
    "baseline": "the name of a variant",
    "ablate": "a list such as [dropout, norm], or a mapping such as {dropout: 0, norm: none}",
    "seeds": "{min: 5, max: 20}, a number, or a list such as [0, 1, 2]",
    "seeds.min": "a whole number",
    "seeds.max": "a whole number",
    "paired": "a list such as [order, init]",
    "vary": "a list such as [order, init, train]",
    "mode": "confirm or explore",
    "variance": "separate, pooled or history",
    "history": "the path of a table, such as spreads.csv",
    "looks": "planned or open",
    "expect": "a mapping such as {dropout: '> 0.005'}",
    "parent": "the name of a study in the store",
    "determinism": "auto, strict, warn or fast",
    "names": "mapped or strict",
    "vectorize": "auto, off or require",
    "data": "a list of paths, such as [data/train.csv]",
    "space": "a mapping such as {lr: {low: 1e-4, high: 1.0, log: true}}",
    "search": "a mapping such as {trials: 64, replicates: 4}",
    "search.method": "auto, grid, random, quasi_random, tpe, gp, cma_es, nsga_ii or pbt",
    "search.trials": "a whole number",
    "search.replicates": "a whole number",
    "search.claim": "auto, recipe or configuration",
    "search.pruner": "none, median, asha, hyperband, or a mapping such as {name: asha, eta: 3}",
    "search.seeds": "a whole number",
    "search.seed": "a whole number",
    "search.price": "a number",
    "search.extends": "the name of a study in the store",
    "search.objectives": "a mapping such as {val/loss: minimize}",
    "search.options": "a mapping",
    "budget": "a mapping such as {max_train_steps: 600, runs: 400}",
    "budget.max_train_steps": "a whole number",
    "budget.runs": "a whole number",
    "budget.wall_clock": "seconds, or a time such as 90s, 20m or 2h",
    "test": "a function such as test.py:evaluate, or a mapping such as "
    "{trial: test.py:evaluate, data: [data/test.npz]}",
    "test.trial": "a function in a file, such as test.py:evaluate",
    "test.data": "a list of paths, such as [data/test.npz]",
    "test.metric": "a name such as test/accuracy",
    "test.goal": "maximize or minimize",
    "resources": "a mapping such as {workers: auto}",
    "resources.workers": "auto or a whole number",
    "resources.threads": "a whole number",
    "resources.retries": "a whole number",
    "resources.timeout": "seconds, or a time such as 90s, 20m or 2h",
    "resources.memory": "bytes, or a size such as 4GiB",
    "resources.gpus": "auto or a whole number",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A value in the type of its field, or the list items that do not fit it.

    Attributes:
        value: What the field takes; None where the value does not fit.
        fits: True where it does.
        items: Places of the wrong items, where it is a list with wrong items.
    """

    value: Any = None
    fits: bool = True
    items: tuple[int, ...] = ()


def keys_of(group: str) -> tuple[str, ...]:
    """Give the keys that a study file has at its top (group "") or inside a group."""
    kind = GROUPS.get(group, Study)
    own = tuple(field.name for field in fields(kind) if field.name not in NOT_FROM_FILES)
    return (*own, *(name for of, name in MORE if of == group))


def fit(group: str, key: str, value: Any) -> Fit:
    """Give `value` as the field `key` of `group` takes it; text is never a number here."""
    from pydantic import ValidationError

    try:
        return Fit(value=_adapter(group, key).validate_json(json.dumps(value), strict=True))
    except ValidationError as error:
        places = (problem["loc"][-1:] for problem in error.errors(include_url=False))
        items = tuple(
            dict.fromkeys(last for (last,) in filter(None, places) if isinstance(last, int))
        )
        return Fit(fits=False, items=items if isinstance(value, list) else ())


@cache
def _adapter(group: str, key: str) -> Any:
    from pydantic import TypeAdapter

    kind = _GIVEN.get((group, key)) or get_type_hints(GROUPS.get(group, Study))[key]
    return TypeAdapter(kind)


def shown(value: object) -> str:
    """Give a value as a person wrote it, short.

    Example:
        >>> shown("max"), shown(None), shown([1, 2]), shown(True)
        ("'max'", 'empty', 'a list', 'true')
    """
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else f"{value[:37]}...")
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else f"{'-' if value < 0 else ''}.inf"
    return "a list" if isinstance(value, list | tuple) else f"{value}"
