"""What a command must fulfil beyond its types: that every key and the seed reach the program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from trialist.design.document import Keys
from trialist.design.hints import hint
from trialist.values.command import (
    CONFIG_NAMES,
    INJECT,
    OWN_NAMES,
    SEED_NAMES,
    Command,
    Cwd,
    variable_in,
)
from trialist.values.configwords import leaves, nodes
from trialist.values.errors import ConfigError
from trialist.values.metricsource import SourceKind
from trialist.values.placeholders import names_in
from trialist.values.study import Config

_READS_CONFIG = re.compile(r"\bstart_run\b|\bTRIALIST_CONFIG\b")
_READS_WANDB = re.compile(r"\.config\b(?!\.update)")
_READS_RUN_DIR = re.compile(r"\bstart_run\b|\bTRIALIST_RUN_DIR\b")
_READS_SEED = re.compile(r"\bstart_run\b|\bTRIALIST_SEEDS?\b")

_SECRET = re.compile(
    r"(?:\w*_)?(?:API_?KEY|ACCESS_?KEY|SECRET(?:_?KEY)?|PASSW(?:OR)?D|(?:API|ACCESS|AUTH|BEARER|HF"
    r"|HUB|WANDB|GITHUB)_TOKEN)|TOKEN",
    re.IGNORECASE,
)
"""Names of variables that hold a secret; `TOKENIZERS_PARALLELISM` and `PAD_TOKEN` hold none."""

OF_SWEEPS = "wandb."
"""How the names begin that only sweep files write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandProblem:
    """Something that is wrong with a command.

    Attributes:
        place: Where in the study.
        message: What is wrong.
        todo: What to do.
        of_key: True where the key itself is meant, not its value.
    """

    place: Keys
    message: str
    todo: str
    of_key: bool = False


def program_name(command: Command) -> str:
    """Give what a command is called after: its Python script, or its program.

    Example:
        >>> program_name(Command(template="python -u train.py --lr {lr}"))
        'train'
    """
    script = command.python_script
    if script is not None and script.module:
        return script.name.rpartition(".")[2]
    name = PurePath(script.name if script else command.words[0]).stem
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._") or "study"


def command_problems(
    command: Command, *, config: Config, changes: Mapping[str, Config], scripts: str = ""
) -> tuple[CommandProblem, ...]:
    """Give everything that is wrong with a command.

    Args:
        command: The command.
        config: The baseline configuration.
        changes: What each variant changes in it.
        scripts: The text of the program's own files: a script may read its configuration and its
            seed itself.
    """
    try:
        _ = command.words
    except ConfigError as error:
        said = error.mistakes[0]
        problem = CommandProblem(place=("command",), message=said.message, todo=said.todo or "")
        return (problem,)
    return (
        *_unknown_names(command, config),
        *_own_names(config),
        *_keys_not_passed(command, config, changes, scripts),
        *_seed_not_passed(command, config, changes, scripts),
        *_not_injectable(command),
        *_odd_variables(command),
        *_shared_files(command),
        *_events_elsewhere(command, config, scripts),
    )


def _unknown_names(command: Command, config: Config) -> Iterator[CommandProblem]:
    known = {name for name, _ in nodes(config)} | set(OWN_NAMES)
    for place, text in _texts(command):
        for name in names_in(text):
            if name in known or variable_in(name):
                continue
            own = [one for one in OWN_NAMES if not one.startswith(OF_SWEEPS)]
            keys = [key for key, _ in leaves(config)] + own
            yield CommandProblem(
                place=place,
                message=f"{{{name}}} is not a key of config",
                todo=hint(name, keys, nothing="") + f"; text in braces is doubled: {{{{{name}}}}}",
            )


def _texts(command: Command) -> Iterator[tuple[Keys, str]]:
    yield ("command",), command.template
    for name, text in command.env.items():
        yield ("env", name), text
    for place, source in enumerate(command.sources):
        if source.file is not None:
            yield _place_of(place, source.name, "file"), source.file


def _place_of(place: int, name: str, key: str) -> Keys:
    return ("metric", key) if place == 0 else ("metrics", name, key)


def _own_names(config: Config) -> Iterator[CommandProblem]:
    for key, value in config.items():
        if key in OWN_NAMES and key != "seed":
            yield CommandProblem(
                place=("config", key),
                message=f"config has the key '{key}', and {{{key}}} means something else here",
                todo="rename the key",
                of_key=True,
            )
        if key == "seed" and not _seeds_in(value):
            yield CommandProblem(
                place=("config", key),
                message=f"config.seed is {value!r}: every seed would give the same run",
                todo="write seed: '{seed}', or leave it out and put {seed} into the command",
            )


def _seeds_in(value: Any) -> bool:
    return isinstance(value, str) and any(name in SEED_NAMES for name in names_in(value))


