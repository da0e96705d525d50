"""What to do about a name that is not known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from trialist.values.errors import near

MOST_NAMES = 20


def nearest(name: str, known: Collection[str]) -> str | None:
    """Give the known name that `name` resembles; None where there is none."""
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    if found:
        return found[0]
    by_case = [other for other in known if other.lower() == name.lower()]
    return by_case[0] if by_case else None


def hint(name: str, known: Sequence[str], *, nothing: str) -> str:
    """Give "did you mean" for `name`; `nothing` where no name is known at all.

    Of many names, only those that resemble it are listed.
    """
    if not known:
        return nothing
    if len(known) <= MOST_NAMES:
        return near(name, known)
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(f"'{other}'" for other in close) + "?"
    return f"known: {', '.join(known[:MOST_NAMES])}, and {len(known) - MOST_NAMES} more"
