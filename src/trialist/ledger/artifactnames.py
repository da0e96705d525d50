"""How artifacts, versions and aliases may be called, and what a reference to one says."""

from __future__ import annotations

import re

from trialist.values.errors import ArtifactError

LATEST, BEST = "latest", "best"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"v(\d+)")


def parts_of(reference: str) -> tuple[str, str]:
    """Give name and version of `NAME`, `NAME:ALIAS` or `NAME:V3`; `NAME` is its latest."""
    name, _, which = reference.partition(":")
    return name, which or LATEST


def number_of(which: str) -> int | None:
    """Give the number that `v3` says; None for an alias."""
    found = _NUMBER.fullmatch(which)
    return int(found.group(1)) if found else None


def is_name(name: str) -> bool:
    """Tell whether an artifact may have this name."""
    return _NAME.fullmatch(name) is not None


def checked_name(name: str) -> str:
    """Give `name`.

    Raises:
        ArtifactError: If no artifact can have it.
    """
    if is_name(name):
        return name
    raise ArtifactError(
        f"{name!r} cannot be the name of an artifact",
        todo="use letters, digits, '.', '_' and '-', beginning with a letter or a digit",
    )


def checked_alias(alias: str) -> str:
    """Give `alias`.

    Raises:
        ArtifactError: If no alias can be called so, or the store alone gives it.
    """
    is_own = alias == LATEST or number_of(alias) is not None
    if is_name(alias) and not is_own:
        return alias
    raise ArtifactError(
        f"{alias!r} is given by the store alone" if is_own else f"{alias!r} cannot be an alias",
        todo="use letters, digits, '.', '_' and '-'; v0, v1, ... and latest are the store's own",
    )
