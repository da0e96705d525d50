"""`trialist preview`."""

from __future__ import annotations

from pathlib import Path

import click

from trialist.cli.output import json_option, show_json


@click.command("preview")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--variant", help="The variant whose training is shown [default: the baseline].")
@click.option("--seed", type=int, help="The replicate [default: the first].")
@click.option("--examples", default=8, show_default=True, help="How many.")
@click.option("--epochs", default=2, show_default=True, help="How often each is changed.")
@click.option(
    "--tier",
    multiple=True,
    metavar="NAME",
    help="weak, medium, strong or progressive; may be repeated [default: all that are here].",
)
@click.option(
    "--to",
    default="preview.html",
    show_default=True,
    type=click.Path(path_type=Path),
    help="The file: a page, or one picture (.png).",
)
@json_option
def command(  # noqa: PLR0913 — one keyword per option
    *,
    study: Path,
    overrides: tuple[str, ...],
    variant: str | None,
    seed: int | None,
    examples: int,
    epochs: int,
    tier: tuple[str, ...],
    to: Path,
    as_json: bool,
) -> int:
    """Show training examples of STUDY, whose trial is a Task, before and after augmentation."""
    from trialist.lab.preview import preview

    report = preview(
        study,
        variant=variant,
        seed=seed,
        examples=examples,
        epochs=epochs,
        tiers=tier or None,
        to=to,
        overrides=overrides,
    )
    if as_json:
        show_json(report.to_dict())
    else:
        click.echo(str(report))
    return 0
