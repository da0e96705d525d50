"""Whether a run, made once more with the same seed, is the same run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trialist.analysis.metricnames import tells_of_machine
from trialist.values.rows import MetricRow, RowDifference, same_bits


@dataclass(frozen=True, slots=True, kw_only=True)
class Repetition:
    """What the comparison of a run with its repeat has given.

    Attributes:
        n_rows: Rows of the repeat that were compared.
        difference: The first value that differs; None where all agree to the last bit.
    """

    n_rows: int
    difference: RowDifference | None = None

    @property
    def is_equal(self) -> bool:
        """True where the repeat gave the same."""
        return self.difference is None


def repetition(
    original: Iterable[MetricRow], repeat: Iterable[MetricRow], *, goal: str
) -> Repetition:
    """Compare a repeat, as far as it went, with the run that it repeats.

    Values are matched by metric and step, so that a run that logs by the clock is none that
    differs. Metrics that tell of the machine are left out, unless one is the goal. What the repeat
    has of the goal, the original must have too.

    Args:
        original: All rows of the run.
        repeat: The rows of the repeat, with the goal metric among them.
        goal: The goal metric's name.
    """
    made = tuple(repeat)
    known = {
        (name, row.step): value
        for row in original
        for name, value in row.values.items()
        if name == goal or not tells_of_machine(name)
    }
    for row in made:
        for name, value in row.values.items():
            found = known.get((name, row.step))
            is_missing = found is None and name == goal
            if is_missing or (found is not None and not same_bits(found, value)):
                return Repetition(
                    n_rows=len(made),
                    difference=RowDifference(name=name, step=row.step, one=found, other=value),
                )
    return Repetition(n_rows=len(made))
