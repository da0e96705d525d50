"""`trialist doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from trialist.cli.output import json_option, show_json


@click.command("doctor")
@click.argument("study", type=click.Path(path_type=Path))
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--determinism", is_flag=True, help="Find what differs between equal runs.")
@click.option("--model", is_flag=True, help="Look at the model of a Task before its first step.")
@json_option
def command(
    *, study: Path, overrides: tuple[str, ...], determinism: bool, model: bool, as_json: bool
) -> int:
    """Probe STUDY for what would spoil its results; nothing is registered.

    Without an option --determinism is meant. Exits 1 where something was found.
    """
    from trialist.lab.doctor import doctor
    from trialist.render.doctortext import doctor_text

    report = doctor(study, overrides=overrides, determinism=determinism or not model, model=model)
    if as_json:
        show_json(report.to_dict())
    else:
        click.echo(doctor_text(report.to_dict()), nl=False)
    return 0 if report.is_healthy else 1
