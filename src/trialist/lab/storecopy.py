"""`trialist store copy`: studies from one store into another, checked by digest."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.artifacts import ARTIFACTS
from trialist.ledger.copying import Copied, copy_study, copy_tree
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock, is_held
from trialist.ledger.store import Store
from trialist.ledger.storelog import RECORD
from trialist.values.errors import LedgerError


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCopy:
    """What was copied.

    Attributes:
        studies: What was done for each study, by name.
        artifacts: What was done for the store's artifacts; None where it has none.
        unlike: Files of artifacts that the target has otherwise, and that were left as they are.
        target: The folder that was copied to.
    """

    studies: dict[str, Copied]
    artifacts: Copied | None
    unlike: tuple[str, ...]
    target: Path

    def to_dict(self) -> dict[str, Any]:
        """Give the copy as plain data."""
        return {
            "to": str(self.target),
            "studies": [{"study": name, **_plain(one)} for name, one in self.studies.items()],
            "artifacts": None if self.artifacts is None else _plain(self.artifacts),
            "artifacts_left_as_they_are": list(self.unlike),
            "anchored": False,
        }


def _plain(copied: Copied) -> dict[str, Any]:
    return {
        "files": copied.n_files,
        "written": copied.n_written,
        "bytes": copied.n_bytes,
        "left_out": list(copied.left_out),
    }


def copy_store(source: str | Path, target: str | Path, study: str | None = None) -> StoreCopy:
    """Copy studies into another store; run it again to go on, or to bring a copy up to date.

    What was anchored stays anchored where it lay: the copy has no anchor of its own.

    Args:
        source: The folder of all studies.
        target: The folder to copy to; made if it is not there.
        study: The study's name; None: all, with the store's artifacts.

    Raises:
        LedgerError: If a study is being run or is damaged, the target has another study of that
            name, or a file is not the same after it was copied.
    """
    old, new = Store(Path(source)), Store(Path(target))
    folders = (old.find(study),) if study is not None else old.studies() or (old.find(None),)
    if new.root.resolve().is_relative_to(old.root.resolve()):
        raise LedgerError(
            "a store cannot be copied into itself",
            where=str(old.root),
            todo="name another folder to copy to",
        )
    new.create()
    done = {folder.name: _copied(folder, new.study(folder.name)) for folder in folders}
    artifacts: Copied | None = None
    unlike: tuple[str, ...] = ()
    if (old.root / ARTIFACTS).is_dir():
        artifacts, unlike = copy_tree(old.root / ARTIFACTS, new.root / ARTIFACTS)
    if (old.root / RECORD).is_dir() and study is None:
        # A target with a record of its own keeps it: the studies' logs tell of what they adopted.
        copy_tree(old.root / RECORD, new.root / RECORD)
    return StoreCopy(studies=done, artifacts=artifacts, unlike=unlike, target=new.root)


def _copied(source: StudyFolder, target: StudyFolder) -> Copied:
    if is_held(source.lock_file):
        raise LedgerError(
            f"{source.name} is being run",
            where=str(source.root),
            todo="copy it when it stands still: `trialist wait`, or end that process",
        )
    target.root.mkdir(exist_ok=True)
    with ExitStack() as stack:
        stack.callback(StudyLock(target.lock_file).release)
        return copy_study(source, target)
