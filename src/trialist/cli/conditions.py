"""Options of the form COLUMN=VALUE and lists of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trialist.values.errors import ConfigError, Mistake


def conditions_in(texts: Sequence[str], *, option: str) -> Mapping[str, str]:
    """Give the value that each column has to have.

    Raises:
        ConfigError: With every text that says no such thing, or names a column twice.
    """
    found: dict[str, str] = {}
    mistakes: list[Mistake] = []
    for text in texts:
        column, equals, value = text.partition("=")
        column = column.strip()
        where = f"{option} {text}"
        if not (equals and column):
            todo = f"write COLUMN=VALUE, for example {option} split=test"
            mistakes.append(Mistake(message="this names no column", where=where, todo=todo))
        elif found.setdefault(column, value) != value:
            message = f"column '{column}' cannot be both '{found[column]}' and '{value}'"
            mistakes.append(Mistake(message=message, where=where, todo="give each column once"))
    if mistakes:
        raise ConfigError.of(mistakes)
    return found


def names_in(text: str | None) -> tuple[str, ...]:
    """Give the names in a list with commas between them.

    Example:
        >>> names_in("a, b"), names_in(None)
        (('a', 'b'), ())
    """
    return tuple(name for part in (text or "").split(",") if (name := part.strip()))


def numbers_in(text: str | None, *, option: str) -> tuple[int, ...]:
    """Give the whole numbers in a list with commas between them.

    Raises:
        ConfigError: If something in the list is no whole number.

    Example:
        >>> numbers_in("5, 8,12", option="--looks")
        (5, 8, 12)
    """
    try:
        return tuple(int(name) for name in names_in(text))
    except ValueError as error:
        raise ConfigError(
            f"'{text}' is no list of whole numbers",
            where=option,
            todo=f"write them with commas, for example {option} 5,8,12,20",
        ) from error
