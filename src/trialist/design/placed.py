"""Where in a study's file a mistake stands that was found after it was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from trialist.design.document import Document, Keys
from trialist.values.errors import Mistake

PLACED = ("question", "space", "search", "budget")
"""Keys whose mistakes are found with the whole study at hand."""


def placed(mistakes: Sequence[Mistake], document: Document) -> tuple[Mistake, ...]:
    """Give mistakes of a search with their places in the file; others as they are.

    Args:
        mistakes: Each names the key that it is about: `space.lr`.
        document: The file, with its overrides.
    """
    return tuple(replace(one, where=_place(one.where, document)) for one in mistakes)


def _place(where: str | None, document: Document) -> str | None:
    if where is None or where.partition(".")[0] not in PLACED:
        return where
    ways = [keys for keys in _ways(where) if keys in document.keys]
    return document.place_of_key(ways[0]) if ways else document.place(())


def _ways(where: str) -> Iterator[Keys]:
    """Give the keys that a name may stand for, the longest way first: `opt.lr` may be a key."""
    first, _, rest = where.partition(".")
    if rest:
        yield (first, rest)
        yield (first, *rest.split("."))
    yield (first,)
