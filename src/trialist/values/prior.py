"""What earlier runs say about the noise of the next ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadPrior:
    """The noise that a group of earlier runs leads one to expect.

    Attributes:
        sd: The expected SD of runs.
        df: How much it weighs, in degrees of freedom.
        n_groups: How many groups of earlier runs it comes from.
    """

    sd: float
    df: float
    n_groups: int
