"""One reading of a study file: its mistakes, collected so that all of them are shown at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from trialist.design.document import Document, Keys
from trialist.values.errors import Mistake


@dataclass(slots=True, kw_only=True)
class Reading:
    """Collects mistakes by how fundamental they are.

    Attributes:
        document: What is read.
    """

    document: Document
    _unknown: list[Mistake] = field(default_factory=list)
    _wrong_type: list[Mistake] = field(default_factory=list)
    _rules: list[Mistake] = field(default_factory=list)

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """All mistakes: of the YAML, of its keys, of the types, of the rules."""
        return (*self.document.mistakes, *self._unknown, *self._wrong_type, *self._rules)

    def unknown(self, keys: Keys, message: str, todo: str | None) -> None:
        """Report a key that is not known, or one that is missing in `keys`."""
        where = self.document.place_of_key(keys)
        self._unknown.append(Mistake(message=message, where=where, todo=todo))

    def wrong_type(self, keys: Keys, message: str, todo: str | None) -> None:
        """Report a value of the wrong type."""
        where = self.document.place(keys)
        self._wrong_type.append(Mistake(message=message, where=where, todo=todo))

    def rule(self, keys: Keys, message: str, todo: str | None, *, of_key: bool = False) -> None:
        """Report a value of the right type that cannot be used."""
        where = self.document.place_of_key(keys) if of_key else self.document.place(keys)
        self._rules.append(Mistake(message=message, where=where, todo=todo))

    def add(self, mistake: Mistake) -> None:
        """Take over a rule's mistake that has its place already."""
        self._rules.append(mistake)
