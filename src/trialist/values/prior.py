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


@dataclass(frozen=True, slots=True, kw_only=True)
class Lender:
    """A finished study of the same store that lends the noise of its runs to another one.

    Attributes:
        study: Its name.
        plan_hash: The hash of its plan.
        head: The digest of the last line of its log.
        n_groups: Variants of it whose runs are used.
    """

    study: str
    plan_hash: str
    head: str
    n_groups: int
