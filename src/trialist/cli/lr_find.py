"""`trialist lr-find`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trialist.cli.output import json_option, show_json, stdout_style


@click.command("lr-find")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--variant", help="The variant that is asked about [default: the baseline].")
@click.option("--seeds", type=int, help="Tests, with the first seeds [default: 3].")
@click.option("--low", default=1e-7, show_default=True, help="The first learning rate.")
@click.option("--high", default=10.0, show_default=True, help="The last one.")
@click.option("--steps", default=100, show_default=True, help="Steps of a test.")
@click.option("--quiet", is_flag=True, help="Write the sentence only.")
@json_option
def command(
    *,
    study: Path,
    overrides: tuple[str, ...],
    quiet: bool,
    as_json: bool,
    **options: Any,  # passed on to `trialist.lr_find` by their own names
) -> int:
    """Say in which range to search the learning rate of STUDY, whose trial is a Task.

    Exits 1 where the test cannot say.
    """
    from trialist.lab.lrfind import lr_find
    from trialist.values.missing import Missing

    report = lr_find(study, overrides=overrides, **options)
    if as_json:
        show_json(report.to_dict())
    else:
        click.echo(report.text(style=stdout_style(), quiet=quiet), nl=False)
    return 1 if isinstance(report.span, Missing) else 0
