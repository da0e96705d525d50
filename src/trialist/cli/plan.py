"""`trialist plan`."""

from __future__ import annotations

from pathlib import Path

import click

from trialist.cli.output import json_option, show_json, store_option
from trialist.cli.searchoptions import search_options, with_options


@click.command("plan")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@search_options
@store_option
@json_option
def command(
    *,
    study: Path,
    overrides: tuple[str, ...],
    trials: int | None,
    seeds: int | None,
    store: str,
    as_json: bool,
) -> int:
    """Show what STUDY will do, what it costs and what it can show; writes nothing.

    Exits 1 where earlier runs of the same code show that it can neither find nor rule out a
    difference worth having, and where it needs more than its budget allows.
    """
    from trialist.lab.plan import plan

    overrides = with_options(overrides, trials=trials, seeds=seeds)
    made = plan(study, store=store, overrides=overrides)
    if as_json:
        show_json(made.to_dict())
    else:
        click.echo(str(made), nl=False)
    return 1 if made.is_refused else 0
