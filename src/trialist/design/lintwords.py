"""How a finding is made and its names are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from trialist.design.round import Round
from trialist.values.lint import Lint, LintLevel

Rule = Callable[[Round], Iterator[Lint]]


def error(key: str, message: str, todo: str) -> Lint:
    """Give a finding that makes the comparison no comparison."""
    return Lint(level=LintLevel.ERROR, key=key, message=message, todo=todo)


def warning(key: str, message: str, todo: str) -> Lint:
    """Give a finding that makes the verdict weaker than it looks."""
    return Lint(level=LintLevel.WARNING, key=key, message=message, todo=todo)


def advice(key: str, message: str, todo: str) -> Lint:
    """Give a finding that is worth knowing."""
    return Lint(level=LintLevel.ADVICE, key=key, message=message, todo=todo)


def listed(words: Sequence[str]) -> str:
    """Give words as a sentence lists them.

    Example:
        >>> listed(["lr"]), listed(["lr", "momentum", "eps"])
        ('lr', 'lr, momentum and eps')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def searches(n: int) -> str:
    """Give a number of searches with its word.

    Example:
        >>> searches(1), searches(8)
        ('1 search', '8 searches')
    """
    return "1 search" if n == 1 else f"{n:,} searches"
