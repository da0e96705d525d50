"""What is shown of several families: the same variants judged apart, once per value of a column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.render.reportdata import ReportData
from trialist.values.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One family: the comparisons of the rows that share a value.

    Attributes:
        value: The value.
        data: What its own report says.
    """

    value: str
    data: ReportData

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Its verdicts."""
        return self.data.results.comparisons


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A value whose rows could not be compared, and why."""

    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyData:
    """Everything that is shown of the families.

    Attributes:
        study: The table's name.
        by: The column that tells the families apart.
        families: At least one.
        left_out: Values without a family.
        caveats: What limits all families together.
    """

    study: str
    by: str
    families: tuple[Family, ...]
    left_out: tuple[LeftOut, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def baseline(self) -> str:
        """The baseline, the same in all families."""
        return self.families[0].data.baseline or ""

    @property
    def candidates(self) -> tuple[str, ...]:
        """The variants that any family compares, in the order in which they come."""
        names = [verdict.variant for one in self.families for verdict in one.verdicts]
        return tuple(dict.fromkeys(names))

    @property
    def shared_caveats(self) -> tuple[str, ...]:
        """The caveats that every single family has; said once."""
        first, *others = (one.data.results.caveats for one in self.families)
        return tuple(text for text in first if all(text in other for other in others))

    def own_caveats(self, family: Family) -> Sequence[str]:
        """Give the caveats of one family that not all have."""
        shared = self.shared_caveats
        return [text for text in family.data.results.caveats if text not in shared]
