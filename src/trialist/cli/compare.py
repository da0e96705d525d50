"""`trialist compare`."""

from __future__ import annotations

import click

from trialist.cli.output import (
    check_required_codes,
    exit_required,
    json_option,
    require_option,
    show_json,
    stdout_style,
)


@click.command("compare")
@click.argument("file")
@click.option("--metric", help="The column to compare, where there is more than one.")
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
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@click.option("--report", type=click.Path(), help="Write results and report.html into this folder.")
@json_option
@require_option
def command(  # noqa: PLR0913 — one parameter per option
    *,
    file: str,
    metric: str | None,
    goal: str | None,
    baseline: str | None,
    paired: bool,
    relevant: float | None,
    mode: str,
    variant: str,
    seed: str,
    quiet: bool,
    report: str | None,
    as_json: bool,
    require: tuple[str, ...],
) -> int:
    """Give verdicts on the results in FILE, a CSV with a row per run.

    Columns: variant, seed (optional), and the metric.
    """
    from trialist.lab.compare import compare
    from trialist.render.terminal import compare_text, sentences_text

    check_required_codes(require)
    result = compare(
        file,
        metric=metric,
        goal=goal,
        baseline=baseline,
        paired=paired,
        relevant=relevant,
        mode=mode,
        variant=variant,
        seed=seed,
    )
    links = [("report", str(result.report(report)))] if report else []
    if as_json:
        show_json(result.to_dict())
    elif quiet:
        click.echo(sentences_text(result.results, style=stdout_style()), nl=False)
    else:
        click.echo(compare_text(result.data, style=stdout_style(), links=links), nl=False)
    return exit_required(require, result.verdicts)
