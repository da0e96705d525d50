"""What somebody says of a parameter whose trials come as a table: its range, or only its scale."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.analysis.cells import number_in
from trialist.values.errors import ConfigError, near
from trialist.values.space import Scale

_CHOICE = ("choice", "choices", "categorical")
_INTEGER = ("int", "integer")
_SCALES = {one.value: one for one in Scale}
_WORDS = (*_SCALES, "int", "choice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One parameter as it is declared; what is None is read from the trials.

    Attributes:
        name: Its column.
        variant: The one variant that this is said of; None for all.
        low: The lower end of the range that was searched.
        high: The upper end.
        scale: The scale that it was searched on.
        integer: True where values are whole numbers.
        is_choice: True where each value is one of a few.
    """

    name: str
    variant: str | None = None
    low: float | None = None
    high: float | None = None
    scale: Scale | None = None
    integer: bool = False
    is_choice: bool = False


def declared(text: str, *, option: str = "--param") -> Declared:
    """Read `NAME`, `NAME:SCALE` or `NAME:LOW:HIGH`, with `log`, `int` or `choice` after it.

    Args:
        text: What was written.
        option: Where, for errors.

    Raises:
        ConfigError: If it cannot be read so.

    Example:
        >>> declared("lr:1e-5:0.1:log").high
        0.1
    """
    name, *rest = (part.strip() for part in text.split(":"))
    if not name:
        raise _impossible(text, "it names no column", option)
    numbers = [value for part in rest if (value := number_in(part)) is not None]
    words = [part.lower() for part in rest if number_in(part) is None]
    for word in words:
        if word not in (*_SCALES, *_CHOICE, *_INTEGER):
            raise ConfigError(
                f"'{word}' says nothing of the parameter '{name}'",
                where=f"{option} {text}",
                todo=near(word, _WORDS),
            )
    found = Declared(
        name=name,
        low=numbers[0] if numbers else None,
        high=numbers[1] if len(numbers) > 1 else None,
        scale=next((_SCALES[word] for word in words if word in _SCALES), None),
        integer=any(word in _INTEGER for word in words),
        is_choice=any(word in _CHOICE for word in words),
    )
    _check(found, text, len(numbers), option)
    return found


def _check(found: Declared, text: str, n_numbers: int, option: str) -> None:
    if n_numbers not in (0, 2):
        raise _impossible(text, "a range has two ends", option)
    if found.is_choice and (n_numbers or found.scale):
        raise _impossible(text, "choices have no range", option)
    low, high = found.low, found.high
    if low is None or high is None:
        return
    if not low < high:  # NaN too
        raise _impossible(text, f"{low:g} is not below {high:g}", option)
    if found.scale is Scale.LOG and low <= 0:
        raise _impossible(text, f"a log scale has no {low:g}", option)
    if found.scale is Scale.ONE_MINUS_LOG and high >= 1:
        raise _impossible(text, f"1 - {high:g} has no logarithm", option)


def _impossible(text: str, why: str, option: str) -> ConfigError:
    return ConfigError(
        f"'{text}' cannot be a parameter: {why}",
        where=f"{option} {text}",
        todo="write lr:1e-5:0.1:log (ends and scale), lr:log (ends from the trials), or "
        "optimizer:choice",
    )
