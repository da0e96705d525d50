"""An amendment: a plan that took the place of another one after results were there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EQUAL = "equal:"
"""How a reason begins that declares two codes equal: runs of both count as of one."""

AMENDS = "amends"
"""The field of a registration that names the plan it takes the place of."""

AMENDED, POST_HOC = "amended", "post-hoc"
"""Flags of a verdict: the plan was changed after results; what was changed judges the runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """One change of a registered plan after its first result.

    Attributes:
        before: The hash of the plan that was registered until then.
        after: The hash of the plan that is registered since.
        reason: Why, in the words of whoever changed it.
        differences: What differs between the two, in lines.
        n_results: Runs that had a result under the earlier plan.
        n_looks: Looks that had been taken under it.
        declared_by: Who declared the two codes equal; None where nobody did.
    """

    before: str
    after: str
    reason: str
    differences: tuple[str, ...] = ()
    n_results: int = 0
    n_looks: int = 0
    declared_by: str | None = None

    @property
    def declares_equal(self) -> bool:
        """True where runs of both codes count as runs of one."""
        return self.declared_by is not None

    def to_dict(self) -> dict[str, Any]:
        """Give the amendment as the study's log holds it; its new plan has a field of its own."""
        return {
            AMENDS: self.before,
            "reason": self.reason,
            "differences": list(self.differences),
            "n_results": self.n_results,
            "n_looks": self.n_looks,
            "declared_by": self.declared_by,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Amendment:
        """Give the amendment back from a line of the log."""
        return cls(
            before=str(data[AMENDS]),
            after=str(data["plan"]),
            reason=str(data["reason"]),
            differences=tuple(data["differences"]),
            n_results=int(data["n_results"]),
            n_looks=int(data["n_looks"]),
            declared_by=data["declared_by"],
        )


def is_equal_reason(reason: str) -> bool:
    """Tell whether a reason declares the codes before and after equal.

    Example:
        >>> is_equal_reason("equal: renamed a variable"), is_equal_reason("fixed a bug")
        (True, False)
    """
    return reason.strip().casefold().startswith(EQUAL)
