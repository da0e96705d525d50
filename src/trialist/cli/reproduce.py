"""`trialist reproduce`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option

if TYPE_CHECKING:
    from trialist.lab.environment import WrittenEnvironment


@click.command("reproduce")
@click.argument("run")
@click.option("--out", type=click.Path(), help="Keep the new run in this folder.")
@click.option("--folder", type=click.Path(), help="The study's folder, with its code.")
@click.option("--here", is_flag=True, help="Run the code in place, whatever was recorded.")
@click.option(
    "--ignore", multiple=True, metavar="PATTERN", help="Metrics not to compare, such as 'time/*'."
)
@click.option(
    "--environment",
    type=click.Path(),
    metavar="DIR",
    help="Run nothing; write a lock of the packages and a Dockerfile that repeats the run.",
)
@click.option("--hashes", is_flag=True, help="With --environment: ask the index for hashes.")
@store_option
@json_option
def command(  # noqa: PLR0913 — one parameter per option
    *,
    run: str,
    out: str | None,
    folder: str | None,
    here: bool,
    ignore: tuple[str, ...],
    environment: str | None,
    hashes: bool,
    store: str,
    as_json: bool,
) -> int:
    """Make RUN (variant/seed-3, or study/variant/seed-3) again, and compare it bit by bit."""
    if environment is not None:
        from trialist.lab.environment import write_environment

        written = write_environment(run, environment, folder=folder, store=store, hashes=hashes)
        return _show_environment(written, as_json=as_json)
    from trialist.lab.reproduce import reproduce
    from trialist.render.reproductiontext import reproduction_text

    found = reproduce(run, store=store, out=out, folder=folder, here=here, ignore=ignore)
    if as_json:
        show_json(found.to_dict())
    else:
        place = str(Path.cwd().resolve())
        text = reproduction_text(found.to_dict(), style=stdout_style(), here=place)
        click.echo(text, nl=False)
    return 0 if found.is_equal else 1


def _show_environment(written: WrittenEnvironment, *, as_json: bool) -> int:
    if as_json:
        show_json(written.to_dict())
        return 0
    for path in written.files:
        click.echo(f"wrote  {os.path.relpath(path)}")
    for note in written.notes:
        click.echo(f"note   {note}")
    click.echo(f"build  {written.build}\nthen   {written.start}")
    return 0