def _keys_not_passed(
    command: Command, config: Config, changes: Mapping[str, Config], scripts: str
) -> Iterator[CommandProblem]:
    if _passes_all(command, scripts):
        return
    passed = set(command.names)
    is_swept = any(source.kind is SourceKind.WANDB for source in command.sources)
    reads = "wandb.config" if is_swept else "trialist.start_run().config"
    changed = {name: variant for variant, change in changes.items() for name, _ in leaves(change)}
    for name, _ in leaves(config):
        way = name.split(".")
        if passed & {".".join(way[:end]) for end in range(1, len(way) + 1)}:
            continue
        variant = changed.get(name)
        what = "" if variant is None else f", and variant {variant} differs in it"
        yield CommandProblem(
            place=("config", *way),
            message=f"config.{name} never reaches the command{what}",
            todo=f"put {{{name}}} into the command, such as --{name} {{{name}}}, or pass all with "
            f"{{args}}; or let the script read it: {reads}",
            of_key=True,
        )


def _passes_all(command: Command, scripts: str) -> bool:
    if set(command.names) & set(CONFIG_NAMES) or command.names_folder:
        return True
    if _READS_CONFIG.search(scripts):
        return True
    # A script that runs under W&B gets its configuration as from a sweep, if it asks for it.
    is_swept = any(source.kind is SourceKind.WANDB for source in command.sources)
    return is_swept and ("wandb" not in scripts or _READS_WANDB.search(scripts) is not None)


def _seed_not_passed(
    command: Command, config: Config, changes: Mapping[str, Config], scripts: str
) -> Iterator[CommandProblem]:
    in_config = any(
        _seeds_in(value) for one in (config, *changes.values()) for _, value in leaves(one)
    )
    says = [command.template, *command.env.values(), scripts]
    if (
        command.seed == INJECT
        or set(command.names) & set(SEED_NAMES)
        or in_config
        or any(_READS_SEED.search(text) for text in says)
    ):
        return
    cure = "seed: inject, which seeds a Python script from outside"
    if command.python_script is None:
        cure = "let the program read the variable TRIALIST_SEED"
    yield CommandProblem(
        place=("command",),
        message="the command does not pass the seed: every seed would give the same run",
        todo=f"add {{seed}}, such as --seed {{seed}}; or {cure}",
    )


def _not_injectable(command: Command) -> Iterator[CommandProblem]:
    if command.seed == INJECT and command.python_script is None:
        yield CommandProblem(
            place=("seed",),
            message="seed: inject seeds a Python script, and the command does not begin with one",
            todo="write command: python SCRIPT.py ..., without pipes; or pass {seed}",
        )


def _odd_variables(command: Command) -> Iterator[CommandProblem]:
    for name, text in command.env.items():
        if not name or "=" in name or "\0" in name + text:
            yield CommandProblem(
                place=("env", name),
                message=f"env has {name!r}, which no program can be given",
                todo="give a name without '=', and text without null bytes",
                of_key=True,
            )
        elif text and not names_in(text) and _SECRET.fullmatch(name):
            yield CommandProblem(
                place=("env", name),
                message=f"env.{name} looks like a secret, and the plan would keep it",
                todo=f"leave it out, and say export {name}=... in the shell that starts trialist: "
                "the command finds the variables of that shell",
                of_key=True,
            )


def _shared_files(command: Command) -> Iterator[CommandProblem]:
    for place, source in enumerate(command.sources):
        file = source.file
        if file is None or "run_dir" in names_in(file):
            continue
        if command.cwd is Cwd.RUN and not PurePath(file).is_absolute():
            continue
        yield CommandProblem(
            place=_place_of(place, source.name, "file"),
            message=f"every run would write the same {file}",
            todo="say cwd: run, and the script runs in a folder of its own; or have it write to "
            f"{{run_dir}}, and say file: '{{run_dir}}/{PurePath(file).name}'",
        )


def _events_elsewhere(command: Command, config: Config, scripts: str) -> Iterator[CommandProblem]:
    texts = [text for _, text in leaves(config) if isinstance(text, str)]
    goes_there = (
        command.cwd is Cwd.RUN
        or "run_dir" in command.names
        or any("run_dir" in names_in(text) for text in texts)
        or _READS_RUN_DIR.search(command.template + scripts)
    )
    for place, source in enumerate(command.sources):
        if source.kind is SourceKind.TFEVENTS and source.file is None and not goes_there:
            yield CommandProblem(
                place=_place_of(place, source.name, "from"),
                message="event files are looked for in the run's folder, and the command does not "
                "write there",
                todo="pass the folder, such as --log-dir {run_dir}; or say cwd: run, and the "
                "script runs in a folder of its own",
            )
