"""`trialist analyze`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from trialist.cli.conditions import conditions_in
from trialist.cli.output import json_option, show_json, stdout_style, store_option
from trialist.cli.sections import SectionedCommand

if TYPE_CHECKING:
    from trialist.lab.analyze import Analysis

_SECTIONS = {
    "What is analyzed": ("store", "metric", "goal", "target", "batch_size"),
    "Where it stands in a table of trials": (
        *("params", "variant", "search", "phase", "seed", "where", "sampler"),
    ),
    "What comes out": ("quiet", "out", "as_json", "require"),
}
_REQUIRED = ("comparable", "clean")


@click.command("analyze", cls=SectionedCommand, sections=_SECTIONS)
@click.argument("source", required=False, metavar="[STUDY | FILE | optuna://...]")
@store_option
@click.option("--metric", help="The column that trials are chosen by, where there are several.")
@click.option("--goal", help="maximize or minimize; a study knows it, a table does not.")
@click.option("--target", type=float, help="Say how many steps it takes to reach this value.")
@click.option("--batch-size", metavar="KEY", help="The parameter that is the batch size.")
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME[:LOW:HIGH][:SCALE]",
    help="A parameter and what was searched: lr:1e-5:0.1:log; may be repeated.",
)
@click.option("--variant", help='The column that tells variants apart [default: "variant"].')
@click.option("--search", help='The column that names the search [default: "search"].')
@click.option("--phase", help='The column that tells fresh runs from trials [default: "phase"].')
@click.option("--seed", help='The column that names the seed [default: "seed"].')
@click.option(
    "--where",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only the rows in which the column has this value; may be repeated.",
)
@click.option(
    "--sampler", help="How trials were proposed: random, qmc, grid, tpe, gp, cma_es, nsga_ii."
)
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@click.option("--out", type=click.Path(), help="Where to write [default: the study's folder].")
@json_option
@click.option(
    "--require",
    type=click.Choice(_REQUIRED),
    help="Exit 1 unless variants can be compared, or unless no check found anything.",
)
def command(
    *,
    source: str | None,
    where: tuple[str, ...],
    quiet: bool,
    out: str | None,
    as_json: bool,
    require: str | None,
    **options: Any,  # passed on to `trialist.analyze` by their own names
) -> int:
    """Check what searches found: ends of ranges, numbers of trials, what diverged, the curves.

    SOURCE is a study of the store (the newest, where it is left out), a table with a row per
    trial (CSV, Parquet), or an Optuna study. Writes analysis.html and analysis.json beside the
    study; for a table, only with --out.
    """
    from trialist.lab.analyze import analyze

    found = analyze(source, where=conditions_in(where, option="--where"), **options)
    page = found.report(out) if out or found.folder else None
    if as_json:
        show_json(found.to_dict())
    else:
        click.echo(found.text(style=stdout_style(), quiet=quiet), nl=False)
        if page is not None and not quiet:
            click.echo(f"\npage  {os.path.relpath(page)}")
    return _exit(found, require)


def _exit(found: Analysis, require: str | None) -> int:
    """Give the exit code: 1 where what is required does not hold, 4 where trials are missing."""
    holds = {"comparable": found.is_comparable, "clean": found.is_clean}
    if require is not None and not holds[require]:
        loud = [one for one in found.checks if one.blocks or require == "clean"]
        said = dict.fromkeys(one.level.value for one in loud if one in found.data.loud)
        click.echo(f"required {require}, found {', '.join(said)}", err=True)
        return 1
    return 0
