"""The code as it stood: commit, differences to it, and the files that no commit holds."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.git import repository_of, run_git
from trialist.ledger.snapshot import LeftOut, Snapshot, files_below, snapshot

MOST_DIFF_BYTES = 16 * 2**20
_STATUS = ("status", "--porcelain=v2", "--branch", "-z", "--ignore-submodules=all")
_DIFF = (
    *("-c", "core.quotepath=off", "diff", "HEAD", "--binary", "--full-index", "--no-color"),
    *("--no-ext-diff", "--no-textconv", "--no-renames", "--ignore-submodules=all"),
    *("--src-prefix=a/", "--dst-prefix=b/"),
)
_UNBORN, _DETACHED = "(initial)", "(detached)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeState:
    """The user's code at one moment.

    Attributes:
        root: The folder that paths start from: the repository's, or the study's without one.
        folder: The study's folder, from `root`.
        commit: The commit; None without a repository or before its first commit.
        branch: The branch; None where there is none.
        diff: What differs from the commit, as `git apply` takes it; empty where nothing does,
            None where it was too long to keep.
        snapshot: Files that are in no commit.
        submodules: Paths of submodules; what is in them is not kept.
    """

    root: Path
    folder: str
    commit: str | None = None
    branch: str | None = None
    diff: bytes | None = b""
    snapshot: Snapshot = field(default_factory=Snapshot)
    submodules: tuple[str, ...] = ()

    @property
    def is_dirty(self) -> bool:
        """True where the commit alone is not what ran."""
        return self.diff != b""

    def to_dict(self) -> dict[str, Any]:
        """Give the state as plain data, with digests in the place of contents."""
        return {
            "git": self.commit is not None or self.branch is not None,
            "commit": self.commit,
            "branch": self.branch,
            "dirty": None if self.commit is None else self.is_dirty,
            "diff": None if not self.diff else hashlib.sha256(self.diff).hexdigest(),
            "diff_bytes": None if self.diff is None else len(self.diff),
            "folder": self.folder,
            "files": {path: _digest(data) for path, data in sorted(self.snapshot.files.items())},
            "left_out": [one.to_dict() for one in self.snapshot.left_out],
            "submodules": list(self.submodules),
        }


def code_state(folder: Path, *, own: Collection[Path], apart: Collection[Path] = ()) -> CodeState:
    """Take down the code around a study; nothing of the repository is changed.

    Args:
        folder: The study's folder.
        own: The files of the trial and the study file: kept wherever they lie.
        apart: Folders that are no code, such as the store.
    """
    folder = folder.resolve()
    paths = tuple(path.resolve() for path in own if path.is_file())
    apart = tuple(path.resolve() for path in apart)
    top = repository_of(folder)
    status = None if top is None else run_git(top, *_STATUS, "--untracked-files=all")
    if top is None or status is None:
        return _without_git(folder, paths, apart)
    return _with_git(top.resolve(), folder, paths, apart, status=status)


def _without_git(folder: Path, own: tuple[Path, ...], apart: tuple[Path, ...]) -> CodeState:
    # A trial may import from beside the study's folder: paths start where both begin.
    root = Path(os.path.commonpath([folder, *(path.parent for path in own)]))
    if root == root.parent:
        root = folder
    found = files_below(folder, apart=apart)
    return CodeState(
        root=root,
        folder=_relative(folder, root),
        snapshot=snapshot(root, found.files, own=own, left_out=found.left_out),
    )


def _with_git(
    top: Path, folder: Path, own: tuple[Path, ...], apart: tuple[Path, ...], *, status: bytes
) -> CodeState:
    said = _read_status(status)
    commit = None if said.head == _UNBORN else said.head
    diff: bytes | None = b""
    tracked: tuple[Path, ...] = ()
    if commit is None:  # nothing to differ from: what is staged is kept as files
        tracked = tuple(_listed(top, "ls-files", "-z"))
    elif said.is_changed:
        diff = _diff(top)
    candidates = [top / path for path in said.untracked if not _is_in(top / path, apart)]
    held = () if commit is None else _held(top, own)
    return CodeState(
        root=top,
        folder=_relative(folder, top),
        commit=commit,
        branch=None if said.branch == _DETACHED else said.branch,
        diff=diff,
        snapshot=snapshot(
            top, [*candidates, *tracked], own=tuple(path for path in own if path not in held)
        ),
        submodules=_submodules(top),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    head: str
    branch: str
    is_changed: bool
    untracked: tuple[str, ...]


def _read_status(status: bytes) -> _Status:
    words: dict[str, str] = {}
    untracked: list[str] = []
    is_changed = False
    for entry in status.split(b"\0"):
        text = os.fsdecode(entry)
        if text.startswith("# "):
            name, _, value = text[2:].partition(" ")
            words[name] = value
        elif text.startswith("? "):
            untracked.append(text[2:])
        elif text:  # a changed entry, or the old name of a renamed one
            is_changed = True
    return _Status(
        head=words["branch.oid"],
        branch=words["branch.head"],
        is_changed=is_changed,
        untracked=tuple(untracked),
    )


def _diff(top: Path) -> bytes | None:
    found = run_git(top, *_DIFF)
    return None if found is None or len(found) > MOST_DIFF_BYTES else found


def _listed(top: Path, *words: str) -> Iterator[Path]:
    for name in (run_git(top, *words) or b"").split(b"\0"):
        if name:
            yield top / os.fsdecode(name)


def _held(top: Path, own: tuple[Path, ...]) -> frozenset[Path]:
    """Give those of `own` that commit and diff hold together."""
    inside = [_relative(path, top) for path in own if path.is_relative_to(top)]
    if not inside:
        return frozenset()
    return frozenset(_listed(top, "ls-files", "-z", "--", *(f":(literal){one}" for one in inside)))


def _submodules(top: Path) -> tuple[str, ...]:
    if not (top / ".gitmodules").is_file():
        return ()
    words = ("config", "-z", "-f", ".gitmodules", "--get-regexp", r"\.path$")
    entries = (run_git(top, *words) or b"").split(b"\0")
    return tuple(sorted(os.fsdecode(one).partition("\n")[2] for one in entries if one))


def _is_in(path: Path, folders: Collection[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def left_out_words(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Give what of a recorded state was not kept, as `path (why)`."""
    found = [LeftOut(**one) for one in state["left_out"]]
    words = [f"{one.path} ({one.reason})" for one in found]
    if state["diff_bytes"] is None:
        words.append("the differences to the commit (too long)")
    return (*words, *(f"{path} (a submodule)" for path in state["submodules"]))
