"""`trialist status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option
from trialist.cli.wait import show_status

if TYPE_CHECKING:
    from trialist.lab.freeruns import FreeStatus


@click.command("status")
@click.argument("study", required=False)
@store_option
@json_option
def command(*, study: str | None, store: str, as_json: bool) -> None:
    """Show where STUDY (a name; the newest without one) stands."""
    from trialist.lab.freeruns import FreeStatus
    from trialist.lab.status import status

    found = status(study, store=store)
    if as_json:
        show_json(found.to_dict())
        return
    if isinstance(found, FreeStatus):
        _show_free(found)
        return
    show_status(found)


def _show_free(found: FreeStatus) -> None:
    from trialist.render.freetext import free_text

    text = free_text(
        found.name,
        state=found.state,
        counts=found.counts,
        table=found.table(),
        notes=found.notes,
        style=stdout_style(),
    )
    click.echo(text, nl=False)
