"""A study proposed for a script: its file, and what a person has to look at."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from trialist.lab.scriptmetrics import FoundMetric
from trialist.lab.scriptnotes import notes_of, read_of
from trialist.lab.scriptoptions import Option
from trialist.lab.scriptreading import ScriptReading
from trialist.lab.scriptseeds import SeedUse
from trialist.lab.scriptspace import script_space

if TYPE_CHECKING:
    from trialist.design.advice import SuggestedSpace

_OUTPUT = re.compile(
    r"(?:out|output|work|log|save|ckpt|checkpoint|result|results|run|export|tensorboard)"
    r"(?:[-_]?(?:to|dir|path|folder|file|root|model))?",
    re.IGNORECASE,
)
_ASKED = (
    re.compile(r"lr|learning[-_]?rate", re.IGNORECASE),
    re.compile(r"dropout|weight[-_]?decay|momentum|batch[-_]?size", re.IGNORECASE),
    re.compile(r"(?:n[-_]?)?(?:hidden|embd|hid|layers?|width|depth|dim)\w*", re.IGNORECASE),
)
"""Options that people ask about, those first that they ask about most."""
_PLAIN = re.compile(r"[A-Za-z_][\w./-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "nan", "inf"}
_MOST_METRICS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What is proposed for a script.

    Attributes:
        study: The text of the study file.
        read: What was found in the script, a line each.
        notes: What a person has to know or decide.
        fixed: Where the script seeds itself, so that the study would be refused.
    """

    study: str
    read: tuple[str, ...]
    notes: tuple[str, ...]
    fixed: tuple[SeedUse, ...] = ()


def propose(name: str, text: str, *, space: SuggestedSpace | None = None) -> Proposal:
    """Give the study for a script, from its text alone.

    Args:
        name: The script's file name, as seen from the study file.
        text: Its text.
        space: What is tuned; None for a study of variants as they are.

    Raises:
        SyntaxError: If it is no Python.
        ConfigError: If the script has an option for nothing in `space`.
    """
    found = ScriptReading(name, ast.parse(text, filename=name))
    return Proposal(
        study="\n".join(_study(found, space)) + "\n",
        read=tuple(read_of(found)),
        notes=tuple(notes_of(found)),
        fixed=found.hard,
    )


def _study(found: ScriptReading, space: SuggestedSpace | None) -> Iterator[str]:
    config = {option.name: _default(option) for option in found.kept}
    if found.is_wandb and found.seed is not None:
        config[found.seed.name] = "{seed}"
    yield f"# Proposed by `trialist init {found.name}`, which read the script and did not run it."
    yield "# question: What is asked? It stands on top of the report."
    yield f"command: {_scalar(_command(found, config))}"
    if config and found.options.style != "space":
        yield f"args: {found.options.style}"
    yield from _seed_lines(found)
    if _needs_own_folder(found, config):
        yield "cwd: run  # the script's event files are looked for in the run's own folder"
    yield from _metric_lines(found)
    yield "# The baseline: the script's own defaults. What always stays so may be left out."
    if not config:
        yield "config: {}"
    else:
        yield "config:"
        yield from (f"  {_scalar(key)}: {_scalar(value)}" for key, value in config.items())
    if found.left_out:
        yield f"  # not here, since no default can be said: {', '.join(found.left_out)}"
    yield from _compared(found) if space is None else script_space(space, list(config))
    yield "# Looked at with 3, 5 and 8 seeds; it ends at the first look that answers."
    yield "seeds: {min: 3, max: 8}"


def _compared(found: ScriptReading) -> Iterator[str]:
    yield "# What is compared: each variant changes keys of config."
    yield "variants:"
    yield "  baseline: {}"
    yield f"  # {_example(found)}"


def _command(found: ScriptReading, config: dict[str, Any]) -> str:
    if found.is_wandb:
        return f"python {found.name}"  # the configuration comes as from a sweep
    equals = {"space": " ", "equals": "=", "keyvalue": "="}[found.options.style]
    words = [f"python {found.name}"]
    words += [option.name.upper() for option in found.options.options if option.is_positional]
    words += ["{args}"] if config else []
    if found.seed is not None:
        dashes = "" if found.options.style == "keyvalue" or found.seed.name[0] == "-" else "--"
        words.append(f"{dashes}{found.seed.name}{equals}{{seed}}")
    return " ".join(words)


def _seed_lines(found: ScriptReading) -> Iterator[str]:
    if found.seed is not None:
        return
    if found.open:
        yield f"# Not yet said: {found.name} seeds with {found.open[0].text}; put {{seed}} there."
        return
    if found.hard:
        lines = ", ".join(str(one.line) for one in found.hard)
        yield f"# Refused as it is: {found.name} seeds itself afterwards, in line {lines}."
    yield "seed: inject  # the script takes no seed: it is seeded from outside"


def _metric_lines(found: ScriptReading) -> Iterator[str]:
    goal = found.goal
    if goal is None:
        yield "# Not found in the script. Say its name, which way is better, and where it is said."
        yield "metric: {name: val/accuracy, goal: maximize}"
        return
    yield f"# From line {goal.line}. Decide: is it this metric, is the goal right, and what is the"
    yield "# smallest difference worth having? Say that before the first run: relevant: 0.01"
    yield "metric:"
    yield f"  name: {goal.name}"
    yield f"  goal: {goal.goal}"
    yield "  # relevant: "
    for key, value in goal.keys.items():
        yield f"  {key}: {_scalar(value)}"
    others = _others(found, goal)
    if others:
        yield "metrics:"
    for other in others:
        pattern = other.keys.get("pattern")
        is_short = list(other.keys) == ["pattern"]
        said = _scalar(pattern) if is_short else _flow(other.keys)
        yield f"  {other.name}: {said}"


def _others(found: ScriptReading, goal: FoundMetric) -> list[FoundMetric]:
    named: dict[str, FoundMetric] = {}
    for one in found.metrics:
        if one.split is not None and one.name != goal.name:
            named.setdefault(one.name, one)
    return list(named.values())[:_MOST_METRICS]


def _needs_own_folder(found: ScriptReading, config: dict[str, Any]) -> bool:
    kinds = {one.keys.get("from") for one in found.metrics[:1]}
    return "tfevents" in kinds and not any("{run_dir}" in str(one) for one in config.values())


def _default(option: Option) -> Any:
    value = option.default
    if isinstance(value, str) and _OUTPUT.fullmatch(option.name) and not option.is_flag:
        return f"{{run_dir}}/{PurePath(value).name or 'out'}"
    return list(value) if isinstance(value, tuple) else value


def _example(found: ScriptReading) -> str:
    asked = [one for names in _ASKED for one in found.kept if names.fullmatch(one.name)]
    for option in asked:
        value = option.default
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        other = value * 3 if isinstance(value, float) and value else value * 2 or 0.1
        return f"other: {{{_scalar(option.name)}: {_scalar(_short(other))}}}"
    return "other: {KEY: VALUE}"


def _short(value: float) -> float:
    return value if isinstance(value, int) else float(f"{value:.3g}")


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        is_plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return value if is_plain else "'" + value.replace("'", "''") + "'"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _flow(values: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in values.items()) + "}"
