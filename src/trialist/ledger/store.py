"""The store: a folder with a folder per study."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.copying import MARK
from trialist.ledger.folder import StudyFolder
from trialist.ledger.freeruns import refuse_free
from trialist.ledger.index import StoreIndex
from trialist.values.errors import LedgerError, TrialistError, near
from trialist.values.plan import Plan


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of studies.

    Attributes:
        root: The folder; it need not exist yet.
        index: What is remembered of its journals; None, and every journal is read.
    """

    root: Path
    index: StoreIndex | None = field(default=None, compare=False, repr=False)

    @classmethod
    def indexed(cls, root: Path) -> Store:
        """Give the store whose journals are remembered in its index."""
        return cls(root, StoreIndex(root))

    def create(self) -> None:
        """Make the folder, with a .gitignore of its own."""
        self.root.mkdir(parents=True, exist_ok=True)
        ignore = self.root / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")

    def study(self, name: str) -> StudyFolder:
        """Give the folder of a study that may not exist yet."""
        return StudyFolder(self.root / name, self.index)

    def studies(self) -> tuple[StudyFolder, ...]:
        """Give all studies that have a log, by name."""
        if not self.root.is_dir():
            return ()
        folders = (
            StudyFolder(entry, self.index)
            for entry in sorted(self.root.iterdir())
            if entry.is_dir()
        )
        return tuple(folder for folder in folders if folder.ledger.exists())

    def series(self, name: str) -> tuple[StudyFolder, ...]:
        """Give NAME, NAME-2, NAME-3, ... as far as they exist, oldest first."""
        pattern = re.compile(rf"{re.escape(name)}(?:-(\d+))?")
        found = [
            (int(match.group(1) or 1), folder)
            for folder in self.studies()
            if (match := pattern.fullmatch(folder.name)) and match.group(1) not in ("0", "1")
        ]
        own = [pair for pair in found if _base_name(pair[1]) == name]
        return tuple(folder for _, folder in sorted(own, key=lambda pair: pair[0]))

    def find(self, name: str | None) -> StudyFolder:
        """Give the study called `name`, or the newest one.

        Raises:
            LedgerError: If there is none.
        """
        studies = self.studies()
        self._refuse_lost(name, studies)
        if not studies:
            raise LedgerError(
                "there is no study here yet",
                where=str(self.root),
                todo="run one: `trialist init`, then `trialist run study.yaml`",
            )
        if name is None:
            return max(studies, key=lambda folder: folder.ledger.stat().st_mtime)
        for folder in studies:
            if folder.name == name:
                return folder
        names = [folder.name for folder in studies]
        raise LedgerError(
            f"there is no study {name!r} here", where=str(self.root), todo=near(name, names)
        )

    def _refuse_lost(self, name: str | None, studies: Sequence[StudyFolder]) -> None:
        """Refuse to say that there is no study where its runs lie, and only its log is gone."""
        if any(name in (None, folder.name) for folder in studies):
            return
        for trials in sorted(self.root.glob("*/trials")):
            is_copied = (trials.parent / MARK).exists()  # its log comes last
            if name in (None, trials.parent.name) and not is_copied:
                raise LedgerError(
                    f"the log of {trials.parent.name} is gone; its runs are here",
                    where=str(trials.parent / "ledger.jsonl"),
                    todo="bring it back from a copy; what else is damaged: `trialist store check`",
                )


def _base_name(folder: StudyFolder) -> str:
    try:
        return read_plan(folder).study
    except LedgerError:
        return folder.name


def read_plan(folder: StudyFolder) -> Plan:
    """Give the registered plan of a study.

    Raises:
        LedgerError: If plan.json is missing or unreadable, or these are runs without a plan.
    """
    refuse_free(folder)
    try:
        data: Mapping[str, Any] = json.loads(folder.plan_file.read_text(encoding="utf-8"))
        return Plan.from_dict(data)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, TrialistError) as error:
        raise LedgerError(
            f"the plan of {folder.name} cannot be read ({error.__class__.__name__}: {error})",
            where=str(folder.plan_file),
            todo="restore plan.json, or start anew with `trialist run STUDY --new`",
        ) from error
