"""The keys of a study that belong to a command: read, and checked with their places."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.design.commandspace import searched_command_problems
from trialist.design.document import Keys, dotted
from trialist.design.hints import hint
from trialist.design.merge import merged
from trialist.design.reading import Reading
from trialist.design.schema import EXPECTED, fit, shown
from trialist.design.scripttext import missing_script, script_text
from trialist.design.searchsettings import budget_of, with_steps
from trialist.values.command import (
    COMMAND_KEYS,
    INJECT,
    ArgStyle,
    Command,
    Cwd,
    goal_first,
    sources_of,
    split_goal,
)
from trialist.values.configwords import text_of
from trialist.values.errors import MetricError, TrialistError
from trialist.values.metric import Goal, Metric, metric_name
from trialist.values.metricsource import SOURCE_KEYS, MetricSource, source_problems


def read_metrics(reading: Reading, given: Mapping[Any, Any]) -> dict[str, Any]:
    """Give the metrics of a command as the study names them, as far as their types fit."""
    found: dict[str, Any] = {}
    for name, said in given.items():
        keys: Keys = ("metrics", name)
        if isinstance(said, str):
            found[name] = said
        elif isinstance(said, dict):
            found[name] = _read_source(reading, keys, said)
        else:
            message = f"{dotted(keys)} is {shown(said)}, expected a pattern or a mapping"
            reading.wrong_type(keys, message, "for example 'Loss: ([0-9.]+)', or {from: json}")
    return found


def _read_source(reading: Reading, keys: Keys, said: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in said.items():
        if key not in SOURCE_KEYS:
            todo = hint(str(key), SOURCE_KEYS, nothing="")
            reading.unknown((*keys, key), f"'{key}' is not a key of a metric of a command", todo)
            continue
        fitted = fit("metric", key, value)
        if fitted.fits:
            found[key] = fitted.value
        else:
            expected = EXPECTED[f"metric.{key}"]
            message = f"{dotted((*keys, key))} is {shown(value)}, expected {expected}"
            reading.wrong_type((*keys, key), message, f"write {expected}")
    return found


def read_env(reading: Reading, given: Mapping[Any, Any]) -> dict[str, str]:
    """Give the environment variables of a command; a number is taken as text."""
    found: dict[str, str] = {}
    for name, value in given.items():
        keys: Keys = ("env", name)
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found[str(name)] = text_of(value, ArgStyle.SPACE)
        else:
            message = f"{dotted(keys)} is {shown(value)}, expected text or a number"
            reading.wrong_type(keys, message, "put it into quotes, as the program is to see it")
    return found


def check_command(reading: Reading, values: Mapping[str, Any], path: Path) -> None:
    """Report what is wrong with a command, and what belongs to one where there is none.

    Args:
        reading: Takes the mistakes.
        values: The values that have the right type.
        path: The study file.
    """
    data = reading.document.data
    if "command" not in data:
        _refuse_command_keys(reading, values)
        return
    if "trial" in data:
        todo = "keep the Python function (trial) or the program (command)"
        reading.rule(("command",), "the study has both trial and command", todo, of_key=True)
    if values.get("seed", INJECT) != INJECT:
        reading.rule(("seed",), f"seed is {values['seed']!r}, expected {INJECT}", _SEED_TODO)
    if "command" not in values:
        return
    sources_fit = _check_sources(reading, values)
    command = _command_of(values, with_sources=sources_fit)
    problems = searched_command_problems(
        command,
        config=with_steps(budget_of(values), values.get("config", {})),
        space=values.get("space", {}),
        changes={name: merged({}, one) for name, one in values.get("variants", {}).items()},
        scripts=_scripts(command, path.parent),
    )
    for one in problems:
        reading.rule(one.place, one.message, one.todo, of_key=one.of_key)
    if ("command",) not in [one.place for one in problems]:
        _check_program(reading, command, path)


_SEED_TODO = "the seeds are said by `seeds`; seed: inject seeds a Python script from outside"


def _refuse_command_keys(reading: Reading, values: Mapping[str, Any]) -> None:
    data = reading.document.data
    if "trial" not in data:
        return
    for key in COMMAND_KEYS:
        if key in data and key in values:
            todo = _SEED_TODO if key == "seed" else "leave it out: the study has a function (trial)"
            reading.rule((key,), f"{key} belongs to a command", todo, of_key=True)
    metric = data.get("metric")
    for key in metric if isinstance(metric, dict) else ():
        if key in SOURCE_KEYS:
            todo = "leave it out: the function returns the metric, or reports it with run.log"
            message = f"metric.{key} is about the output of a command"
            reading.rule(("metric", key), message, todo, of_key=True)


def _check_sources(reading: Reading, values: Mapping[str, Any]) -> bool:
    """Report what is wrong with the sources of the metrics; tell whether all can be used."""
    before = len(reading.mistakes)
    metric, metrics = values.get("metric", {}), values.get("metrics", {})
    goal = metric.get("name")
    _, own = split_goal(metric)
    for problem in source_problems(str(goal), own, is_goal=True):
        reading.rule(("metric", problem.key or "name"), problem.message, problem.todo)
    for name, given in metrics.items():
        keys: Keys = ("metrics", name)
        _check_name(reading, keys, name)
        if name == goal and own:
            todo = "say it in `metric` or in `metrics`"
            reading.rule(keys, f"{name} is found in two ways", todo, of_key=True)
        said = {"pattern": given} if isinstance(given, str) else given
        for problem in source_problems(name, said, is_goal=name == goal):
            inside = keys if isinstance(given, str) else (*keys, problem.key or "from")
            reading.rule(inside, problem.message, problem.todo)
    return goal is not None and len(reading.mistakes) == before


def _check_name(reading: Reading, keys: Keys, name: str) -> None:
    try:
        proper = metric_name(name)
    except MetricError as error:
        reading.rule(keys, error.mistakes[0].message, error.mistakes[0].todo, of_key=True)
        return
    if proper != name:
        message = f"metrics names {name!r}, expected the form split/metric"
        reading.rule(keys, message, f"write '{proper}'", of_key=True)


def _command_of(values: Mapping[str, Any], *, with_sources: bool) -> Command:
    metric, metrics = values.get("metric", {}), dict(values.get("metrics", {}))
    sources: tuple[MetricSource, ...] = ()
    if with_sources:
        goal = Metric(name=metric["name"], goal=metric.get("goal", Goal.MAXIMIZE))
        _, own = split_goal(metric)
        metrics = {goal.name: own, **metrics} if own else metrics
        sources = goal_first(sources_of(metrics, goal), goal)
    return Command(
        template=values["command"],
        args=values.get("args", ArgStyle.SPACE),
        env=values.get("env", {}),
        cwd=values.get("cwd", Cwd.STUDY),
        seed=values.get("seed"),
        sources=sources,
    )


def _scripts(command: Command, folder: Path) -> str:
    try:
        return script_text(command, folder)
    except TrialistError:  # the words themselves cannot be told: that is said elsewhere
        return ""


def _check_program(reading: Reading, command: Command, path: Path) -> None:
    beside = missing_script(command, path.parent)
    script = command.python_script
    if beside is not None and script is not None:
        reading.rule(
            ("command",),
            f"there is no file '{script.name}' (seen from the study file)",
            hint(script.name, beside, nothing="name the script from the study file's folder"),
        )
