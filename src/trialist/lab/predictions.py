"""How many of a store's predictions came true: from the registered plans and the verdict lines."""

from __future__ import annotations

from trialist.lab.registration import history_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import LedgerError
from trialist.values.predictions import Outcome, Tally


def tally_of(store: Store) -> Tally:
    """Count what became of the predictions of all studies of a store.

    A prediction of a study that has no verdict yet is open, also where nobody goes on with it:
    giving up a study does not make its predictions go away.
    """
    found = [outcome for folder in store.studies() for outcome in _outcomes(folder)]
    return Tally(
        n_true=found.count(Outcome.CAME_TRUE),
        n_false=found.count(Outcome.DID_NOT),
        n_open=found.count(Outcome.OPEN),
    )


def _outcomes(folder: StudyFolder) -> list[Outcome]:
    try:
        plan = read_plan(folder)
    except LedgerError:
        return []
    if not plan.expect:
        return []
    history = history_of(folder)
    if history.plan_hash != plan.hash:
        return []  # the file is not what was registered
    logged = (history.verdict(plan.hash) or {}).get("predictions", {})
    return [Outcome(logged.get(one.variant, Outcome.OPEN)) for one in plan.expect]
