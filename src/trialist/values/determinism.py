"""How far a run is kept from operations whose result differs between equal runs."""

from __future__ import annotations

from enum import StrEnum


class Determinism(StrEnum):
    """How torch is set up for a run."""

    AUTO = "auto"  # what costs nothing and can end no run
    STRICT = "strict"  # deterministic algorithms; an operation without one is an error
    WARN = "warn"  # deterministic algorithms; an operation without one is a finding
    FAST = "fast"  # whatever is fastest here
