"""`trialist run`."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trialist.cli.errors import show_interrupted
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
from trialist.cli.searchoptions import search_options, with_options

if TYPE_CHECKING:
    from trialist.lab.result import StudyResult
    from trialist.render.live import Display
    from trialist.values.study import Study

_MOST_FAILURES = 5


@click.command("run")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@click.option(
    "--workers",
    metavar="N|auto",
    callback=lambda *given: _workers_in(given[-1]),
    help="Processes that train at a time.",
)
@click.option("--new", is_flag=True, help="Start NAME-2 where NAME has results already.")
@click.option(
    "--amend",
    metavar="REASON",
    help="Go on with a plan that was changed after results; the record says why. A REASON that "
    'begins with "equal:" declares changed code to compute the same.',
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(min=0, min_open=True),
    help="Stop after this time; the same command goes on.",
)
@search_options
@click.option("--detach", is_flag=True, help="Go on without this terminal once it runs.")
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@store_option
@json_option
@require_option
def command(  # noqa: PLR0913 — one parameter per option
    *,
    study: Path,
    overrides: tuple[str, ...],
    workers: int | str | None,
    new: bool,
    amend: str | None,
    max_seconds: float | None,
    trials: int | None,
    seeds: int | None,
    detach: bool,
    quiet: bool,
    store: str,
    as_json: bool,
    require: tuple[str, ...],
) -> int:
    """Run STUDY to its verdict; the same command goes on where it stopped.

    STUDY is a study file, a sweep file of W&B's, or a configuration folder of Hydra's.

    KEY=VALUE changes the study, for example config.lr=0.2.
    """
    from trialist.lab.detach import announcer
    from trialist.lab.run import run

    check_required_codes(require)
    if detach:
        return _detach(store=store, as_json=as_json)
    try:
        result = run(
            study,
            store=store,
            workers=workers,
            new=new,
            amend=amend,
            overrides=with_options(overrides, trials=trials, seeds=seeds),
            max_seconds=max_seconds,
            display=lambda given: _display(given, quiet=quiet or as_json),
            begun=announcer(),
        )
    except KeyboardInterrupt:
        return _interrupted(as_json=as_json)
    if result.interrupted:
        return _interrupted(as_json=as_json)
    _show(result, store=store, quiet=quiet, as_json=as_json)
    if result.out_of_time:
        return _out_of_time(max_seconds or 0.0)
    missed = exit_required(require, result.verdicts)
    return _exit_code(result) or missed


def _detach(*, store: str, as_json: bool) -> int:
    from trialist.lab.detach import Detached, detach

    found = detach([word for word in sys.argv[1:] if word != "--detach"])
    if not isinstance(found, Detached):
        click.echo(found.stdout, nl=False)
        click.echo(found.stderr, err=True, nl=False)
        return found.code
    click.echo(found.notes, err=True, nl=False)
    if as_json:
        show_json(found.to_dict())
        return 0
    place = "" if store == DEFAULT_STORE else f" --store {shlex.quote(store)}"
    click.echo(f"running  {found.study}, process {found.pid}")
    click.echo(f"log      {os.path.relpath(found.log)}")
    click.echo(f"watch    trialist watch {found.study}{place}")
    click.echo(f"wait     trialist wait {found.study}{place}")
    click.echo(f"stop     kill {found.pid}")
    return 0


def _out_of_time(max_seconds: float) -> int:
    again = shlex.join(["trialist", *sys.argv[1:]])
    click.echo(
        f"the {max_seconds:g} s of --max-seconds are over; nothing is lost. Go on with: {again}",
        err=True,
    )
    return 4


def _interrupted(*, as_json: bool) -> int:
    show_interrupted(shlex.join(["trialist", *sys.argv[1:]]), as_json=as_json)
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
    links = result.finished * [
        ("report", os.path.relpath(folder / "report.html")),
        ("check", f"trialist verify {folder.name}{place}"),
    ]
    click.echo(results_text(result.data, style=style, links=links), nl=False)


def _exit_code(result: StudyResult) -> int:
    if result.n_failed:
        from trialist.render.cells import visible_block

        for text in result.failures[:_MOST_FAILURES]:
            click.echo(f"failed: {visible_block(text)}", err=True)
        if len(result.failures) > _MOST_FAILURES:
            click.echo(f"and {len(result.failures) - _MOST_FAILURES} more", err=True)
        return 3
    return 0 if result.finished else 4


def _workers_in(text: str | None) -> int | str | None:
    if text is None or text == "auto":
        return text
    if text.isdigit() and int(text) >= 1:
        return int(text)
    raise click.BadParameter(f"{text} is not 'auto', nor a number from 1.")
