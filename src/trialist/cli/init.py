"""`trialist init`."""

from __future__ import annotations

from pathlib import Path

import click

from trialist.cli.output import json_option, show_json


@click.command("init")
@click.argument("folder", metavar="[FOLDER | SCRIPT.py]", default=".", type=click.Path())
@json_option
def command(*, folder: str, as_json: bool) -> None:
    """Write a study that runs into FOLDER, or one for SCRIPT.py beside it.

    A script is read and never run; nothing is overwritten.
    """
    if Path(folder).is_file() or folder.endswith(".py"):
        _for_script(folder, as_json=as_json)
        return
    from trialist.lab.init import init

    paths = init(folder)
    target = "study.yaml" if folder == "." else f"{folder}/study.yaml"
    following = _following(target)
    if as_json:
        show_json({"wrote": [str(path) for path in paths], "next": following})
        return
    for path in paths:
        click.echo(f"wrote  {path}")
    click.echo(f"next   {following[0]}\nthen   {following[1]}")


def _for_script(script: str, *, as_json: bool) -> None:
    from trialist.lab.init import init_script

    done = init_script(script)
    following = _following(str(done.path))
    said = done.proposal
    if as_json:
        fixed = [{"line": one.line, "text": one.text} for one in said.fixed]
        found = {"read": said.read, "notes": said.notes, "seeds_itself": fixed}
        show_json({"wrote": [str(done.path)], "next": following, **found})
        return
    click.echo(f"read   {script}: {', '.join(said.read)}")
    click.echo(f"wrote  {done.path}")
    for note in said.notes:
        click.echo(f"note   {note}")
    click.echo("decide question, metric and variants in it: its comments say what")
    click.echo(f"next   {following[0]}\nthen   {following[1]}")


def _following(target: str) -> list[str]:
    return [f"trialist plan {target}", f"trialist run {target}"]
