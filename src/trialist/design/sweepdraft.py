"""The study that a W&B sweep becomes, while it is read: keys with their places, and mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trialist.design.document import Document, Keys
from trialist.values.errors import Mistake


@dataclass(slots=True)
class Draft:
    """Collects the study that a sweep becomes."""

    sweep: Document
    data: dict[str, Any] = field(default_factory=dict)
    values: dict[Keys, str] = field(default_factory=dict)
    keys: dict[Keys, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def put(self, way: Keys, value: Any, of: Keys) -> None:
        """Set a value of the study, which stands in the sweep at `of`."""
        here: Any = self.data
        for key in way[:-1]:
            here = here.setdefault(key, {})
        here[way[-1]] = value
        self.values[way] = self.sweep.place(of)
        self.keys[way] = self.sweep.place_of_key(of)

    def wrong(self, of: Keys, message: str, todo: str, *, of_key: bool = False) -> None:
        """Report what cannot be read or honoured."""
        where = self.sweep.place_of_key(of) if of_key else self.sweep.place(of)
        self.mistakes.append(Mistake(message=message, where=where, todo=todo))
