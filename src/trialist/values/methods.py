"""The methods paragraph: words for a paper, in which every number knows where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SOFTWARE = "trialist"

_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsPart:
    """A piece of the paragraph.

    Attributes:
        text: The words or the number.
        field: The field of results.json that `text` was printed from, such as `comparisons[0].n`;
            None for the words between.
        is_number: True where `text` is a number or a digest, not a name.
    """

    text: str
    field: str | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsText:
    """The paragraph, ready to be pasted.

    Attributes:
        parts: Its pieces in order.
        version: The version of the software that it names.
    """

    parts: tuple[MethodsPart, ...]
    version: str

    @property
    def plain(self) -> str:
        """The paragraph as text."""
        return "".join(part.text for part in self.parts)

    @property
    def numbers(self) -> tuple[MethodsPart, ...]:
        """The numbers with their fields, each once, in order."""
        return tuple(dict.fromkeys(part for part in self.parts if part.is_number))

    def to_dict(self) -> dict[str, Any]:
        """Give the paragraph as in `methods` of results.json."""
        fields = dict.fromkeys(part for part in self.parts if part.field is not None)
        return {
            "text": self.plain,
            "software": SOFTWARE,
            "version": self.version,
            "fields": [{"text": part.text, "field": part.field} for part in fields],
        }


def field_of(data: Mapping[str, Any], path: str) -> Any:
    """Give the value at `path` in the content of results.json.

    Raises:
        KeyError: If there is no such field.
        IndexError: If a list is shorter.

    Example:
        >>> field_of({"comparisons": [{"look": {"of": [5, 8]}}]}, "comparisons[0].look.of[1]")
        8
    """
    found: Any = data
    for step in _STEP.findall(path):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return found
