"""What the searches of a study forbid to compare, whatever the winners' fresh runs say."""

from __future__ import annotations

from trialist.decide.preconditions import Bars
from trialist.lab.searchtable import table_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.trialrecords import searches_in
from trialist.values.plan import Plan
from trialist.values.playbook import Check


def checks_in(folder: StudyFolder, plan: Plan, history: History) -> tuple[Check, ...]:
    """Give what the playbook's checks find in the searches of a study that are over."""
    if plan.search is None or not searches_in(folder, plan, history).is_over:
        return ()
    from trialist.analysis.playbook import checks_of

    return checks_of(table_of(folder, plan, history))


def bars_in(folder: StudyFolder, plan: Plan, history: History) -> Bars:
    """Give what they forbid; nothing where nothing was searched."""
    if plan.search is None:
        return Bars()
    from trialist.decide.preconditions import bars_by

    candidates = [one.name for one in plan.variants if one.name != plan.baseline]
    checks = checks_in(folder, plan, history)
    return bars_by(checks, candidates=candidates, baseline=plan.baseline)
