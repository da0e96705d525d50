"""Errors as a person reads them, one block per mistake; or as JSON for machines."""

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from pathlib import Path

import click

from trialist.values.errors import TrialistError


def show_error(error: TrialistError, *, as_json: bool, debug: bool) -> None:
    """Write an error to stderr; with --json also as one JSON object to stdout."""
    if debug:
        click.echo("".join(traceback.format_exception(error)), err=True)
    if as_json:
        mistakes = [
            {"message": one.message, "where": one.where, "todo": one.todo} for one in error.mistakes
        ]
        click.echo(json.dumps({"error": type(error).__name__, "mistakes": mistakes}))
        return
    here = f"{Path.cwd()}/"
    for mistake in error.mistakes:
        near = replace(mistake, where=mistake.where and mistake.where.removeprefix(here))
        head, *rest = str(near).splitlines()
        click.echo(click.style("error: ", fg="red", bold=True) + head, err=True)
        for line in rest:
            click.echo(line, err=True)


def show_usage_error(error: click.ClickException, *, as_json: bool) -> None:
    """Write a mistake of the command line in the same form."""
    ctx = getattr(error, "ctx", None)
    command = ctx.command_path if ctx is not None else "trialist"
    show_error(
        TrialistError(error.format_message(), where="command line", todo=f"see `{command} --help`"),
        as_json=as_json,
        debug=False,
    )


def show_interrupted(again: str, *, as_json: bool) -> None:
    """Say that a command was interrupted, and how it goes on."""
    message = "stopped; nothing is lost"
    if as_json:
        mistake = {"message": message, "where": None, "todo": f"go on with: {again}"}
        click.echo(json.dumps({"error": "Interrupted", "mistakes": [mistake]}))
    else:
        click.echo(f"{message}. Go on with: {again}", err=True)
