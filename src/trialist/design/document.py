"""A document: plain data, and where in its file each key and each value stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.values.errors import Mistake

Keys = tuple[str | int, ...]
"""The way to a value: names of keys and places in lists, from the outside in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a YAML file says, with positions.

    Attributes:
        name: The file as the user named it.
        data: Mappings, lists and scalars.
        values: Where each value stands: `study.yaml:3:7`, or `command line: seeds.max=8`.
        keys: Where each key stands.
        mistakes: What is wrong with the YAML although its structure could be read.
    """

    name: str
    data: Any
    values: Mapping[Keys, str]
    keys: Mapping[Keys, str]
    mistakes: tuple[Mistake, ...] = field(default=())

    def place(self, keys: Keys) -> str:
        """Give where the value stands; where there is none, the nearest thing around it."""
        for end in range(len(keys), -1, -1):
            found = self.values.get(keys[:end])
            if found is not None:
                return found
        return self.name

    def place_of_key(self, keys: Keys) -> str:
        """Give where the key itself stands."""
        return self.keys.get(keys) or self.place(keys)


def dotted(keys: Keys) -> str:
    """Give the way to a value as a person writes it.

    Example:
        >>> dotted(("config", "layers", 2, "width"))
        'config.layers[2].width'
    """
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}"
    return text.removeprefix(".")
