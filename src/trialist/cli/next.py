"""`trialist next`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("next")
@click.argument("study", required=False)
@click.option(
    "--write",
    type=click.Path(),
    metavar="FILE",
    help="Write the study file of the recommended round; nothing is written over.",
)
@click.option("--step", metavar="STEP", help="With --write: another one of the proposals.")
@store_option
@json_option
def command(
    *, study: str | None, write: str | None, step: str | None, store: str, as_json: bool
) -> None:
    """Say what to do after STUDY (the newest without one), and why."""
    from trialist.lab.nextround import next_round
    from trialist.render.nexttext import next_text

    found = next_round(study, store=store, write=write, step=step).to_dict()
    if as_json:
        show_json(found)
    else:
        click.echo(next_text(found, style=stdout_style()), nl=False)
