"""A study: one question, the variants that can answer it, and how it is to be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar, TypeVar

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
from trialist.values.determinism import Determinism
from trialist.values.errors import ConfigError, near
from trialist.values.expectation import expectation_of
from trialist.values.judging import OPEN, PLANNED, Mode, Variance, judging_problems
from trialist.values.metric import Metric, Names
from trialist.values.resources import Resources
from trialist.values.sealed import SealedTest
from trialist.values.searchsettings import Budget, SearchSettings
from trialist.values.seeds import SOURCES
from trialist.values.vectorization import Vectorize

Config = Mapping[str, Any]
"""A configuration: nested mappings of numbers, strings, booleans, None and lists."""

Ablate = tuple[str, ...] | Mapping[str, Any]
"""Keys of the configuration that are left out one at a time; a mapping says their values then."""

FULL = "full"
"""The variant of an ablation that has every component: the baseline."""

OPEN_NEEDS_RANGE = "looks: open goes from seed to seed, and seeds gives no range"
OPEN_RANGE_TODO = "for example seeds: {min: 5, max: 20}; max may be raised later"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRange:
    """Seeds 0 .. max-1 in order, judged first when `min` are there."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    min: int = 5
    max: int = 20

    def __post_init__(self) -> None:
        if self.min < 1 or self.max < self.min:
            raise ConfigError(
                f"seeds: min {self.min} and max {self.max} do not fit",
                todo="1 <= min <= max, for example {min: 5, max: 20}",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """The same fields as the study file.

    Attributes:
        metric: The goal metric; a mapping is taken too.
        trial: `file.py:function`, `package.module:function`, or a Python function
            `f(config, run)` that returns the goal metric or reports it with `run.log`.
        command: In place of `trial`: a program, such as `python train.py --lr {lr} --seed {seed}`.
        args: How `{args}` in the command writes the configuration.
        env: Environment variables of the command.
        terminal: True gives the command a pseudo-terminal.
        cwd: Whether the command runs in the study file's folder or in the run's own.
        seed: "inject" seeds a Python script from outside.
        metrics: Where else the command's metrics are found, by name: a pattern, or a mapping.
        name: The study's folder in the store; default: the file's stem or the function's name.
        question: What is asked, in words.
        config: The baseline configuration.
        variants: What each changes in `config`; nested mappings are merged.
        baseline: What the others are compared with; default: "baseline", else the first.
        ablate: Keys of `config` that are left out one at a time: makes `full` (the baseline) and
            `no-KEY`. A mapping says what each key is without its component.
        seeds: A range with looks in between, a number (one look), or the seeds themselves.
        paired: The sources that equal seeds share in every variant; empty: unpaired.
        vary: The sources that differ between seeds.
        mode: Confirm or explore.
        variance: Whose noise the comparisons are judged by: separate, pooled or history.
        history: A table of earlier runs or their spreads, for `variance: history`; its path.
            Without it the finished studies of the store lend the noise of their runs.
        looks: "planned" (a range is judged at its looks) or "open": judged after every seed by a
            test that holds at any time, so that `seeds.max` may be raised later.
        expect: What is expected of variants, as ranges of the difference to the baseline where
            plus is better: `{"wide": "> 0.005"}`.
        parent: The study in the same store that this one follows up, on the same variants and
            with new seeds.
        determinism: How far torch is kept from operations that differ between equal runs: auto,
            strict (an error), warn (a finding) or fast.
        data: Paths and globs of the files that the runs read, from the study file's folder; their
            digests are recorded, and a change between two sessions is a deviation.
        names: Whether near names of metrics are mapped, such as `val_loss`, or refused (strict).
        vectorize: Whether replicates of a task train together: auto (if faster), off or require.
        test: What evaluates a trained run on the sealed test set, and the files of that set; it is
            opened once, by `trialist open-test`.
        space: The parameters that are searched, by their keys in the configuration; each value of
            a scientific one is a variant.
        search: How the space is searched.
        budget: What may be spent on it.
        resources: What the runs may use.
        folder: The folder that relative paths start from.
        notes: What the front end that it came through has to say, as sentences.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    metric: Metric
    trial: str | Callable[..., Any] | None = None
    command: str | None = None
    args: ArgStyle = ArgStyle.SPACE
    env: Mapping[str, str] = field(default_factory=dict)
    terminal: bool = False
    cwd: Cwd = Cwd.STUDY
    seed: str | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    question: str = ""
    config: Config = field(default_factory=dict)
    variants: Mapping[str, Config] = field(default_factory=dict)
    baseline: str | None = None
    ablate: Ablate = ()
    seeds: SeedRange | int | tuple[int, ...] = field(default_factory=SeedRange)
    paired: tuple[str, ...] = ()
    vary: tuple[str, ...] = ("order", "init", "train")
    mode: Mode = Mode.CONFIRM
    variance: Variance = Variance.SEPARATE
    history: str | None = None
    looks: str = PLANNED
    expect: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None
    data: tuple[str, ...] = ()
    determinism: Determinism = Determinism.AUTO
    names: Names = Names.MAPPED
    vectorize: Vectorize = Vectorize.AUTO
    test: SealedTest | str | None = None
    space: Mapping[str, Any] = field(default_factory=dict)
    search: SearchSettings | None = None
    budget: Budget | None = None
    resources: Resources = field(default_factory=Resources)
    folder: Path = field(default_factory=Path)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._accept_mappings()
        if self.name is not None and not _NAME.fullmatch(self.name):
            raise ConfigError(
                f"the study's name {self.name!r} cannot be a folder",
                todo="use letters, digits, '.', '_' and '-'",
            )
        self._check_command()
        self._check_ablate()
        self._check_variants()
        self._check_sources()
        self._check_judging()
        for name, text in self.expect.items():
            expectation_of(name, text, relevant=self.metric.relevant)

    @property
    def variant_names(self) -> tuple[str, ...]:
        """The named variants in order; a study without any has the one called "baseline".

        What `ablate` makes is not among them, but for `full`.
        """
        if self.ablate:
            return (FULL, *(name for name in self.variants if name != FULL))
        return tuple(self.variants) or ("baseline",)

    @property
    def baseline_name(self) -> str:
        """The variant that the others are compared with."""
        if self.ablate:
            return FULL
        if self.baseline is not None:
            return self.baseline
        names = self.variant_names
        return "baseline" if "baseline" in names else names[0]

    @property
    def script(self) -> Command | None:
        """The command with everything that belongs to it; None for a Python function."""
        if self.command is None:
            return None
        return Command(
            template=self.command,
            args=self.args,
            env=self.env,
            terminal=self.terminal,
            cwd=self.cwd,
            seed=self.seed,
            sources=goal_first(self.metrics, self.metric),
        )

    def _accept_mappings(self) -> None:
        self._accept_goal_source()
        for key, kind in _GROUPS.items():
            given: Any = getattr(self, key)
            if isinstance(given, Mapping):
                object.__setattr__(self, key, _made(kind, given, key))
            elif isinstance(given, list):
                object.__setattr__(self, key, tuple(given))
        if isinstance(self.test, str):
            object.__setattr__(self, "test", SealedTest(trial=self.test))
        if not isinstance(self.metric, Metric):
            raise ConfigError(
                f"metric is {self.metric!r}, not a mapping",
                todo="give its name and its goal, such as "
                "{'name': 'val/accuracy', 'goal': 'maximize'}",
            )
        data: Any = self.data
        if isinstance(data, str):
            raise ConfigError(f"data is {data!r}, not a list", todo=f"give [{data!r}]")
        for key in ("paired", "vary", "data"):
            object.__setattr__(self, key, tuple(getattr(self, key)))
        object.__setattr__(self, "mode", _one_of("mode", Mode, self.mode))
        object.__setattr__(self, "variance", _one_of("variance", Variance, self.variance))
        asked = _one_of("determinism", Determinism, self.determinism)
        object.__setattr__(self, "determinism", asked)
        object.__setattr__(self, "names", _one_of("names", Names, self.names))
        object.__setattr__(self, "vectorize", _one_of("vectorize", Vectorize, self.vectorize))
        object.__setattr__(self, "args", _one_of("args", ArgStyle, self.args))
        object.__setattr__(self, "cwd", _one_of("cwd", Cwd, self.cwd))
        object.__setattr__(self, "metrics", sources_of(self.metrics, self.metric))
        object.__setattr__(self, "folder", Path(self.folder))

    def _accept_goal_source(self) -> None:
        given: Any = self.metric
        if not isinstance(given, Mapping):
            return
        what, source = split_goal(given)
        object.__setattr__(self, "metric", what)
        if source and what.get("name") in self.metrics:
            raise ConfigError(
                f"{what['name']} is found in two ways", todo="say it in `metric` or in `metrics`"
            )
        if source:
            object.__setattr__(self, "metrics", {str(what.get("name")): source, **self.metrics})

    def _check_command(self) -> None:
        if (self.trial is None) == (self.command is None):
            has = "neither" if self.trial is None else "both"
            raise ConfigError(
                f"the study has {has} of trial and command",
                todo="give a Python function (trial) or a program (command)",
            )
        if self.seed not in (None, INJECT):
            raise ConfigError(
                f"seed is {self.seed!r}", todo=f"give '{INJECT}', or leave it out; seeds says which"
            )
        defaults = {one.name: one for one in fields(Study)}
        for key in COMMAND_KEYS if self.command is None else ():
            default = defaults[key].default
            if getattr(self, key) not in (default, {}):
                raise ConfigError(
                    f"{key} belongs to a command, and the study has a function",
                    todo="leave it out, or give a command in place of the trial",
                )

    def _check_ablate(self) -> None:
        given: Any = self.ablate
        if isinstance(given, str):
            raise ConfigError(f"ablate is {given!r}, not a list", todo=f"write ablate: [{given}]")
        if not isinstance(given, Mapping):
            object.__setattr__(self, "ablate", tuple(given))
        for key in given:
            if not isinstance(key, str):
                raise ConfigError(f"ablate names {key!r}", todo="name keys of config, as text")

    def _check_variants(self) -> None:
        for name in self.variants:
            if not _NAME.fullmatch(name):
                raise ConfigError(
                    f"the variant's name {name!r} cannot be a folder",
                    todo="use letters, digits, '.', '_' and '-'",
                )
        makes_variants = bool(self.space) and not self.variants
        if (
            self.baseline is not None
            and not makes_variants
            and self.baseline not in self.variant_names
        ):
            raise ConfigError(
                f"baseline {self.baseline!r} is not a variant",
                todo=near(self.baseline, self.variant_names),
            )

    def _check_judging(self) -> None:
        for problem in judging_problems(
            variance=self.variance,
            history=self.history,
            looks=self.looks,
            paired=self.paired,
            mode=self.mode,
        ):
            raise ConfigError(problem.message, todo=problem.todo)
        if self.looks == OPEN and not isinstance(self.seeds, SeedRange):
            raise ConfigError(OPEN_NEEDS_RANGE, todo=OPEN_RANGE_TODO)

    def _check_sources(self) -> None:
        for key in ("paired", "vary"):
            for source in getattr(self, key):
                if source not in SOURCES:
                    raise ConfigError(
                        f"{key}: {source!r} is not a random source", todo=near(source, SOURCES)
                    )
        if not self.vary:
            raise ConfigError(
                "vary is empty: every seed would give the same run",
                todo="leave it out, or list some of split, order, init, train",
            )
        seeds = (self.seeds,) if isinstance(self.seeds, int) else self.seeds
        if isinstance(seeds, tuple) and (
            not seeds or min(seeds) < 0 or len(set(seeds)) != len(seeds)
        ):
            raise ConfigError(
                f"seeds {list(seeds)} cannot be used", todo="give different numbers from 0"
            )
        if self.seeds == 0:
            raise ConfigError("seeds is 0: nothing would run", todo="give 3 or more")


_GROUPS: Mapping[str, type] = {
    "metric": Metric,
    "seeds": SeedRange,
    "resources": Resources,
    "test": SealedTest,
    "search": SearchSettings,
    "budget": Budget,
}
"""Keys that are given as mappings."""

_E = TypeVar("_E", bound=StrEnum)


def _one_of(key: str, kind: type[_E], given: str) -> _E:
    known = [one.value for one in kind]
    if given not in known:
        raise ConfigError(f"{key} is {given!r}", todo=near(given, known))
    return kind(given)


def _made(kind: type[Any], value: Mapping[str, object], where: str) -> object:
    known = [one.name for one in fields(kind)]
    for key in value:
        if key not in known:
            raise ConfigError(f"{key!r} is not a key of {where}", todo=near(key, known))
    for one in fields(kind):
        is_needed = one.default is MISSING and one.default_factory is MISSING
        if is_needed and one.name not in value:
            raise ConfigError(f"{where} has no {one.name}", todo=f"add it: known are {known}")
    try:
        return kind(**value)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{where}: {error}", todo="see the study file's reference") from error
