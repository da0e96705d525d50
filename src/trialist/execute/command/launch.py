"""What is started for one run: the words, the folder and the environment of a command."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from trialist.execute.attach import CONFIG, METRIC, RUN_DIR, SEED, SEEDS, SPOOL_FILE
from trialist.execute.command import starter
from trialist.execute.command.yamltext import yaml_of
from trialist.execute.spool import SPOOL
from trialist.values.command import (
    INJECT,
    WORD_NAMES,
    Command,
    Cwd,
    PythonScript,
    variable_in,
)
from trialist.values.configwords import nodes, text_of, words_of
from trialist.values.errors import TrialError
from trialist.values.placeholders import filled, names_in, only_name
from trialist.values.seeds import FIELDS
from trialist.values.sweepwords import sweep_words

_SHELL = "/bin/sh"


class Started(Protocol):
    """What of a run its command has to know: `execute.handle.Handle` has it."""

    @property
    def directory(self) -> Path:
        """The attempt's own folder."""
        ...

    @property
    def seed(self) -> Any:
        """The run's random sources."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """What is started.

    Attributes:
        argv: The program and its arguments.
        cwd: The folder that it runs in.
        env: Its environment variables, those beside the worker's own.
        files: Files to be written before, by their paths.
    """

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    files: Mapping[Path, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give what is started as plain data."""
        return {"argv": list(self.argv), "cwd": str(self.cwd), "env": dict(self.env)}


class Filling:
    """The values of the names in braces, for one run.

    Args:
        command: The command.
        folder: The study file's folder.
        config: The configuration of the run's variant.
        run: The run.
    """

    def __init__(
        self, command: Command, folder: Path, config: Mapping[str, Any], run: Started
    ) -> None:
        self._command = command
        self.run_dir = run.directory
        self._own = {
            "seed": str(run.seed.base),
            **{f"seed.{name}": str(getattr(run.seed, of)) for name, of in FIELDS.items()},
            "run_dir": str(run.directory),
            "study_dir": str(folder),
            "config_file": str(run.directory / "config.yaml"),
            "config_json": str(run.directory / "config.json"),
        }
        self.config: dict[str, Any] = {key: self._plain(value) for key, value in config.items()}
        self._values = dict(nodes(self.config))

    def words(self, name: str) -> tuple[str, ...]:
        """Give the words that `{args}`, or `{wandb.args}`, stands for."""
        if name == "args":
            return words_of(self.config, self._command.args)
        return sweep_words(name, self.config)

    def text(self, template: str, *, quoted: bool = False) -> str:
        """Give a text with its names filled in, `quoted` for a shell."""
        return filled(template, self._quoted if quoted else self._value)

    def _quoted(self, name: str) -> str:
        if name in WORD_NAMES:
            return shlex.join(self.words(name))
        return shlex.quote(self._value(name))

    def _value(self, name: str) -> str:
        if name in WORD_NAMES:
            return shlex.join(self.words(name))
        if name in self._own:
            return self._own[name]
        if name not in self._values and variable_in(name) is not None:
            return _variable(name)
        return text_of(self._values[name], self._command.args)

    def _plain(self, value: Any) -> Any:
        """Give a value of the configuration with the seed and the folders filled in."""
        if isinstance(value, Mapping):
            return {key: self._plain(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(inner) for inner in value]
        if not isinstance(value, str) or not set(names_in(value)) & set(self._own):
            return value
        own = filled(value, lambda name: self._own.get(name, f"{{{name}}}"))
        name = only_name(value)
        return int(own) if name is not None and name.startswith("seed") else own


def launch_of(command: Command, folder: Path, config: Mapping[str, Any], run: Started) -> Launch:
    """Give what is started for one run; nothing is written.

    Args:
        command: The command.
        folder: The study file's folder.
        config: The configuration of the run's variant.
        run: The run.
    """
    filling = Filling(command, folder, config, run)
    argv = _shell_words(command, filling) if command.needs_shell else _words(command, filling)
    if not command.needs_shell and command.cwd is Cwd.RUN:
        argv = [argv[0], *(_from(folder, word) for word in argv[1:])]
    script = command.python_script
    if command.seed == INJECT and script is not None:
        argv = _seeded(argv, script, run.seed.train)
    as_json = json.dumps(filling.config, ensure_ascii=False)
    files = {run.directory / "config.json": as_json + "\n"}
    if "config_file" in command.names or command.names_folder:
        files[run.directory / "config.yaml"] = yaml_of(filling.config)
    return Launch(
        argv=tuple(argv),
        cwd=run.directory if command.cwd is Cwd.RUN else folder,
        env=_environment(command, filling, run),
        files=files,
    )


def _shell_words(command: Command, filling: Filling) -> list[str]:
    return [_SHELL, "-c", filling.text(command.template, quoted=True)]


def _words(command: Command, filling: Filling) -> list[str]:
    words: list[str] = []
    for word in command.words:
        name = only_name(word)
        is_all = name is not None and name in WORD_NAMES
        words += filling.words(str(name)) if is_all else (filling.text(word),)
    if words[0] in ("python", "python3"):
        words[0] = sys.executable
    return words


def _variable(name: str) -> str:
    variable = str(variable_in(name))
    if variable not in os.environ:
        raise TrialError(
            f"the command wants the variable {variable}, which is not set",
            todo=f"say export {variable}=... in the shell that starts trialist",
        )
    return os.environ[variable]


def _from(folder: Path, word: str) -> str:
    # A word that names a file of the study goes on naming it from the run's folder.
    try:
        return str(folder / word) if word and (folder / word).exists() else word
    except (OSError, ValueError):  # no path at all
        return word


def _seeded(argv: Sequence[str], script: PythonScript, seed: int) -> list[str]:
    return [*argv[: script.at], str(starter.__file__), str(seed), *argv[script.at :]]


def _environment(command: Command, filling: Filling, run: Started) -> dict[str, str]:
    seeds = {name: getattr(run.seed, of) for name, of in FIELDS.items()}
    home = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    return {
        # programs of this Python's environment are found first, `python` among them
        "PATH": path if path.split(os.pathsep)[0] == home else f"{home}{os.pathsep}{path}",
        "PYTHONUNBUFFERED": "1",  # else lines come when the script ends
        RUN_DIR: str(run.directory),
        SEED: str(run.seed.base),
        SEEDS: json.dumps(seeds),
        CONFIG: str(run.directory / "config.json"),
        METRIC: command.sources[0].name if command.sources else "",
        SPOOL_FILE: str(run.directory / SPOOL),
        **{name: filling.text(text) for name, text in command.env.items()},
    }
