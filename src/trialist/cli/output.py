"""What commands share: options, the text style of stdout, JSON, and `--require`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from trialist.values.errors import ConfigError, near
from trialist.values.verdict import Verdict, VerdictCode

if TYPE_CHECKING:
    from trialist.render.style import TextStyle

DEFAULT_STORE = "experiments"

F = TypeVar("F", bound=Callable[..., Any])


def store_option(function: F) -> F:
    """Add `--store`."""
    return click.option(
        "--store",
        default=DEFAULT_STORE,
        show_default=True,
        help="The folder of all studies.",
    )(function)


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")(function)


def require_option(function: F) -> F:
    """Add `--require`."""
    return click.option(
        "--require",
        multiple=True,
        metavar="[VARIANT=]CODE",
        help="Exit 1 unless the verdict is this; may be repeated.",
    )(function)


def show_json(data: Mapping[str, Any]) -> None:
    """Write `data` as JSON to stdout."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def stdout_style() -> TextStyle:
    """Give the width and colors of stdout."""
    from trialist.render.style import style_of

    return style_of(sys.stdout, os.environ)


def unmet(require: Sequence[str], verdicts: Mapping[str, Verdict]) -> list[str]:
    """Give what of `--require` does not hold, as sentences.

    Raises:
        ConfigError: If a code or a variant does not exist.
    """
    missed = []
    for text in require:
        variant, _, code = text.rpartition("=")
        wanted = _code(code, text)
        if any(verdict.baseline == variant for verdict in verdicts.values()):
            raise ConfigError(
                f"{variant!r} is the baseline, which gets no verdict",
                where=f"--require {text}",
                todo=near(variant, list(verdicts)),
            )
        if variant and variant not in verdicts:
            raise ConfigError(
                f"{variant!r} is not a compared variant",
                where=f"--require {text}",
                todo=near(variant, list(verdicts)),
            )
        for name in [variant] if variant else list(verdicts):
            found = verdicts[name].name
            if not found.meets(wanted):
                missed.append(f"required {name}={wanted.value}, found {found.value}")
    return missed


def check_required_codes(require: Sequence[str]) -> None:
    """Refuse an impossible `--require` before anything runs."""
    for text in require:
        _code(text.rpartition("=")[2], text)


def _code(code: str, text: str) -> VerdictCode:
    try:
        return VerdictCode(code)
    except ValueError as error:
        known = [one.value for one in VerdictCode]
        raise ConfigError(
            f"{code!r} is not a verdict", where=f"--require {text}", todo=near(code, known)
        ) from error


def exit_required(require: Sequence[str], verdicts: Mapping[str, Verdict]) -> int:
    """Say what of `--require` does not hold, and give the exit code for it."""
    missed = unmet(require, verdicts)
    for line in missed:
        click.echo(line, err=True)
    return 1 if missed else 0
