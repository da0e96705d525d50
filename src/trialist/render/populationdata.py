"""What a population did while it trained, as it is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """A member that goes on from another one's training, with changed values.

    Attributes:
        step: At which step.
        target: The member that is replaced.
        donor: The member whose training it takes over.
        params: The values that it goes on with.
    """

    step: int
    target: int
    donor: int
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of the winner's training: the member that trained it, from which step."""

    member: int
    step: int
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """One population, as it trained.

    Attributes:
        variant: Whose search it is.
        search: The replicate of the search.
        members: Their numbers, ascending.
        takeovers: In the order of their steps.
        line: The parts of the winner's training, from step 0; empty without a winner.
        steps: The steps that every member trained.
    """

    variant: str
    search: int
    members: tuple[int, ...]
    takeovers: tuple[Takeover, ...]
    line: tuple[Line, ...]
    steps: int
