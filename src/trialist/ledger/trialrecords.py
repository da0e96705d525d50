"""The runs of the trials of searches, as the store has them."""

from __future__ import annotations

from trialist.ledger.attempts import read_attempt, record_of
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.lineage import lineage_of
from trialist.ledger.searchlog import SearchLog, search_log
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan


def searches_in(folder: StudyFolder, plan: Plan, history: History) -> SearchLog:
    """Give the searches of a plan, those before an amendment that changed nothing of them too."""
    return search_log(plan, history, lineage_of(folder, plan, history).equals)


def trial_records(folder: StudyFolder, plan: Plan, history: History) -> tuple[RunRecord, ...]:
    """Give every run of a trial that has an attempt, in the order of the trials.

    Only attempts that the log says were started count.
    """
    if plan.search is None:
        return ()
    plans = lineage_of(folder, plan, history).equals
    started: dict[tuple[str, int], list[int]] = {}
    for name, seed, number in sorted(history.started):
        started.setdefault((name, seed), []).append(number)
    keys = dict.fromkeys(
        (trial.name, seed)
        for trial in search_log(plan, history, plans).trials.values()
        if trial.source is None
        for seed in trial.seeds
    )
    found = []
    for name, seed in keys:
        attempts = [
            attempt
            for number in started.get((name, seed), ())
            if (attempt := read_attempt(folder, name, seed, number)).plan_hash in plans
        ]
        record = record_of(name, seed, attempts, folder=folder)
        if record is not None:
            found.append(record)
    if folder.index is not None:
        folder.index.flush()
    return tuple(found)
