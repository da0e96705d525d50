"""`trialist run`."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trialist.cli.output import (
    DEFAULT_STORE,
    check_required_codes,
    exit_required,
    json_option,
    require_option,
    show_json,
    stdout_style,
    store_option,
)

if TYPE_CHECKING:
    from trialist.lab.result import StudyResult
    from trialist.render.live import Display
    from trialist.values.study import Study


@click.command("run")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--workers", type=click.IntRange(min=1), help="Processes that train at a time.")
@click.option("--new", is_flag=True, help="Start NAME-2 where NAME has results already.")
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@store_option
@json_option
@require_option
def command(  # noqa: PLR0913 — one parameter per option
    *,
    study: Path,
    overrides: tuple[str, ...],
    workers: int | None,
    new: bool,
    quiet: bool,
    store: str,
    as_json: bool,
    require: tuple[str, ...],
) -> int:
    """Run STUDY (a study file) to its verdict; the same command goes on where it stopped.

    KEY=VALUE changes the study, for example config.lr=0.2.
    """
    from trialist.lab.run import run

    check_required_codes(require)
    try:
        result = run(
            study,
            store=store,
            workers=workers,
            new=new,
            overrides=overrides,
            display=lambda given: _display(given, quiet=quiet or as_json),
        )
    except KeyboardInterrupt:
        return _interrupted()
    if result.interrupted:
        return _interrupted()
    _show(result, store=store, quiet=quiet, as_json=as_json)
    missed = exit_required(require, result.verdicts)
    return _exit_code(result) or missed


def _interrupted() -> int:
    again = shlex.join(["trialist", *sys.argv[1:]])
    click.echo(f"stopped; nothing is lost. Go on with: {again}", err=True)
    return 130


def _display(study: Study, *, quiet: bool) -> Display:
    from trialist.render.live import display_for

    return display_for(sys.stderr, metric=study.metric, environ=os.environ, quiet=quiet)


def _show(result: StudyResult, *, store: str, quiet: bool, as_json: bool) -> None:
    from trialist.render.terminal import results_text, sentences_text

    if as_json:
        show_json(result.to_dict())
        return
    style = stdout_style()
    if quiet:
        click.echo(sentences_text(result.results, style=style), nl=False)
        return
    folder = result.folder or Path()
    place = "" if store == DEFAULT_STORE else f" --store {shlex.quote(store)}"
    links = [
        ("report", os.path.relpath(folder / "report.html")),
        ("check", f"trialist verify {folder.name}{place}"),
    ]
    click.echo(results_text(result.data, style=style, links=links), nl=False)


def _exit_code(result: StudyResult) -> int:
    if result.n_failed:
        from trialist.lab.status import failures_of

        for line in failures_of(result.data.runs, result.folder or Path())[:5]:
            click.echo(f"failed: {line}", err=True)
        return 3
    return 0 if result.finished else 4
