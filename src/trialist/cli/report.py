"""`trialist report`."""

from __future__ import annotations

import os

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("report")
@click.argument("study", required=False)
@click.option("--out", type=click.Path(), help="Where to write [default: the study's folder].")
@store_option
@json_option
def command(*, study: str | None, out: str | None, store: str, as_json: bool) -> int:
    """Write results.json, results.md and report.html of STUDY again, from the store."""
    from trialist.lab.report import report
    from trialist.render.terminal import results_text

    result = report(study, store=store, out=out)
    place = out or result.folder or "."
    if as_json:
        show_json(result.to_dict())
    else:
        page = os.path.relpath(os.path.join(place, "report.html"))  # noqa: PTH118 — relpath is text
        click.echo(
            results_text(result.data, style=stdout_style(), links=[("report", page)]), nl=False
        )
    return 0 if result.finished else 4
