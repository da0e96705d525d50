"""`trialist export`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, store_option
from trialist.values.numbers import counted


@click.command("export")
@click.argument("study", required=False)
@click.option("--to", required=True, metavar="FILE", help="The file: .parquet or .csv.")
@click.option("--curves", is_flag=True, help="A row per logged point instead of a row per run.")
@store_option
@json_option
def command(*, study: str | None, to: str, curves: bool, store: str, as_json: bool) -> None:
    """Write the runs of STUDY (the newest without one) into a file for other tools."""
    from trialist.lab.export import export

    done = export(study, to=to, store=store, curves=curves)
    if done.broken is not None:
        click.echo(f"only a part: {done.broken}", err=True)
    if as_json:
        show_json(done.to_dict())
    else:
        click.echo(f"wrote  {done.path}: {counted(done.n_rows, 'row')} of {done.study}")
