"""`trialist open-test`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("open-test")
@click.argument("study", required=False)
@click.option(
    "--reopen", metavar="REASON", help="Open it again; counted for ever, told in every report."
)
@click.option("--workers", default="auto", show_default=True, help="Evaluations at a time.")
@click.option("--folder", type=click.Path(), help="The study's folder, with its code.")
@store_option
@json_option
def command(
    *,
    study: str | None,
    reopen: str | None,
    workers: str,
    folder: str | None,
    store: str,
    as_json: bool,
) -> None:
    """Evaluate the runs of STUDY (the newest without one) once on its sealed test set."""
    from trialist.lab.opentest import open_test
    from trialist.render.opentesttext import opened_text

    found = open_test(
        study,
        store=store,
        reopen=reopen,
        workers=int(workers) if workers.isdecimal() else workers,
        folder=folder,
        told=lambda run: click.echo(f"evaluated  {run}", err=True),
    ).to_dict()
    if as_json:
        show_json(found)
    else:
        click.echo(opened_text(found, style=stdout_style()), nl=False)
