"""What mattered in searches, and what did not: for the analysis, and for the next round."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.lab.searchtable import table_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.trialrecords import searches_in
from trialist.values.importance import Importances
from trialist.values.missing import Missing
from trialist.values.plan import Plan
from trialist.values.playbook import Check
from trialist.values.searchtable import SearchTable


def importances_in(table: SearchTable) -> tuple[Importances, ...]:
    """Give what mattered in each variant; nothing where there are too few trials to tell."""
    from trialist.search.importance import importances

    several = [arm.variant for arm in table.arms if len(arm.parameters) > 1]
    told = [importances(table, variant) for variant in several]
    return tuple(one for one in told if not isinstance(one, Missing))


def needless_in(table: SearchTable, told: Sequence[Importances]) -> tuple[Check, ...]:
    """Give the parameters that need not be tuned, as checks."""
    from trialist.search.needless import needless_checks

    return needless_checks(table, told)


def needless_of(folder: StudyFolder, plan: Plan, history: History) -> tuple[Check, ...]:
    """Give the parameters of a study that need not be tuned in its next round."""
    if plan.search is None or not searches_in(folder, plan, history).is_over:
        return ()
    table = table_of(folder, plan, history, with_fresh=False)
    return needless_in(table, importances_in(table))
