"""`trialist report`: the report of a study again, from the store."""

from __future__ import annotations

from pathlib import Path

from trialist.execute.board import Board
from trialist.execute.checks import looks_over
from trialist.lab.bars import bars_in
from trialist.lab.conclude import conclude
from trialist.lab.material import material_of
from trialist.lab.registration import history_of
from trialist.lab.result import StudyResult
from trialist.ledger.attempts import read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lineage import registered_plan
from trialist.ledger.store import Store


def report(
    study: str | None = None,
    *,
    store: str | Path = "experiments",
    out: str | Path | None = None,
) -> StudyResult:
    """Write results.json, results.md, report.html and the figures again.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
        out: Where to write; None: the study's folder.
    """
    folder = Store.indexed(Path(store)).find(study)
    result = result_from_store(folder)
    result.report(folder.root if out is None else out)
    return result


def result_from_store(folder: StudyFolder) -> StudyResult:
    """Give the results of a study as the store carries them; nothing is written."""
    history = history_of(folder)
    plan = registered_plan(folder, history)
    settled = history.settled(read_records(folder, plan, history), plan.hash)
    looks = looks_over(Board(plan, settled), history, bars_in(folder, plan, history))
    results = conclude(folder, plan, looks, history)
    return StudyResult(data=material_of(folder, plan, looks, results, history), folder=folder.root)
