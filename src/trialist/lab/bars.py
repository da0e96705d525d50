"""What the searches of a study forbid to compare, whatever the winners' fresh runs say."""

from __future__ import annotations

from pathlib import Path

from trialist.decide.preconditions import Bars
from trialist.lab.searchtable import table_of
from trialist.lab.trialcurves import curves_of_trials
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.trialrecords import searches_in
from trialist.values.plan import Plan
from trialist.values.playbook import Check

_MOST_KNOWN = 8

_known: dict[tuple[Path, str, int], tuple[Check, ...]] = {}
"""Searches that are over never change: `watch` asks for their checks four times a second."""


def checks_in(folder: StudyFolder, plan: Plan, history: History) -> tuple[Check, ...]:
    """Give what the playbook's checks find in the searches of a study that are over.

    They rest on the trials alone, so that they say the same before and after the fresh runs.
    """
    if plan.search is None:
        return ()
    log = searches_in(folder, plan, history)
    if not log.is_over:
        return ()
    key = (folder.root, plan.hash, len(log.told))
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = _found(folder, plan, history)
    return _known[key]


def _found(folder: StudyFolder, plan: Plan, history: History) -> tuple[Check, ...]:
    from trialist.analysis.playbook import checks_of
    from trialist.analysis.trainingcurves import checks_of_curves

    table = table_of(folder, plan, history, with_fresh=False)
    return checks_of(table, curves=checks_of_curves(table, curves_of_trials(folder, table)))


def bars_in(folder: StudyFolder, plan: Plan, history: History) -> Bars:
    """Give what they forbid; nothing where nothing was searched."""
    if plan.search is None:
        return Bars()
    from trialist.decide.preconditions import bars_by

    candidates = [one.name for one in plan.variants if one.name != plan.baseline]
    checks = checks_in(folder, plan, history)
    return bars_by(checks, candidates=candidates, baseline=plan.baseline)
