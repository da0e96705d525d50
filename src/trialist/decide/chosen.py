"""Which trial of a variant's searches its configuration is taken from."""

from __future__ import annotations

from trialist.values.events import RunStatus
from trialist.values.searchtable import SearchTable, SearchTrial


def best_trial(table: SearchTable, variant: str) -> SearchTrial | None:
    """Give the trial that the searches of a variant chose, over all of them; None without any.

    The searches choose by their own score. It was chosen for being good, so it says nothing about
    how good the trial is: that say its fresh seeds. The first in the order of the searches wins a
    tie.
    """
    found = [
        (trial.value, trial)
        for trial in table.of(variant)
        if trial.status is RunStatus.FINISHED and trial.value is not None
    ]
    if not found:
        return None
    sign = table.metric.goal.sign
    return max(found, key=lambda pair: sign * pair[0])[1]
