"""What the searches find, beside plain Optuna at equal trials."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass

from benchmarks.search.surfaces import Surface, hartmann6, hpobench, rastrigin_log
from benchmarks.search.ways import values_of_ours, values_of_theirs

from trialist.stats.ttest import critical_at
from trialist.stats.unpaired import welch_t
from trialist.values.searchplan import Method

REPETITIONS = 20
TRIALS = {Method.RANDOM: 60, Method.TPE: 60, Method.GP: 25}
OTHER_SEEDS = 1000


@dataclass(frozen=True)
class Row:
    """One method on one surface: the best values, and their difference, positive is better."""

    surface: str
    method: str
    trials: int
    ours: float
    theirs: float
    difference: float
    low: float
    high: float
    same: int | None

    @property
    def holds(self) -> bool:
        return self.low <= 0 <= self.high or self.difference > 0


def rows(repetitions: int = REPETITIONS) -> list[Row]:
    """Search everything."""
    surfaces = [hartmann6(), rastrigin_log(), hpobench()]
    return [_row(one, method, n, repetitions) for one in surfaces for method, n in TRIALS.items()]


def _row(surface: Surface, method: Method, n: int, repetitions: int) -> Row:
    sign = surface.goal.sign
    mine = [values_of_ours(surface, method, n, seed) for seed in range(repetitions)]
    other = [
        values_of_theirs(surface, method, n, OTHER_SEEDS + seed) for seed in range(repetitions)
    ]
    same = None
    if method is not Method.RANDOM:  # our random trials are drawn by numpy's generator
        again = range(min(repetitions, 5))
        same = sum(values_of_theirs(surface, method, n, seed) == mine[seed] for seed in again)
    best_mine = [max(sign * value for value in values) for values in mine]
    best_other = [max(sign * value for value in values) for values in other]
    found = welch_t(best_other, best_mine)
    half = found.se * critical_at(found.df, 0.05)
    return Row(
        surface=surface.name,
        method=method.value,
        trials=n,
        ours=sign * statistics.fmean(best_mine),
        theirs=sign * statistics.fmean(best_other),
        difference=found.estimate,
        low=found.estimate - half,
        high=found.estimate + half,
        same=same,
    )


def markdown(found: list[Row], repetitions: int = REPETITIONS) -> str:
    """Give the rows as a table."""
    lines = [
        "| surface | method | trials | ours | Optuna's | difference, 95 % interval | same seed |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in found:
        same = "" if row.same is None else f"{row.same} of {min(repetitions, 5)}"
        digits = max(2 - math.floor(math.log10(max(row.high - row.low, 1e-9))), 0)
        lines.append(
            f"| {row.surface} | {row.method} | {row.trials} | {row.ours:.{digits}f} "
            f"| {row.theirs:.{digits}f} | {row.difference:+.{digits}f} [{row.low:+.{digits}f}, "
            f"{row.high:+.{digits}f}]{'' if row.holds else ' WORSE'} | {same} |"
        )
    return "\n".join(lines) + "\n"
