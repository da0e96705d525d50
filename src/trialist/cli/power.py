"""`trialist power`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from trialist.cli.conditions import conditions_in, numbers_in
from trialist.cli.output import json_option, show_json, stdout_style
from trialist.cli.sections import SectionedCommand
from trialist.values.errors import ConfigError

_SECTIONS = {
    "What is asked": ("relevant", "target", "n_variants", "paired", "seeds", "looks"),
    "The spread, as a number": ("sd", "n_pilot", "correlation"),
    "The spread, from a pilot's runs in FILE": (
        *("metric", "variant", "seed", "where", "baseline"),
    ),
    "What comes out": ("quiet", "as_json"),
}


@click.command("power", cls=SectionedCommand, sections=_SECTIONS)
@click.argument("file", required=False)
@click.option("--sd", type=float, help="The SD between runs; with --paired, see --correlation.")
@click.option("--n-pilot", type=int, help="Runs that the SD comes from [default: it is exact].")
@click.option(
    "--correlation",
    type=float,
    help="Of the pairs; without it, --sd is the SD of the paired differences.",
)
@click.option("--relevant", type=float, help="The smallest difference worth having.")
@click.option(
    "--paired/--unpaired",
    default=False,
    help="Equal seeds will share their random sources by design [default: unpaired].",
)
@click.option(
    "--variants",
    "n_variants",
    type=int,
    help="Variants that are compared with the baseline [default: 1, or the pilot's].",
)
@click.option("--seeds", metavar="N|MIN..MAX", help="Seeds per variant that can be afforded.")
@click.option("--looks", metavar="5,8,12", help="When it is looked at, the last the most seeds.")
@click.option(
    "--power", "target", default=0.8, show_default=True, help="The wanted chance of finding it."
)
@click.option("--metric", help="The pilot's column, or the metric's name.")
@click.option("--variant", default="variant", help="The column that names the variant.")
@click.option("--seed", default="seed", help="The column that names the seed.")
@click.option(
    "--where",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Only the rows in which the column has this value; may be repeated.",
)
@click.option("--baseline", help="What pairs of the pilot are made with.")
@click.option("--quiet", is_flag=True, help="Write the sentences only.")
@json_option
def command(
    *,
    file: str | None,
    seeds: str | None,
    looks: str | None,
    where: tuple[str, ...],
    quiet: bool,
    as_json: bool,
    **options: Any,  # passed on to `trialist.power` by their own names
) -> int:
    """Say how many seeds find a difference, from a known SD or from a pilot's runs in FILE.

    Exits 1 where the affordable seeds (--seeds, --looks) can neither find nor rule out a difference
    worth having.
    """
    from trialist.lab.power import power

    report = power(
        file,
        seeds=_seeds(seeds),
        looks=numbers_in(looks, option="--looks"),
        where=conditions_in(where, option="--where"),
        **options,
    )
    if as_json:
        show_json(report.to_dict())
    else:
        click.echo(report.text(style=stdout_style(), quiet=quiet), nl=False)
    return 0 if report.refusal is None else 1


def _seeds(text: str | None) -> int | Mapping[str, int] | None:
    if text is None:
        return None
    low, dots, high = text.replace("-", "..").partition("..")
    try:
        return {"min": int(low), "max": int(high)} if dots else int(low)
    except ValueError as error:
        raise ConfigError(
            f"{text!r} is no number of seeds", where="--seeds", todo="write 20, or 5..20"
        ) from error
