"""A number that is not there, and why."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """A number that could not be had. Never zero, never a silent NaN."""

    reason: str


def present(value: float | Missing) -> float | None:
    """Give the number, or None where it is missing (for JSON, with the reason beside it)."""
    return None if isinstance(value, Missing) else value
