"""The space of a study, from its file or from Python: what it declares, and all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.design.nested import ABSENT, found_at, with_values
from trialist.design.spaceentry import Declared, dependencies, read_entry
from trialist.design.spaceproblem import SpaceProblem
from trialist.values.configwords import leaves
from trialist.values.space import Parameter, Role
from trialist.values.study import Config

MOST_ARMS = 8
"""Choices of a scientific parameter that are variants each; more are sampled."""

STEPS = "max_train_steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a space stands in.

    Attributes:
        config: The baseline configuration, with what the budget says.
        changes: What each variant that the study names changes; empty: the space makes them.
        baseline: The variant that the others are compared with, where the study says it.
    """

    config: Config = field(default_factory=dict)
    changes: Mapping[str, Config] = field(default_factory=dict)
    baseline: str | None = None

    @property
    def varied(self) -> tuple[str, ...]:
        """The dotted keys that some named variant sets."""
        names = (name for change in self.changes.values() for name, _ in leaves(change))
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """What a space declares.

    Attributes:
        declared: Its keys in order; those with a problem of their own are left out.
        problems: What is wrong with single keys.
        failed: The names of these keys.
        partial: What of these can be told nevertheless: what they depend on.
    """

    declared: tuple[Declared, ...]
    problems: tuple[SpaceProblem, ...] = ()
    failed: tuple[str, ...] = ()
    partial: tuple[Declared, ...] = ()

    @property
    def by_name(self) -> Mapping[str, Declared]:
        """The declared keys by their names."""
        return {one.name: one for one in self.declared}

    @property
    def making(self) -> tuple[Parameter, ...]:
        """The scientific parameters whose every value is a variant."""
        return tuple(one for one in self._parameters if makes_arms(one))

    @property
    def sampled(self) -> tuple[Declared, ...]:
        """What is searched: nuisance parameters, and scientific ones with too many values."""
        found = (one for one in self.declared if one.parameter is not None)
        return tuple(one for one in found if one.parameter and not makes_arms(one.parameter))

    @property
    def held(self) -> Mapping[str, Any]:
        """The values of what is fixed."""
        return {one.name: one.value for one in self.declared if one.parameter is None}

    @property
    def _parameters(self) -> Iterator[Parameter]:
        return (one.parameter for one in self.declared if one.parameter is not None)

    def based_on(self, config: Config) -> dict[str, Any]:
        """Give the configuration with what is fixed."""
        return with_values(config, {n: v for n, v in self.held.items()
                                    if found_at(config, n) is ABSENT})  # fmt: skip


def makes_arms(parameter: Parameter) -> bool:
    """Tell whether every value of a parameter is a variant."""
    return parameter.role is Role.SCIENTIFIC and 1 <= len(values_of(parameter)) <= MOST_ARMS


def values_of(parameter: Parameter) -> tuple[Any, ...]:
    """Give the choices of a parameter, off among them; empty for a range."""
    off = (parameter.off,) if parameter.switch and parameter.choices else ()
    return (*off, *parameter.choices)


def read_space(space: Mapping[str, Any]) -> Space:
    """Give what a space declares; single keys are judged by themselves here.

    Args:
        space: By the parameter's name, as in the study file.
    """
    declared, problems, failed, partial = [], [], [], []
    for name, given in space.items():
        bad_name = _name_problem(name)
        if bad_name is not None:
            problems.append(bad_name)
            failed.append(str(name))
            continue
        one, found = read_entry(name, given)
        problems += found
        if one is None:
            failed.append(name)
            partial.append(dependencies(name, given))
        else:
            declared.append(one)
    return Space(
        declared=tuple(declared),
        problems=tuple(problems),
        failed=tuple(failed),
        partial=tuple(partial),
    )


def _name_problem(name: Any) -> SpaceProblem | None:
    if not isinstance(name, str) or not all(name.split(".")):
        message = f"space has the key {name!r}, which names nothing of the configuration"
        return SpaceProblem(
            place=("space", str(name)), message=message, todo="write a key, such as lr or opt.lr",
            of_key=True,
        )  # fmt: skip
    if name.rpartition(".")[2] == STEPS:
        return SpaceProblem(
            place=("space", name),
            message=f"{name} is never a search dimension: more steps always look better",
            todo=f"give every run the same: budget: {{{STEPS}: 600}}",
            of_key=True,
        )
    return None
