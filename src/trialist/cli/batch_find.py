"""`trialist batch-find`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trialist.cli.output import json_option, show_json, stdout_style
from trialist.values.errors import ConfigError


@click.command("batch-find")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--variant", help="The variant that is asked about [default: the baseline].")
@click.option("--workers", is_flag=True, help="Find the number of loading processes instead.")
@click.option("--first", type=int, help="The first batch size [default: 8].")
@click.option("--most", type=int, help="The largest to try [default: the training examples].")
@click.option("--to-limit", is_flag=True, help="Go on to what memory holds, whatever the speed.")
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@json_option
def command(
    *,
    study: Path,
    overrides: tuple[str, ...],
    variant: str | None,
    workers: bool,
    quiet: bool,
    as_json: bool,
    **sizes: Any,  # --first, --most and --to-limit, by their own names
) -> int:
    """Try batch sizes of STUDY, whose trial is a Task: which fit, which pay.

    Each is tried in a process of its own, each twice the last. With --workers: how many processes
    should load the data.
    """
    from trialist.lab.batchfind import BatchFindReport, WorkerFindReport, batch_find, worker_find

    given = {k: one for k, one in sizes.items() if one is not None and one is not False}
    report: BatchFindReport | WorkerFindReport
    if workers:
        _check_alone(given)
        report = worker_find(study, variant=variant, overrides=overrides)
    else:
        report = batch_find(study, variant=variant, overrides=overrides, **given)
    if as_json:
        show_json(report.to_dict())
    else:
        click.echo(report.text(style=stdout_style(), quiet=quiet), nl=False)
    return 0


def _check_alone(given: dict[str, Any]) -> None:
    if given:
        name = "--" + next(iter(given)).replace("_", "-")
        raise ConfigError(
            f"{name} is about batch sizes", where="--workers", todo=f"leave {name} out"
        )
