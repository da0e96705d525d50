"""Where the noise of tuned results comes from, as far as it was measured (playbook.md 1.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trialist.values.missing import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshValue:
    """A fresh run of a search's winner.

    Attributes:
        winner: Which winner it is a run of.
        value: Its goal metric.
        split: Which split of the data it had; runs of one split share it.
    """

    winner: str
    value: float
    split: int | str = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variances:
    """The three standard deviations of one variant, in the metric's unit.

    Attributes:
        variant: The variant.
        trial: Between runs of one configuration on one split of the data.
        study: Between the winners of replicated searches, beyond what their runs differ by.
        data: Between splits of the data, beyond what runs differ by.
        n_trial: Degrees of freedom of `trial`.
        n_study: Searches that `study` rests on.
        n_data: Splits that `data` rests on.
    """

    variant: str
    trial: float | Missing
    study: float | Missing
    data: float | Missing
    n_trial: int = 0
    n_study: int = 0
    n_data: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Give the standard deviations as plain data."""
        named = {name: getattr(self, name) for name in ("trial", "study", "data")}
        missing = {name: one.reason for name, one in named.items() if isinstance(one, Missing)}
        return {
            "variant": self.variant,
            **{
                f"{name}_sd": None if isinstance(one, Missing) else one
                for name, one in named.items()
            },
            "n_trial": self.n_trial,
            "n_study": self.n_study,
            "n_data": self.n_data,
            **({"missing": missing} if missing else {}),
        }
