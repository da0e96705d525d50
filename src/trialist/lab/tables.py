"""What a study's searches found, for what is decided about them: their trials, and the checks."""

from __future__ import annotations

from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.values.errors import LedgerError
from trialist.values.plan import Plan
from trialist.values.playbook import Check
from trialist.values.results import Results
from trialist.values.searchtable import SearchTable


def table_in(folder: StudyFolder, plan: Plan, history: History) -> SearchTable:
    """Give the trials of a study's searches.

    Raises:
        LedgerError: If the study has no search.
    """
    del history
    raise LedgerError(f"{folder.name} has no search that could be read", where=str(plan.hash))


def checks_in(results: Results) -> tuple[Check, ...]:
    """Give what the playbook's checks found in the searches behind results; none without any."""
    del results
    return ()
