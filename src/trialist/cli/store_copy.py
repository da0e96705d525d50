"""`trialist store copy`."""

from __future__ import annotations

import click

from trialist.cli.output import json_option, show_json, stdout_style


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.argument("study", required=False)
@json_option
def command(*, source: str, target: str, study: str | None, as_json: bool) -> None:
    """Copy STUDY (all studies without one) from the store FROM into the store TO.

    Every file is checked by its digest. A copy that was interrupted goes on; a study that is there
    and is another one is never overwritten.
    """
    from trialist.lab.storecopy import copy_store
    from trialist.render.storetext import copy_text

    done = copy_store(source, target, study)
    if as_json:
        show_json(done.to_dict())
    else:
        click.echo(copy_text(done.to_dict(), style=stdout_style()), nl=False)
