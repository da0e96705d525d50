"""`trialist adopt`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("adopt")
@click.argument("study", required=False)
@click.argument("variant", required=False)
@click.option(
    "--to",
    default="baseline.yaml",
    show_default=True,
    type=click.Path(),
    help="The file of the configuration.",
)
@click.option("--reason", metavar="TEXT", help="Adopt it whatever the rule says; recorded.")
@click.option("--history", is_flag=True, help="Show what was adopted so far, and change nothing.")
@store_option
@json_option
def command(  # noqa: PLR0913 — one parameter per option
    *,
    study: str | None,
    variant: str | None,
    to: str,
    reason: str | None,
    history: bool,
    store: str,
    as_json: bool,
) -> None:
    """Make VARIANT of STUDY (the newest without one) the new baseline, if its verdict allows."""
    if history:
        _show_history(store, as_json=as_json)
        return
    from trialist.lab.adopt import adopt
    from trialist.render.adopttext import adopted_text

    found = adopt(study, variant, store=store, to=to, reason=reason).to_dict()
    if as_json:
        show_json(found)
    else:
        click.echo(adopted_text(found, style=stdout_style()), nl=False)


def _show_history(store: str, *, as_json: bool) -> None:
    from trialist.lab.baselines import baseline_histories
    from trialist.render.adopttext import history_text

    found = [one.to_dict() for one in baseline_histories(store)]
    if as_json:
        show_json({"histories": found})
    else:
        click.echo(history_text(found, style=stdout_style()), nl=False)
