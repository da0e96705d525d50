"""How a study stands while it runs: the plain value that the live views draw."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.values.metric import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """One variant while the study runs.

    Attributes:
        variant: The variant's name.
        n_done: Runs with a result (finished or diverged).
        n_planned: The most seeds this variant can get.
        running: Seeds that train now.
        n_failed: Runs that failed beyond their retries.
        n_diverged: Runs whose goal metric was NaN or infinite (counted in `n_done` too).
        mean: Mean of the goal metric so far, in its own sign; None before the first value.
        sd: Standard deviation over seeds; None below two values.
        half_width: Half of the mean's interval, which decides the digits; None below two values.
        text: The verdict so far, in a word or two: "improvement", "open, next look at 8".
    """

    variant: str
    n_done: int
    n_planned: int
    running: tuple[int, ...] = ()
    n_failed: int = 0
    n_diverged: int = 0
    mean: float | None = None
    sd: float | None = None
    half_width: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The whole study while it runs.

    Attributes:
        study: The study's name.
        metric: The goal metric.
        rows: One per variant, in order.
        n_done: Runs that ended.
        n_max: The most runs that the plan can need.
        n_running: Runs that train now.
        elapsed_s: Seconds since this command started.
        eta_s: Seconds to the end if every seed is needed; None while unknown.
        next_look: Seeds per variant at the next look; None where none is left.
        next_look_s: Seconds until that look; None while unknown.
        counts: What the rows count: seeds, or the trials of searches.
    """

    study: str
    metric: Metric
    rows: tuple[ProgressRow, ...]
    n_done: int
    n_max: int
    n_running: int
    elapsed_s: float
    eta_s: float | None = None
    next_look: int | None = None
    next_look_s: float | None = None
    counts: str = "seeds"

    @property
    def is_measured(self) -> bool:
        """True where some run has a value, so that the metric's unit is known."""
        return any(row.mean is not None for row in self.rows)
