"""`trialist watch`: a running study as it goes on, from any terminal, by what its store says."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from trialist.lab.status import Status
from trialist.lab.wait import Waited, ended, study_status
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import is_held
from trialist.ledger.store import Store
from trialist.render.live import Display, Silent
from trialist.values.events import RunStatus
from trialist.values.metric import Metric

ASK_EVERY_S = 0.25
_SHARE = 10
"""Reading a large store takes time: so many times as long is waited before the next reading."""


def watch(
    study: str | None = None,
    *,
    store: str | Path = "experiments",
    display: Callable[[Metric], Display] | None = None,
) -> Waited:
    """Show a study until nobody runs it any more; nothing is written, and nobody is disturbed.

    Args:
        study: The study's name; None: the newest.
        store: The folder of all studies.
        display: Gives what shows it; None shows nothing.
    """
    folder = Store(Path(store)).find(study)
    seen = _Seen(folder, store)
    found = seen.read()
    shown = display(found.progress.metric) if display else Silent()
    with shown:
        while found.state == "running" or is_held(folder.lock_file):
            seen.tell(shown)
            time.sleep(ASK_EVERY_S)
            found = seen.read()
        seen.tell(shown)
    return ended(found, folder)


class _Seen:
    """What was read of a study, and what of it was told."""

    def __init__(self, folder: StudyFolder, store: str | Path) -> None:
        self._folder = folder
        self._store = store
        self._status: Status | None = None
        self._signs: tuple[object, ...] = ()
        self._read = 0.0
        self._took = 0.0
        self._told: set[tuple[str, int | None] | str] | None = None

    def read(self) -> Status:
        """Give where the study stands; read again only where something has changed."""
        now = time.monotonic()
        if self._status is not None and now - self._read < _SHARE * self._took:
            return self._status
        signs = self._signs_now()
        if self._status is None or signs != self._signs:
            self._status = study_status(self._folder.name, self._store)
            self._read, self._took = now, time.monotonic() - now
            self._signs = self._signs_now()
        return self._status

    def _signs_now(self) -> tuple[object, ...]:
        # A run takes its lease away when it ends; everything else that counts is in the log.
        running = [] if self._status is None else self._status.records
        leases = [
            (self._folder.root / record.journal).with_name("lease.json").exists()
            for record in running
            if record.status is RunStatus.RUNNING and record.journal
        ]
        held = is_held(self._folder.lock_file)
        return self._folder.ledger.stat().st_size, held, *leases

    def tell(self, display: Display) -> None:
        """Show where the study stands, and what is new since the last time."""
        found = self._status
        if found is None:
            return
        late = time.monotonic() - self._read if found.state == "running" else 0.0
        progress = found.progress
        display.update(replace(progress, elapsed_s=progress.elapsed_s + late))
        ended = [one for one in found.records if one.status is not RunStatus.RUNNING]
        is_first = self._told is None
        told = self._told or set()
        for record in ended:
            key = (record.variant, record.seed)
            if key not in told and not is_first:
                display.run_ended(record)
            told.add(key)
        for sentence in found.sentences:
            if sentence not in told and not is_first:
                display.note(sentence.replace("**", ""))
            told.add(sentence)
        self._told = told
