"""Options that say how much is searched, for `plan` and `run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

_TRIALS = click.option(
    "--trials",
    type=click.IntRange(min=1),
    help="Trials of the search, as `search.trials` of the study: the run_cap of a sweep file.",
)
_SEEDS = click.option(
    "--seeds",
    type=click.IntRange(min=1),
    help="Seeds per variant; of a search, fresh ones that its winner is run with.",
)


def search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--trials` and `--seeds` to a command."""
    return _TRIALS(_SEEDS(command))


def with_options(
    overrides: tuple[str, ...], *, trials: int | None, seeds: int | None
) -> tuple[str, ...]:
    """Give the overrides with those that the options stand for."""
    given = {"search.trials": trials, "seeds": seeds}
    said = tuple(f"{key}={value}" for key, value in given.items() if value is not None)
    return (*overrides, *said)
