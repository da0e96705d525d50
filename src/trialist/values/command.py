"""A command: any program, unchanged, that makes one run, and how its metrics are found."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trialist.values.errors import ConfigError
from trialist.values.metric import Metric, metric_name
from trialist.values.metricsource import SOURCE_KEYS, MetricSource
from trialist.values.placeholders import names_in
from trialist.values.sweepwords import ENV_PREFIX, SWEEP_NAMES

SEED_NAMES = ("seed", "seed.split", "seed.order", "seed.init", "seed.train")
"""Placeholders for the run's seed and for its random sources."""

WORD_NAMES = ("args", *SWEEP_NAMES)
"""Placeholders that stand for several words, the whole configuration among them."""

CONFIG_NAMES = (*WORD_NAMES, "config_file", "config_json")
"""Placeholders that pass the whole configuration."""

PLACE_NAMES = ("run_dir", "study_dir")
"""Placeholders for folders."""

OWN_NAMES = (*SEED_NAMES, *CONFIG_NAMES, *PLACE_NAMES)

INJECT = "inject"
"""The `seed` of a Python script that is seeded from outside."""

COMMAND_KEYS = ("args", "env", "terminal", "cwd", "seed", "metrics")
"""Keys of a study that say something about its command."""

_PYTHON = re.compile(r"python[\d.]*(\.exe)?")
_OPTIONS_WITH_VALUE = ("-W", "-X", "--check-hash-based-pycs")
_QUOTED = re.compile(r"\\.|'[^']*'|" + r'"((?:\\.|[^"\\])*)"', flags=re.DOTALL)
_SHELL = re.compile(r"[|&;<>()*?$`\n]|(?:^|\s)~|^\s*[A-Za-z_]\w*=")


def variable_in(name: str) -> str | None:
    """Give the environment variable that a name in braces means; None for another name.

    Example:
        >>> variable_in("env.DATA_DIR"), variable_in("lr")
        ('DATA_DIR', None)
    """
    return name.removeprefix(ENV_PREFIX) if name.startswith(ENV_PREFIX) else None


class ArgStyle(StrEnum):
    """How `{args}` writes the configuration."""

    SPACE = "space"  # --lr 0.1 --layers 64 64 --nesterov
    EQUALS = "equals"  # --lr=0.1 --layers=[64,64] --nesterov=True
    KEYVALUE = "keyvalue"  # lr=0.1 layers=[64,64] nesterov=true


class Cwd(StrEnum):
    """Where a script runs: in the study file's folder, or in the run's own."""

    STUDY = "study"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonScript:
    """The Python script in a command.

    Attributes:
        at: The place of the script, or of `-m`, among the words.
        module: True for `python -m package.module`.
        name: The path, or the module's name.
    """

    at: int
    module: bool
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program that makes one run.

    Attributes:
        template: As the study names it; names in braces are filled in for each run.
        args: How `{args}` writes the configuration.
        env: Environment variables; their values are filled in too.
        terminal: True gives the program a pseudo-terminal.
        cwd: The folder it runs in.
        seed: "inject" seeds a Python script from outside; None: the command passes the seed.
        sources: Where the metrics are found; the goal's comes first.
    """

    template: str
    args: ArgStyle = ArgStyle.SPACE
    env: Mapping[str, str] = field(default_factory=dict)
    terminal: bool = False
    cwd: Cwd = Cwd.STUDY
    seed: str | None = None
    sources: tuple[MetricSource, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The template as a shell would split it, with names in braces still in it.

        Raises:
            ConfigError: If a quotation is not closed, or there is no word.
        """
        try:
            words = tuple(shlex.split(self.template))
        except ValueError as error:
            raise ConfigError(
                f"the command cannot be split into words: {str(error).lower()}",
                todo="close the quotation marks, or put a backslash before a single one",
            ) from error
        if not words:
            raise ConfigError(
                "the command is empty", todo="write it as in a terminal: python train.py --lr {lr}"
            )
        return words

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the command, its environment and its files want filled in."""
        texts = [self.template, *self.env.values()]
        texts += [source.file for source in self.sources if source.file is not None]
        return tuple(dict.fromkeys(name for text in texts for name in names_in(text)))

    @property
    def names_folder(self) -> bool:
        """True where a Hydra script takes its whole configuration from the run's folder."""
        return "--config-name" in self.template and "run_dir" in self.names

    @property
    def needs_shell(self) -> bool:
        """True where the template says something that only a shell does: pipes, `&&`, `$NAME`."""
        return _says_shell(self.template)

    @property
    def python_script(self) -> PythonScript | None:
        """The Python script that the command starts; None for another program."""
        words = self.words
        if self.needs_shell or not _PYTHON.fullmatch(words[0].rpartition("/")[2]):
            return None
        at = 1
        while at < len(words) and words[at].startswith("-") and words[at] not in ("-m", "-c", "-"):
            at += 2 if words[at] in _OPTIONS_WITH_VALUE else 1
        if at >= len(words) or words[at] in ("-c", "-"):
            return None
        if words[at] != "-m":
            return PythonScript(at=at, module=False, name=words[at])
        is_whole = at + 1 < len(words)
        return PythonScript(at=at, module=True, name=words[at + 1]) if is_whole else None

    def to_dict(self) -> dict[str, Any]:
        """Give the command as plain data; what is not said is left out."""
        data: dict[str, Any] = {"template": self.template}
        if self.args is not ArgStyle.SPACE:
            data["args"] = self.args.value
        if self.env:
            data["env"] = dict(self.env)
        if self.terminal:
            data["terminal"] = True
        if self.cwd is not Cwd.STUDY:
            data["cwd"] = self.cwd.value
        if self.seed is not None:
            data["seed"] = self.seed
        return data | {"sources": [source.to_dict() for source in self.sources]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Command:
        """Give the command back from plain data."""
        return cls(
            **{
                **data,
                "args": ArgStyle(data.get("args", ArgStyle.SPACE)),
                "cwd": Cwd(data.get("cwd", Cwd.STUDY)),
                "sources": tuple(MetricSource.from_dict(one) for one in data["sources"]),
            }
        )


def _says_shell(text: str) -> bool:
    # Only `$` and the backtick mean something between double quotation marks.
    bare = _QUOTED.sub(lambda found: re.sub(r"[^$`]", "", found.group(1) or ""), text)
    return _SHELL.search(bare) is not None


def split_goal(metric: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the keys of a goal metric that say what it is, and those that say where it is found."""
    what = {key: value for key, value in metric.items() if key not in SOURCE_KEYS}
    return what, {key: value for key, value in metric.items() if key in SOURCE_KEYS}


def sources_of(
    metrics: Mapping[str, str | Mapping[str, Any] | MetricSource], goal: Metric
) -> dict[str, MetricSource]:
    """Give the sources of a study's metrics by name.

    Raises:
        ConfigError: If a name is no `split/metric`, or a source cannot be read.
    """
    found = {}
    for name, given in metrics.items():
        if isinstance(given, MetricSource):
            found[name] = given
            continue
        if metric_name(name) != name:
            raise ConfigError(
                f"metrics names {name!r}, expected the form split/metric",
                todo=f"write '{metric_name(name)}'",
            )
        found[name] = MetricSource.of(name, given, goal=goal.goal if name == goal.name else None)
    return found


def goal_first(sources: Mapping[str, MetricSource], goal: Metric) -> tuple[MetricSource, ...]:
    """Give all sources, the goal's first; a goal without one is found by its own name."""
    own = sources.get(goal.name) or MetricSource(name=goal.name)
    return (own, *(source for name, source in sources.items() if name != goal.name))
