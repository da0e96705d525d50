"""Small phrases that captions are made of."""

from __future__ import annotations

from collections.abc import Sequence


def listed(names: Sequence[str], *, most: int = 4) -> str:
    """Give names as a list that stays short.

    Example:
        >>> listed(["a", "b", "c"]), listed(["a", "b", "c", "d", "e"], most=2)
        ('a, b, c', 'a, b and 3 more')
    """
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def sizes(ns: Sequence[int]) -> str:
    """Give sample sizes: "8 + 7", or "12 each" where more than three are equal.

    Example:
        >>> sizes([8, 7]), sizes([12, 12, 12, 12]), sizes([12, 11, 12, 12])
        ('8 + 7', '12 each', '11 to 12')
    """
    if len(ns) <= 3:
        return " + ".join(map(str, ns))
    low, high = min(ns), max(ns)
    return f"{low} each" if low == high else f"{low} to {high}"


def size_words(n: str) -> str:
    """Give "n = 5" that is not broken over two lines."""
    space = "\N{NO-BREAK SPACE}"
    return f"n{space}={space}{n.replace(' ', space) if len(n) < 12 else n}"
