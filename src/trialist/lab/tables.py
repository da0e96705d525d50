"""The trials of a study's searches as a table, for what is decided about them."""

from __future__ import annotations

from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.values.errors import LedgerError
from trialist.values.plan import Plan
from trialist.values.searchtable import SearchTable


def table_in(folder: StudyFolder, plan: Plan, history: History) -> SearchTable:
    """Give the trials of a study's searches.

    Raises:
        LedgerError: If the study has no search.
    """
    del history
    raise LedgerError(f"{folder.name} has no search that could be read", where=str(plan.hash))
