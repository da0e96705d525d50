"""`trialist init`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json


@click.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False))
@json_option
def command(*, folder: str, as_json: bool) -> None:
    """Write a study that runs (study.yaml, train.py) into FOLDER; nothing is overwritten."""
    from trialist.lab.init import init

    paths = init(folder)
    target = "study.yaml" if folder == "." else f"{folder}/study.yaml"
    following = [f"trialist plan {target}", f"trialist run {target}"]
    if as_json:
        show_json({"wrote": [str(path) for path in paths], "next": following})
        return
    for path in paths:
        click.echo(f"wrote  {path}")
    click.echo(f"next   {following[0]}\nthen   {following[1]}")
