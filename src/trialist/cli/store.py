"""`trialist store`: what concerns the store as a whole; a command is loaded when it is called."""

from __future__ import annotations

import click

from trialist.cli.lazy import LazyGroup

_COMMANDS = {
    "check": "say what is damaged and what still holds; --repair sets damaged files aside",
    "copy": "copy studies into another store, checked by digest",
    "compact": "write all metrics of a study into one Parquet file, for faster reading",
    "artifact": "list, get and name what runs put into the store",
}


@click.group(
    "store",
    cls=LazyGroup,
    commands_in=_COMMANDS,
    module="trialist.cli.store_",
    subcommand_metavar="COMMAND [ARGS]...",
)
def command() -> None:
    """Look after the store: the folder of all studies."""
