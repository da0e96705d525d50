"""What ending trials early cost: how often one that was to end would have been among the best."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.values.evidence import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Regret:
    """How often a would-be cut ended among the best.

    Attributes:
        k: How many count as the best.
        n_audited: The would-be cuts that ran to their end.
        n_best: Those of them that ended among the best `k` of all that ran to their end.
        interval: Clopper and Pearson's interval of that rate.
    """

    k: int
    n_audited: int
    n_best: int
    interval: Interval

    @property
    def rate(self) -> float:
        """The share of the audited ones."""
        return self.n_best / self.n_audited
