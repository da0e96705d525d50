"""What earlier runs say about the noise, for `variance: history`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialist.lab.source import table_of
from trialist.values.prior import SpreadPrior


def prior_from(history: Any, *, metric: str, folder: Path | None = None) -> SpreadPrior:
    """Fit the prior of the moderated t to a table of earlier runs or their spreads.

    Args:
        history: The table's path, or a DataFrame.
        metric: The metric's name, which is the column of a table of runs.
        folder: Where a relative path starts; None: the working folder.

    Raises:
        TableError: If there is no such table, or it says no spreads.
        InsufficientDataError: If there are fewer than 10 groups of 3 runs.
    """
    from trialist.analysis.spreads import spreads_in
    from trialist.stats.moderated import fit_prior

    if folder is not None and isinstance(history, (str, Path)):
        history = folder / history
    spreads = spreads_in(table_of(history)[1], metric=metric)
    return fit_prior(spreads.sds, spreads.ns)
