"""`trialist schema`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json


@click.command("schema")
@click.argument("kind", default="study", metavar="[study|plan|results|events]")
@json_option
def command(*, kind: str, as_json: bool) -> None:
    """Give the JSON Schema of a study file, for editors, or of what trialist writes.

    It is JSON with --json or without.
    """
    from trialist.lab.schema import schema

    del as_json
    show_json(schema(kind))
