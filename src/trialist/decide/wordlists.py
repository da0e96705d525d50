"""Lists in words."""

from __future__ import annotations

from collections.abc import Sequence

MOST_NAMED = 8
"""As many variants are named in a sentence; of more, it says how many."""


def listed(words: Sequence[str]) -> str:
    """Give words as a reader lists them.

    Example:
        >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
        ('a', 'a and b', 'a, b and c')
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
