"""What resampling asks of its data: enough of it, some spread, and an order of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trialist.stats.spread import NO_SPREAD, has_spread
from trialist.values.errors import InsufficientDataError

FEWEST_DRAWS = 999

_MOST_NUMBERS = 20_000_000  # of all draws together: about a second
_CHUNK = 2_000_000


def canonical_sides(
    a: Sequence[float], b: Sequence[float]
) -> tuple[float, list[float], list[float]]:
    """Give both sides so that order, swapped sides and the metric's sign make no difference.

    Returns:
        The sign of `mean(b) - mean(a)` against that of second less first, first, second.
    """
    forms = (
        (sign * turn, sorted(sign * x for x in first), sorted(sign * x for x in second))
        for sign in (1.0, -1.0)
        for turn, first, second in ((1.0, a, b), (-1.0, b, a))
    )
    return min(forms, key=lambda form: (len(form[1]), form[1], form[2]))


def canonical_side(values: Sequence[float]) -> tuple[float, list[float]]:
    """Give the values so that order and the metric's sign make no difference, after their sign."""
    return min(
        ((sign, sorted(sign * x for x in values)) for sign in (1.0, -1.0)),
        key=lambda form: form[1],
    )


def affordable(draws: int, n: int) -> int:
    """Give how many draws of `n` numbers there is time for: all up to 2,000 numbers, then fewer."""
    return min(draws, max(FEWEST_DRAWS, _MOST_NUMBERS // n))


def chunks(draws: int, n: int) -> Iterator[int]:
    """Give the sizes of the parts in which `draws` draws of `n` numbers fit into memory."""
    rows = max(1, _CHUNK // n)
    for done in range(0, draws, rows):
        yield min(rows, draws - done)


def check_size(n: int, smallest: int, what: str, of: str) -> None:
    """Refuse fewer than `smallest`.

    Raises:
        InsufficientDataError: If `n` is below `smallest`.
    """
    if n < smallest:
        raise InsufficientDataError(
            f"{what} needs {smallest} {of}, not {n}", todo="rely on the t interval, or run more"
        )


def check_spread(*sides: Sequence[float]) -> None:
    """Refuse data without any spread on any side.

    Raises:
        InsufficientDataError: If the values of every side are all equal.
        MetricError: If a value is NaN or infinite.
    """
    spreads = [has_spread(side) for side in sides]  # all of them, so that no NaN is missed
    if not any(spreads):
        raise InsufficientDataError(NO_SPREAD, todo="check that the seed changes the run")
