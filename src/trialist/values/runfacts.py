"""What a run was made with, as far as it may change a number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """The facts of one run; what is not known of it is left out.

    Attributes:
        variant: The variant's name.
        seed: The run's seed.
        facts: What it was made with, by what that is: "GPUs", "versions of torch", ...
    """

    variant: str
    seed: int
    facts: Mapping[str, str]

    @property
    def name(self) -> str:
        """The run as a person writes it."""
        return f"{self.variant}/seed-{self.seed}"
