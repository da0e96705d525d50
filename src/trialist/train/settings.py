"""Settings that have to be numbers: told by their names where they are not."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from trialist.values.errors import ConfigError


def check_counts(*, least: int = 1, **values: Any) -> None:
    """Refuse numbers of steps or examples that are not whole, or too small; None passes.

    Raises:
        ConfigError: For the first of them, by its name.
    """
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, Integral):
            whole = isinstance(value, float) and value.is_integer()
            raise ConfigError(
                f"{name} is {value!r}, and that is no whole number",
                todo=f"write {int(value)}" if whole else f"give {least} or more",
            )
        if value < least:
            raise ConfigError(f"{name} is {value}", todo=f"give {least} or more")


def check_reals(**values: Any) -> None:
    """Refuse what is no number; None passes.

    Raises:
        ConfigError: For the first of them, by its name.
    """
    for name, value in values.items():
        if value is not None and (isinstance(value, bool) or not isinstance(value, Real)):
            raise ConfigError(f"{name} is {value!r}", todo="give a number, without quotes")
