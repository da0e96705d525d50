"""`trialist store artifact`: list, get, alias, history."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.group("artifact", subcommand_metavar="COMMAND [ARGS]...")
def command() -> None:
    """List, get and name what runs put into the store with run.artifact()."""


@command.command("list")
@store_option
@json_option
def list_command(*, store: str, as_json: bool) -> None:
    """List every artifact with its newest version and its aliases."""
    from trialist.lab.artifacts import list_artifacts
    from trialist.render.artifacttext import artifacts_text

    found = list_artifacts(store)
    if as_json:
        show_json({"artifacts": [one.to_dict() for one in found]})
    else:
        click.echo(artifacts_text([one.to_dict() for one in found], style=stdout_style()), nl=False)


@command.command("get")
@click.argument("reference", metavar="NAME[:ALIAS]")
@click.option("--out", default=".", show_default=True, help="The folder to copy it into.")
@store_option
@json_option
def get_command(*, reference: str, out: str, store: str, as_json: bool) -> None:
    """Copy a version out of the store, after its digests were checked; NAME:v3 names a version."""
    from trialist.lab.artifacts import get_artifact

    got = get_artifact(reference, out=out, store=store)
    if as_json:
        show_json(got.to_dict())
    else:
        click.echo(f"{got.reference} is in {got.path}")


@command.command("alias")
@click.argument("reference", metavar="NAME:V")
@click.argument("alias")
@store_option
@json_option
def alias_command(*, reference: str, alias: str, store: str, as_json: bool) -> None:
    """Have ALIAS name the version NAME:V; the move is recorded."""
    from trialist.lab.artifacts import name_artifact

    named = name_artifact(reference, alias, store=store)
    if as_json:
        show_json(named.to_dict())
    else:
        click.echo(f"{named.name}:{alias} is {named.reference}")


@command.command("history")
@click.argument("name")
@store_option
@json_option
def history_command(*, name: str, store: str, as_json: bool) -> None:
    """Show the versions of NAME, who made and used them, and every move of an alias."""
    from trialist.lab.artifacts import artifact_history
    from trialist.render.artifacttext import history_text

    found = artifact_history(name, store=store)
    if as_json:
        show_json(found.to_dict())
    else:
        click.echo(history_text(found.to_dict(), style=stdout_style()), nl=False)
