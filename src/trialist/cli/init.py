"""`trialist init`."""

from __future__ import annotations

from pathlib import Path

import click

from trialist.cli.output import json_option, show_json
from trialist.values.errors import ConfigError


@click.command("init")
@click.argument("folder", metavar="[FOLDER | SCRIPT.py]", default=".", type=click.Path())
@click.option(
    "--space",
    metavar="OPTIMIZER",
    help="Of a script: tune the parameters of sgd, nesterov, adam, adamw or rmsprop.",
)
@click.option(
    "--trials",
    type=click.IntRange(min=2),
    default=32,
    show_default=True,
    help="Trials of that search; the fewer, the fewer parameters.",
)
@json_option
def command(*, folder: str, space: str | None, trials: int, as_json: bool) -> None:
    """Write a study that runs into FOLDER, or one for SCRIPT.py beside it.

    A script is read and never run; nothing is overwritten.
    """
    if Path(folder).is_file() or folder.endswith(".py"):
        _for_script(folder, space, trials, as_json=as_json)
        return
    if space is not None:
        raise ConfigError(
            f"--space {space} goes with a script, and {folder} is a folder",
            todo="name the script: trialist init train.py --space adamw",
        )
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


def _for_script(script: str, space: str | None, trials: int, *, as_json: bool) -> None:
    from trialist.lab.init import init_script

    done = init_script(script, space=space, trials=trials)
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
    what = "variants" if space is None else "ranges"
    click.echo(f"decide question, metric and {what} in it: its comments say what")
    click.echo(f"next   {following[0]}\nthen   {following[1]}")


def _following(target: str) -> list[str]:
    return [f"trialist plan {target}", f"trialist run {target}"]
