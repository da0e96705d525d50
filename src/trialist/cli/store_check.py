"""`trialist store check`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("check")
@click.argument("study", required=False)
@click.option("--repair", is_flag=True, help="Set damaged files aside; nothing is deleted.")
@store_option
@json_option
def command(*, study: str | None, repair: bool, store: str, as_json: bool) -> int:
    """Check every file of STUDY (all studies without one): what is damaged, what still holds.

    Exits 1 where something of a record is damaged.
    """
    from trialist.lab.storecheck import check_store
    from trialist.render.storetext import check_text

    found = check_store(study, store=store, repair=repair)
    if as_json:
        show_json(found.to_dict())
    else:
        click.echo(check_text(found.to_dict(), style=stdout_style()), nl=False)
    return 0 if found.is_sound else 1
