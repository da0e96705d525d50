"""`trialist wait`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option

if TYPE_CHECKING:
    from trialist.lab.status import Status
    from trialist.lab.wait import Waited


@click.command("wait")
@click.argument("study", required=False)
@click.option(
    "--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help="The longest to wait."
)
@store_option
@json_option
def command(*, study: str | None, timeout: float | None, store: str, as_json: bool) -> int:
    """Wait until STUDY (a name; the newest without one) is answered, or no longer runs.

    Exits as `trialist run` does: 0 answered, 3 runs failed, 4 not finished, also after --timeout.
    """
    from trialist.lab.wait import wait

    waited = wait(study, store=store, timeout=timeout)
    if as_json:
        show_json(waited.to_dict())
    else:
        show_waited(waited)
    return waited.exit_code


def show_waited(waited: Waited) -> None:
    """Write where a study stands."""
    show_status(waited.status)
    if not waited.is_written:
        click.echo("Its results are not written yet: run the same command again.")


def show_status(found: Status) -> None:
    """Write where a study stands."""
    from trialist.render.statustext import status_text

    text = status_text(
        found.progress,
        state=found.state,
        process=found.holder.pid if found.holder else None,
        failures=found.failures,
        sentences=found.sentences,
        style=stdout_style(),
        tally=found.tally,
        n_amended=found.n_amended,
        error=found.error,
        machine=found.machine,
    )
    click.echo(text, nl=False)
