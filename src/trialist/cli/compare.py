"""`trialist compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from trialist.cli.conditions import conditions_in, names_in, numbers_in
from trialist.cli.output import (
    check_required_codes,
    exit_required,
    json_option,
    require_option,
    show_json,
    stdout_style,
    store_option,
)
from trialist.cli.sections import SectionedCommand

_SECTIONS = {
    "What is judged": ("store", "metric", "goal", "relevant", "baseline", "paired", "mode"),
    "Where it stands in the table": ("variant", "seed", "where", "by", "wide", "columns"),
    "What a row is, where it is no run": (
        *("example", "cluster", "truth", "task", "scale", "search", "phase"),
    ),
    "How it is judged": ("variance", "history", "folds", "looks"),
    "What comes out": ("quiet", "report", "as_json", "require"),
}


@click.command("compare", cls=SectionedCommand, sections=_SECTIONS)
@click.argument("file")
@click.option("--metric", help="The column to compare, where there is more than one.")
@store_option
@click.option("--goal", help="maximize or minimize; there is no default.")
@click.option("--baseline", help='Compared with the others [default: "baseline", else the first].')
@click.option(
    "--paired/--unpaired",
    default=False,
    help="Equal seeds share their random sources by design [default: unpaired].",
)
@click.option("--relevant", type=float, help="The smallest difference worth having.")
@click.option("--mode", default="confirm", help="confirm (Holm) or explore (Benjamini-Hochberg).")
@click.option("--variant", default="variant", help="The column that names the variant.")
@click.option("--seed", default="seed", help="The column that names the seed.")
@click.option(
    "--where",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only the rows in which the column has this value; may be repeated.",
)
@click.option("--by", metavar="COLUMN", help="One comparison family per value of the column.")
@click.option("--wide", is_flag=True, help="Every variant has a column of its own.")
@click.option("--columns", metavar="A,B", help="The variants' columns of a wide table.")
@click.option(
    "--variance",
    default="separate",
    help="separate; pooled: equal noise is declared (Dunnett); history: assisted by earlier runs.",
)
@click.option("--history", metavar="FILE", help="Earlier runs or their SDs, for history.")
@click.option(
    "--folds",
    metavar="TEST,TRAIN",
    help="Seeds are folds of one cross-validation; examples in a test fold and in a training set.",
)
@click.option(
    "--looks", metavar="5,8,12", help="When results were to be judged, the last the most."
)
@click.option(
    "--example", metavar="COLUMN", help="Rows are predictions; the column names the example."
)
@click.option(
    "--cluster", metavar="COLUMN", help="The column that says which examples belong together."
)
@click.option(
    "--truth", metavar="COLUMN", help="The right answers: a prediction is right where it equals."
)
@click.option("--task", metavar="COLUMN", help="The column that names the task, for many tasks.")
@click.option(
    "--scale",
    default="sd",
    help="Over tasks, count in: sd (between seeds), percent, none, or a CSV of task, low, high.",
)
@click.option(
    "--search",
    metavar="COLUMN",
    help="Rows are trials of tuning; the column names the independent search.",
)
@click.option(
    "--phase",
    metavar="COLUMN",
    help="The column that tells trials (search) from re-runs of winners (fresh).",
)
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@click.option("--report", type=click.Path(), help="Write results and report.html into this folder.")
@json_option
@require_option
def command(  # noqa: PLR0913 — one parameter per option
    *,
    file: str,
    store: str,
    where: tuple[str, ...],
    columns: str | None,
    folds: str | None,
    looks: str | None,
    quiet: bool,
    report: str | None,
    as_json: bool,
    require: tuple[str, ...],
    **options: Any,  # passed on to `trialist.compare` by their own names
) -> int:
    """Give verdicts on the results in FILE, a CSV with a row per run, or on runs of the store.

    Columns: variant, seed (optional), and the metric. FILE may also be the name of runs in the
    store, or their folder: the variant is then their tags, or --variant config.KEY.
    """
    from trialist.lab.compare import compare

    check_required_codes(require)
    sizes: Any = numbers_in(folds, option="--folds") or None
    result = compare(
        _runs_or_file(file, store),
        where=conditions_in(where, option="--where"),
        columns=names_in(columns),
        folds=sizes,
        looks=numbers_in(looks, option="--looks"),
        **options,
    )
    links = [("report", str(result.report(report)))] if report else []
    if as_json:
        show_json(result.to_dict())
    else:
        click.echo(result.text(style=stdout_style(), links=links, quiet=quiet), nl=False)
    return exit_required(require, result.verdicts) if require else 0


def _runs_or_file(file: str, store: str) -> str:
    """Give the folder of the runs that are called so in the store, where there is no such file."""
    in_store = Path(store, file)
    return str(in_store) if not Path(file).exists() and in_store.is_dir() else file
