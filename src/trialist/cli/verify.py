"""`trialist verify`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("verify")
@click.argument("study", required=False)
@click.option("--anchor", metavar="COUNT:HEAD", help="Check against an anchor from a report.")
@store_option
@json_option
def command(*, study: str | None, anchor: str | None, store: str, as_json: bool) -> int:
    """Check the record of STUDY and compute its verdict again from the journals alone."""
    from trialist.lab.verify import verify
    from trialist.render.statustext import verification_text

    found = verify(study, store=store, anchor=anchor)
    if as_json:
        show_json(found.to_dict())
    else:
        click.echo(
            verification_text(found.to_dict(), style=stdout_style()),
            nl=False,
        )
    return 0 if found.holds else 1
