"""A command whose study has a space: what is searched is told to it like the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from trialist.design.commandrules import CommandProblem, command_problems
from trialist.design.nested import ABSENT, found_at, with_values
from trialist.values.command import Command
from trialist.values.study import Config


def searched_command_problems(
    command: Command,
    *,
    config: Config,
    changes: Mapping[str, Config],
    space: Mapping[str, Any],
    scripts: str = "",
) -> tuple[CommandProblem, ...]:
    """Give everything that is wrong with a command, whose study may have a space.

    Args:
        command: The command.
        config: The baseline configuration.
        changes: What each variant changes in it.
        space: What is searched, by its dotted name; empty for a study without a search.
        scripts: The text of the program's own files.
    """
    added = [str(name) for name in space if found_at(config, str(name)) is ABSENT]
    whole = with_values(config, dict.fromkeys(added))
    found = command_problems(command, config=whole, changes=changes, scripts=scripts)
    return (
        *(_moved(one, added) for one in found),
        *_untuned(command, added, changes=changes, space=space),
    )


def _moved(problem: CommandProblem, added: list[str]) -> CommandProblem:
    """Give a problem of the configuration where it stands: in the space."""
    name = ".".join(map(str, problem.place[1:]))
    if problem.place[0] != "config" or name not in added:
        return problem
    message = problem.message.replace(f"config.{name}", f"space.{name}", 1)
    return replace(problem, place=("space", name), message=message)


def _untuned(
    command: Command,
    added: list[str],
    *,
    changes: Mapping[str, Config],
    space: Mapping[str, Any],
) -> Iterator[CommandProblem]:
    """Refuse a baseline that runs the configuration as it is, where that lacks what is told."""
    entries = [one for one in space.values() if isinstance(one, Mapping)]
    if changes or any(one.get("role") == "scientific" for one in entries):
        return
    for name in command.names:
        entry = space.get(name)
        if name in added and isinstance(entry, Mapping) and "fixed" not in entry:
            yield CommandProblem(
                place=("space", name),
                message=f"the baseline runs config as it is, and config has no {name}",
                todo=f"put its value into config: {name}: ...",
                of_key=True,
            )
