"""A judgement: what the looks so far have settled, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.values.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The verdicts after some looks.

    Attributes:
        verdicts: One per candidate, in the protocol's order.
        open: The candidates that a further look could still answer.
        n_looks: The looks that were needed so far.
    """

    verdicts: tuple[Verdict, ...]
    open: tuple[str, ...]
    n_looks: int
