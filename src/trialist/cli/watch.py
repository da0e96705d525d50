"""`trialist watch`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from trialist.cli.output import json_option, show_json, store_option
from trialist.cli.wait import show_waited

if TYPE_CHECKING:
    from trialist.render.live import Display
    from trialist.values.metric import Metric


@click.command("watch")
@click.argument("study", required=False)
@store_option
@json_option
def command(*, study: str | None, store: str, as_json: bool) -> int:
    """Show STUDY (a name; the newest without one) as it goes on, run by whatever process.

    Ctrl-C ends the watching, not the study. Exits as `trialist wait` does.
    """
    from trialist.lab.watch import watch

    def display(metric: Metric) -> Display:
        from trialist.render.live import display_for

        return display_for(sys.stderr, metric=metric, environ=os.environ, quiet=as_json)

    try:
        waited = watch(study, store=store, display=display)
    except KeyboardInterrupt:
        click.echo("no longer watched; the study goes on", err=True)
        return 130
    if as_json:
        show_json(waited.to_dict())
    else:
        show_waited(waited)
    return waited.exit_code
