"""Findings: what a check of data, model, code or machine has found, and what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # results are wrong by it
    WARNING = "warning"  # results may be wrong, or differ between equal runs
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check found.

    Attributes:
        code: Its name for machines, for example `not-deterministic`.
        severity: How much it matters.
        message: What was found, as a sentence.
        evidence: What shows it: a measured number, an operation, a line.
        cure: What to do.
    """

    code: str
    severity: Severity
    message: str
    evidence: str
    cure: str

    def to_dict(self) -> dict[str, Any]:
        """Give the finding as plain data."""
        return {**asdict(self), "severity": self.severity.value}
