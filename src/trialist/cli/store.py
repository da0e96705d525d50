"""`trialist store`: what concerns the store as a whole; a command is loaded when it is called."""

from __future__ import annotations

from importlib import import_module

import click

_COMMANDS = {
    "check": "say what is damaged and what still holds; --repair sets damaged files aside",
    "copy": "copy studies into another store, checked by digest",
    "compact": "write all metrics of a study into one Parquet file, for faster reading",
    "artifact": "list, get and name what runs put into the store",
}


class _Lazy(click.Group):
    """A group whose commands stand in files of their own, `store_NAME`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"trialist.cli.store_{cmd_name}"), "command", None)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group("store", cls=_Lazy, subcommand_metavar="COMMAND [ARGS]...")
def command() -> None:
    """Look after the store: the folder of all studies."""
