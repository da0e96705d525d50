"""`trialist status`: where a study stands, read from the store while it runs or afterwards."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trialist.execute.board import Board
from trialist.execute.checks import looks_over
from trialist.lab.failures import failures_of
from trialist.lab.freeruns import FreeStatus, free_status
from trialist.lab.predictions import tally_of
from trialist.lab.registration import history_of
from trialist.lab.watching import progress_of
from trialist.ledger.attempts import read_records
from trialist.ledger.freeruns import is_free
from trialist.ledger.history import History
from trialist.ledger.lineage import registered_plan
from trialist.ledger.lock import Holder, is_held, read_holder
from trialist.ledger.store import Store
from trialist.render.progress import Progress
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.predictions import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a study stands.

    Attributes:
        progress: The table of a running study.
        state: "finished", "running", or "not finished".
        holder: Who runs it, where somebody does.
        records: All runs that have an attempt.
        failures: Each run that failed in one line, and the end of its stderr in others below it.
        sentences: The verdicts so far.
        tally: How many predictions of the whole store came true.
        n_amended: How often the plan was changed after results.
    """

    progress: Progress
    state: str
    holder: Holder | None
    records: tuple[RunRecord, ...]
    failures: tuple[str, ...]
    sentences: tuple[str, ...]
    tally: Tally = field(default_factory=Tally)
    n_amended: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Give the status as plain data."""
        return {
            "study": self.progress.study,
            "state": self.state,
            "process": asdict(self.holder) if self.holder else None,
            "runs": {"done": self.progress.n_done, "of_at_most": self.progress.n_max},
            "next_look": self.progress.next_look,
            "variants": [
                {
                    "name": row.variant,
                    "n_done": row.n_done,
                    "n_planned": row.n_planned,
                    "running": list(row.running),
                    "n_failed": row.n_failed,
                    "n_diverged": row.n_diverged,
                    "mean": row.mean,
                    "sd": row.sd,
                    "state": row.text,
                }
                for row in self.progress.rows
            ],
            "failures": list(self.failures),
            "sentences": list(self.sentences),
            **({"predictions_of_store": self.tally.to_dict()} if self.tally.n else {}),
            **({"amended": self.n_amended} if self.n_amended else {}),
        }


def status(study: str | None = None, *, store: str | Path = "experiments") -> Status | FreeStatus:
    """Give where a study stands, or the runs of a script without a plan; nothing but the index
    is written.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
    """
    place = Store.indexed(Path(store))
    folder = place.find(study)
    if is_free(folder):
        return free_status(folder)
    history = history_of(folder)
    plan = registered_plan(folder, history)
    records = read_records(folder, plan, history)
    board = Board(plan, history.settled(records, plan.hash))
    looks = looks_over(board, history)
    held = is_held(folder.lock_file)
    if held:
        for record in records:
            if record.status is RunStatus.RUNNING and record.seed is not None:
                key = (record.variant, record.seed)
                board.begin(key, at=began_at(folder.root / (record.journal or "")))
    verdicts = looks.judgement.verdicts if looks.judgement else ()
    return Status(
        progress=progress_of(
            plan,
            board,
            looks,
            name=folder.name,
            elapsed_s=_elapsed(history, running=held),
            workers=history.sessions[-1].workers if history.sessions else 1,
            now=time.time(),
        ),
        state="finished" if looks.is_answered else ("running" if held else "not finished"),
        holder=read_holder(folder.lock_file) if held else None,
        records=records,
        failures=failures_of(records, folder.root, plan),
        sentences=tuple(verdict.sentence for verdict in verdicts if verdict.final),
        tally=tally_of(place),
        n_amended=len(history.amendments),
    )


def began_at(journal: Path) -> float:
    """Give when an attempt began, by its journal's first line; now where it has none yet."""
    try:
        with journal.open(encoding="utf-8") as file:
            return float(json.loads(file.readline())["t"])
    except (OSError, ValueError, KeyError):
        return time.time()


def _elapsed(history: History, *, running: bool) -> float:
    if not history.sessions:
        return 0.0
    last = history.sessions[-1]
    return time.time() - last.began if running else last.seconds
