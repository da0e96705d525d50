"""Deviations as a reader wants them: what an amendment changed stands below its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEAD = re.compile(r"Amendment (\d+), ")
_PART = re.compile(r"Amendment (\d+): (.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A deviation from the plan, with what belongs to it.

    Attributes:
        text: The sentence.
        parts: What an amendment changed, as sentences; empty for other deviations.
    """

    text: str
    parts: tuple[str, ...] = ()


def grouped(sentences: Iterable[str]) -> tuple[Deviation, ...]:
    """Give the deviations in order, the parts of an amendment below its reason.

    Example:
        >>> found = grouped(['Amendment 1, after 6 results: "why".', "Amendment 1: seeds went."])
        >>> found[0].parts
        ('Seeds went.',)
    """
    heads: list[tuple[str, str | None]] = []
    parts: dict[str, list[str]] = {}
    for said in sentences:
        head, part = _HEAD.match(said), _PART.match(said)
        if part is not None and part[1] in parts:
            parts[part[1]].append(part[2].upper() + said[part.end() :])
            continue
        number = None if head is None else head[1]
        heads.append((said, number))
        if number is not None:
            parts[number] = []
    return tuple(
        Deviation(text=text, parts=() if number is None else tuple(parts[number]))
        for text, number in heads
    )
