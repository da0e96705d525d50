"""The procedure: how results were judged, as far as a reader needs it to judge them again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from trialist.values.judging import Mode, Variance
from trialist.values.prior import SpreadPrior


class Correction(StrEnum):
    """How a family of comparisons shares its error rate."""

    NONE = "none"
    HOLM = "holm"
    BENJAMINI_HOCHBERG = "benjamini-hochberg"
    DUNNETT = "dunnett"


class Spending(StrEnum):
    """How the error rate is shared between looks."""

    NONE = "none"  # one look
    POWER2 = "power2"  # alpha (n / N)^2 up to the look at n of N seeds
    ANY_TIME = "any time"  # the test holds whenever one looks; nothing is spent


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """How a study or a table was judged: `protocol` of results.json.

    Attributes:
        registered: False where the results were there before the analysis was chosen.
        mode: Confirm or explore.
        alpha: The two-sided error rate of the family: family-wise, or of false finds (explore).
        n_comparisons: Comparisons that share it, those of earlier studies among them.
        n_earlier: Comparisons of earlier studies.
        correction: How they share it.
        looks: Seeds per variant at each planned look.
        spending: How the error rate is shared between looks.
        paired: True where equal seeds are pairs by design.
        shared: The random sources that equal seeds share, where the plan names them.
        varied: The random sources that differ between seeds, where the plan names them.
        variance: Whose noise the comparisons are judged by.
        prior: What earlier runs say about the noise, where they were used.
    """

    registered: bool
    mode: Mode
    alpha: float
    n_comparisons: int
    n_earlier: int
    correction: Correction
    looks: tuple[int, ...]
    spending: Spending
    paired: bool
    shared: tuple[str, ...] = ()
    varied: tuple[str, ...] = ()
    variance: Variance = Variance.SEPARATE
    prior: SpreadPrior | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the procedure as in `protocol` of results.json."""
        return {
            "registered": self.registered,
            "mode": self.mode.value,
            "alpha": self.alpha,
            "n_comparisons": self.n_comparisons,
            "n_earlier": self.n_earlier,
            "correction": self.correction.value,
            "looks": list(self.looks),
            "spending": self.spending.value,
            "paired": self.paired,
            "shared": list(self.shared),
            "varied": list(self.varied),
            "variance": self.variance.value,
            "prior": None if self.prior is None else asdict(self.prior),
        }
