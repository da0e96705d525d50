"""What a study's values must fulfil beyond their types; each mistake with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from trialist.design.ablation import ablation_of, targets_of
from trialist.design.commandkeys import check_command
from trialist.design.cures import MISSING_CURES
from trialist.design.document import Keys, dotted
from trialist.design.expectrules import check_expect, check_parent
from trialist.design.hints import hint
from trialist.design.merge import unknown_keys
from trialist.design.reading import Reading
from trialist.design.schema import EXPECTED, MOST_SEEDS, shown
from trialist.design.sealedrules import check_sealed
from trialist.design.spacereading import check_search, names_of
from trialist.design.trialname import trial_mistakes
from trialist.values.errors import MetricError, TrialistError
from trialist.values.judging import OPEN, PLANNED, Mode, Variance, judging_problems
from trialist.values.metric import metric_name
from trialist.values.resources import Resources
from trialist.values.seeds import SOURCES
from trialist.values.study import OPEN_NEEDS_RANGE, OPEN_RANGE_TODO, SeedRange

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LONGEST_NAME = 100
_NAME_TODO = (
    "use letters, digits, '.', '_' and '-', beginning with a letter or a digit, "
    f"{_LONGEST_NAME} at most"
)


def check_rules(reading: Reading, values: Mapping[str, Any], path: Path) -> None:
    """Report every value that cannot be used.

    Args:
        reading: Takes the mistakes.
        values: The values that have the right type; what is wrong already is not among them.
        path: The study file.
    """
    _check_trial(reading, values, path)
    check_command(reading, values, path)
    _check_metric(reading, values.get("metric", {}))
    _check_name(reading, values.get("name"), path)
    _check_config(reading, values.get("config", {}), ("config",))
    _check_variants(reading, values)
    _check_baseline(reading, values)
    _check_ablate(reading, values)
    check_search(reading, values)
    _check_seeds(reading, values.get("seeds"))
    _check_sources(reading, values)
    _check_judging(reading, values)
    check_expect(reading, values)
    check_parent(reading, values, path)
    _check_data(reading, values.get("data", ()))
    check_sealed(reading, values, path)
    _check_resources(reading, values.get("resources", {}))


def _check_trial(reading: Reading, values: Mapping[str, Any], path: Path) -> None:
    if "trial" in values and values["trial"] is None:
        reading.rule(("trial",), "trial is empty", MISSING_CURES["trial"])
    elif "trial" in values:
        where = reading.document.place(("trial",))
        keys = {**values.get("config", {}), **names_of(values)}
        for mistake in trial_mistakes(values["trial"], path.parent, where, config=keys):
            reading.add(mistake)


def _check_metric(reading: Reading, metric: Mapping[str, Any]) -> None:
    name = metric.get("name")
    if name is not None:
        try:
            proper = metric_name(name)
        except MetricError as error:
            proper, todo = None, error.mistakes[0].todo
        else:
            todo = f"write '{proper}'; the trial may go on reporting {name!r}"
        if proper != name:
            message = f"metric.name is {name!r}, expected the form split/metric"
            reading.rule(("metric", "name"), message, todo)
    relevant = metric.get("relevant")
    if relevant is not None and not (math.isfinite(relevant) and relevant > 0):
        reading.rule(
            ("metric", "relevant"),
            f"metric.relevant is {relevant:g}, expected a positive number",
            "give the smallest difference worth having, in the metric's unit, or leave it out",
        )


def _check_name(reading: Reading, name: str | None, path: Path) -> None:
    if name is None and not _is_folder_name(path.stem):
        proper = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._") or "study"
        reading.rule(
            (),
            f"the study is called after its file, and '{path.stem}' cannot be a folder",
            f"add `name: {proper}`",
        )
    elif name is not None and not _is_folder_name(name):
        reading.rule(("name",), f"the study's name {name!r} cannot be a folder", _NAME_TODO)


def _is_folder_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and len(name) <= _LONGEST_NAME


def _check_config(reading: Reading, value: Any, keys: Keys) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_config(reading, inner, (*keys, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            _check_config(reading, inner, (*keys, place))
    elif isinstance(value, float) and not math.isfinite(value):
        reading.rule(
            keys,
            f"{dotted(keys)} is {shown(value)}, and a configuration holds finite numbers only",
            "write null or a word for it, and let the trial say what that means",
        )


def _check_variants(reading: Reading, values: Mapping[str, Any]) -> None:
    variants = values.get("variants", {})
    config = values.get("config", {})
    config_is_known = "config" in values or "config" not in reading.document.data
    by_folder: dict[str, str] = {}
    for name, change in variants.items():
        keys: Keys = ("variants", name)
        if not _is_folder_name(name):
            message = f"the variant's name {name!r} cannot be a folder"
            reading.rule(keys, message, _NAME_TODO, of_key=True)
        other = by_folder.setdefault(name.lower(), name)
        if other != name:
            message = f"variants '{other}' and '{name}' differ in case only"
            todo = "rename one: on some disks they would share a folder"
            reading.rule(keys, message, todo, of_key=True)
        _check_config(reading, change, keys)
        if config_is_known:
            _check_change(reading, name, config, change, values.get("space", {}))


def _check_change(
    reading: Reading,
    name: str,
    config: Mapping[str, Any],
    change: Mapping[str, Any],
    space: Collection[str],
) -> None:
    for way in unknown_keys(config, change):
        if dotted(way) in space:
            continue
        here: Any = config
        for key in way[:-1]:
            here = here[key]
        owner = dotted(("config", *way[:-1]))
        key = str(way[-1])
        add = f"put its baseline value into config, such as {key}: ..."
        todo = hint(key, list(here), nothing=add)
        if here and "did you mean" not in todo:
            todo = f"{add} (known: {', '.join(map(str, here))})" if len(here) <= 12 else add
        message = f"variant {name}: '{key}' is not a key of {owner}"
        reading.rule(("variants", name, *way), message, todo, of_key=True)


def _check_baseline(reading: Reading, values: Mapping[str, Any]) -> None:
    baseline = values.get("baseline")
    data = reading.document.data
    given = data.get("variants")
    if "ablate" in data or (data.get("space") and not given):
        return  # the variants that are made have rules of their own
    names = list(given) if isinstance(given, dict) and given else ["baseline"]
    if baseline is not None and baseline not in names and not isinstance(given, list | str):
        reading.rule(
            ("baseline",),
            f"baseline is {baseline!r}, which is not a variant",
            hint(baseline, names, nothing=""),
        )


def _check_ablate(reading: Reading, values: Mapping[str, Any]) -> None:
    given = reading.document.data.get("ablate")
    if given in ([], {}):
        todo = "list keys of config, such as ablate: [dropout], or leave it out"
        reading.rule(("ablate",), "ablate is empty: nothing would be left out", todo)
    config = reading.document.data.get("config")
    if not given or not isinstance(given, list | dict) or not isinstance(config, dict | None):
        return
    if isinstance(given, dict):
        _check_config(reading, given, ("ablate",))
    made = ablation_of(
        config or {},
        targets_of(given),
        variants=values.get("variants", {}),
        baseline=values.get("baseline"),
    )
    for one in made.problems:
        reading.rule(one.place, one.message, one.todo, of_key=one.of_key)


def _check_seeds(reading: Reading, seeds: Any) -> None:
    if isinstance(seeds, Mapping):
        _check_seed_range(reading, seeds)
    elif isinstance(seeds, tuple) or _items(reading, "seeds", (), int):
        _check_seed_list(reading, seeds or ())
    elif isinstance(seeds, int) and not 1 <= seeds <= MOST_SEEDS:
        reading.rule(
            ("seeds",),
            f"seeds is {seeds}, expected 1 to {MOST_SEEDS:,} per variant",
            "give 5 or more to claim something; 3 is the least that can be tested",
        )


def _check_seed_range(reading: Reading, seeds: Mapping[str, int]) -> None:
    wrong = [key for key in ("min", "max") if not 1 <= seeds.get(key, 1) <= MOST_SEEDS]
    for key in wrong:
        message = f"seeds.{key} is {seeds[key]}, expected 1 to {MOST_SEEDS:,}"
        reading.rule(("seeds", key), message, "for example {min: 5, max: 20}")
    if wrong or len(seeds) < len(
        [key for key in _given(reading, "seeds") if key in ("min", "max")]
    ):
        return
    try:
        SeedRange(**seeds)
    except TrialistError:
        low, high = seeds.get("min", SeedRange().min), seeds.get("max", SeedRange().max)
        todo = f"for example seeds: {{min: {min(low, high)}, max: {max(low, high)}}}"
        if len(seeds) == 1:
            missing = "min" if "max" in seeds else "max"
            default = getattr(SeedRange(), missing)
            todo = f"set seeds.{missing} too, which is {default} by default"
        place = "max" if "max" in seeds else "min"
        reading.rule(("seeds", place), f"seeds.min {low} is more than seeds.max {high}", todo)


def _items(reading: Reading, key: str, taken: Sequence[Any], kind: type) -> list[tuple[int, Any]]:
    """Give the items of a list that have the right type, also where others do not."""
    given = reading.document.data.get(key)
    items = enumerate(given if isinstance(given, list) else taken)
    return [(place, item) for place, item in items if type(item) is kind]


def _given(reading: Reading, group: str) -> Mapping[str, Any]:
    given = reading.document.data.get(group)
    return given if isinstance(given, dict) else {}


def _check_seed_list(reading: Reading, seeds: tuple[int, ...]) -> None:
    items = _items(reading, "seeds", seeds, int)
    if not 1 <= len(items) <= MOST_SEEDS:
        message = f"seeds lists {len(items):,} seeds, expected 1 to {MOST_SEEDS:,}"
        reading.rule(("seeds",), message, "list different numbers, such as [0, 1, 2]")
    first: dict[int, int] = {}
    for place, seed in items:
        if not 0 <= seed < 2**63:
            message = f"seeds[{place}] is {seed}, expected a number from 0 to 2^63 - 1"
            reading.rule(("seeds", place), message, "give small different numbers from 0")
        elif first.setdefault(seed, place) != place:
            message = f"seeds[{place}] is {seed}, which is seeds[{first[seed]}] already"
            reading.rule(("seeds", place), message, "equal seeds give the same run: remove one")


def _check_sources(reading: Reading, values: Mapping[str, Any]) -> None:
    for key in ("paired", "vary"):
        for place, source in _items(reading, key, values.get(key, ()), str):
            if source not in SOURCES:
                message = f"{key}[{place}]: {source!r} is not a random source"
                reading.rule((key, place), message, hint(source, SOURCES, nothing=""))
    if values.get("vary") == ():
        reading.rule(
            ("vary",),
            "vary is empty: every seed would give the same run",
            "leave it out, or list some of split, order, init, train",
        )


def _check_data(reading: Reading, paths: Sequence[str]) -> None:
    for place, path in _items(reading, "data", paths, str):
        if not path.strip():
            message = f"data[{place}] is empty, expected a path"
            reading.rule(("data", place), message, "name a file or folder, such as data/train.csv")


def _check_judging(reading: Reading, values: Mapping[str, Any]) -> None:
    looks = values.get("looks", PLANNED)
    problems = judging_problems(
        variance=values.get("variance", Variance.SEPARATE),
        history=values.get("history"),
        looks=looks,
        paired=values.get("paired", ()),
        mode=values.get("mode", Mode.CONFIRM),
    )
    for problem in problems:
        reading.rule((problem.key,), problem.message, problem.todo)
    if looks == OPEN and isinstance(values.get("seeds"), int | tuple):
        reading.rule(("seeds",), OPEN_NEEDS_RANGE, OPEN_RANGE_TODO)


def _check_resources(reading: Reading, resources: Mapping[str, Any]) -> None:
    for key, value in resources.items():
        if isinstance(value, float) and not math.isfinite(value):
            message = f"resources.{key} is {shown(value)}, expected {EXPECTED[f'resources.{key}']}"
            reading.rule(("resources", key), message, "leave it out for no limit")
            continue
        try:
            Resources(**{key: value})
        except TrialistError as error:
            said = error.mistakes[0]
            reading.rule(("resources", key), said.message, said.todo)
