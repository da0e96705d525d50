"""`trialist wait`: block until a study is answered, or nobody runs it any more."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.registration import history_of
from trialist.lab.status import Status, status
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import is_held
from trialist.ledger.store import Store
from trialist.values.errors import LedgerError

ASK_EVERY_S = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """Where a study stood when the waiting ended.

    Attributes:
        status: Where it stood.
        timed_out: True where it still ran.
        is_written: False where whoever ran it was killed before the results were written.
    """

    status: Status
    timed_out: bool = False
    is_written: bool = True

    @property
    def exit_code(self) -> int:
        """What `trialist run` would exit with: 0 answered, 3 runs failed, 4 not finished."""
        if self.timed_out:
            return 4
        if self.status.failures:
            return 3
        return 0 if self.status.state == "finished" and self.is_written else 4

    def to_dict(self) -> dict[str, Any]:
        """Give the status as plain data, and whether the time was up."""
        return {**self.status.to_dict(), "timed_out": self.timed_out}


def wait(
    study: str | None = None, *, store: str | Path = "experiments", timeout: float | None = None
) -> Waited:
    """Wait until nobody runs a study any more; nothing is written.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
        timeout: The most seconds to wait; None: as long as it takes.
    """
    folder = Store(Path(store)).find(study)
    study_status(folder.name, store)
    deadline = None if timeout is None else time.monotonic() + timeout
    while is_held(folder.lock_file):
        left = ASK_EVERY_S if deadline is None else min(ASK_EVERY_S, deadline - time.monotonic())
        if left <= 0:
            return Waited(status=study_status(folder.name, store), timed_out=True)
        time.sleep(left)
    return ended(study_status(folder.name, store), folder)


def ended(found: Status, folder: StudyFolder) -> Waited:
    """Give where a study stands that nobody runs any more."""
    return Waited(status=found, is_written=found.state != "finished" or _is_written(folder))


def _is_written(folder: StudyFolder) -> bool:
    try:
        found = json.loads((folder.root / "results.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return bool(found["plan_hash"] == history_of(folder).plan_hash)


def study_status(name: str, store: str | Path) -> Status:
    """Give where a study stands.

    Raises:
        LedgerError: If there are only runs of a script, without a plan.
    """
    found = status(name, store=store)
    if isinstance(found, Status):
        return found
    raise LedgerError(
        f"{name} has runs of a script and no plan, so there is no answer to wait for",
        where=str(found.folder),
        todo=f"name a study, or see the runs with `trialist status {name}`",
    )
