"""`trialist init`."""

from __future__ import annotations

import click


@click.command("init")
@click.argument("folder", default=".", type=click.Path(file_okay=False))
def command(*, folder: str) -> None:
    """Write a study that runs (study.yaml, train.py) into FOLDER; nothing is overwritten."""
    from trialist.lab.init import init

    for path in init(folder):
        click.echo(f"wrote  {path}")
    target = "study.yaml" if folder == "." else f"{folder}/study.yaml"
    click.echo(f"next   trialist plan {target}\nthen   trialist run {target}")
