"""Groups of commands whose modules are imported only when a command is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group that imports a command's module only when it is called.

    Args:
        commands_in: What each command does, by its name; in the order of the help.
        module: What stands before the name of a command's module.
        args: As in `click.Group`.
        kwargs: As in `click.Group`.
    """

    def __init__(
        self, *args: Any, commands_in: Mapping[str, str], module: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._commands_in = commands_in
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of the commands."""
        del ctx
        return list(self._commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give a command; None where there is none of this name."""
        del ctx
        if cmd_name not in self._commands_in:
            return None
        file = cmd_name.replace("-", "_")
        command = getattr(import_module(f"{self._module}{file}"), "command", None)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(self._commands_in.items()))
