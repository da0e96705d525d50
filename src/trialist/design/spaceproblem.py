"""What is wrong with a space or with its search, and where in the study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.design.document import Keys, dotted


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceProblem:
    """One thing that is wrong.

    Attributes:
        place: Where it stands in the study: `("space", "lr", "low")`.
        message: What is wrong.
        todo: What to do.
        of_key: True where the key at `place` is at fault, not its value.
    """

    place: Keys
    message: str
    todo: str | None
    of_key: bool = False


class Problems:
    """Collects what is wrong with one key of the space."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[SpaceProblem] = []

    def add(self, keys: Sequence[str | int], message: str, todo: str | None) -> None:
        """Report what is wrong at `keys` inside of the entry."""
        place = ("space", self.name, *keys)
        self.found.append(SpaceProblem(place=place, message=message, todo=todo))

    def way(self, *keys: str | int) -> str:
        """Give the place as a person writes it."""
        return dotted(("space", self.name, *keys))
