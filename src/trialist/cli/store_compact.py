"""`trialist store compact`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style, store_option


@click.command("compact")
@click.argument("study", required=False)
@store_option
@json_option
def command(*, study: str | None, store: str, as_json: bool) -> None:
    """Write all metrics of STUDY (all studies without one) into its metrics.parquet.

    Journals stay as they are, and stay the truth; readers are faster with the file.
    """
    from trialist.lab.compact import compact_store
    from trialist.render.storetext import compact_text

    done = [one.to_dict() for one in compact_store(study, store=store)]
    if as_json:
        show_json({"studies": done})
    else:
        click.echo(compact_text(done, style=stdout_style()), nl=False)
