"""Copying a study's folder: every file checked by its digest, and the log last.

Until its log is there a folder is no study. A copy that was killed goes on where it stopped; what
is there already and has the same digest is not written again.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trialist.ledger.atomic import atomic_file, sync_folder, write_atomic
from trialist.ledger.filedigest import digest_of_file, digest_of_open
from trialist.ledger.folder import StudyFolder
from trialist.ledger.protocol_log import Chain, read_chain
from trialist.values.errors import LedgerError

MARK = ".copying"
"""In a folder whose copy has begun: the first entry's hash of the log that is copied."""

_LAST = ("plan.json", "ledger.jsonl")
_LEFT = re.compile(rf"lock|lease-\d+\.json|{re.escape(MARK)}")
"""Who holds the folder: that is nobody's in a copy."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy has done.

    Attributes:
        n_files: Files of the study.
        n_written: Those that were not there yet.
        n_bytes: The size of all of them.
        left_out: What is neither file, folder nor link, and was not copied.
    """

    n_files: int
    n_written: int
    n_bytes: int
    left_out: tuple[str, ...] = ()


def copy_study(source: StudyFolder, target: StudyFolder) -> Copied:
    """Copy a study, or bring an earlier copy of it up to date.

    The caller holds the locks of both, so that nobody writes meanwhile.

    Raises:
        LedgerError: If the source is damaged, the target holds another study, or has gone on by
            itself, or a file is not the same after it was copied.
    """
    chain = read_chain(source.ledger)
    _refuse_damaged(source, chain)
    _refuse_other(target, chain)
    for leftover in target.root.rglob(".*.tmp"):  # of a copy that was killed
        leftover.unlink()
    write_atomic(target.root / MARK, chain.entries[0].hash + "\n")
    files, left_out = _files(source.root)
    n_written = n_bytes = 0
    for path in files:
        place = target.root / path.relative_to(source.root)
        n_written += _copied(path, place)
        n_bytes += path.lstat().st_size
    (target.root / MARK).unlink()
    sync_folder(target.root)
    return Copied(
        n_files=len(files), n_written=n_written, n_bytes=n_bytes, left_out=tuple(left_out)
    )


def _refuse_damaged(source: StudyFolder, chain: Chain) -> None:
    if chain.faults or not chain.entries:
        message = (
            f"line {chain.faults[0].line} {chain.faults[0].message}"
            if chain.faults
            else "the log is empty"
        )
        raise LedgerError(
            f"{source.name} is damaged and was not copied: {message}",
            where=str(source.ledger),
            todo="see all of it: `trialist store check`; copy the folder by hand if you want it so",
        )


def _refuse_other(target: StudyFolder, chain: Chain) -> None:
    first = chain.entries[0].hash
    there = [entry.hash for entry in read_chain(target.ledger).entries]
    if there:
        ours = [entry.hash for entry in chain.entries]
        if there != ours[: len(there)]:
            ahead = there[: len(ours)] == ours
            message = "has gone on by itself" if ahead else "is another study"
            raise LedgerError(
                f"the {target.name} that is there {message}: nothing was overwritten",
                where=str(target.root),
                todo="copy into another folder, or move that one away",
            )
        return
    mark = target.root / MARK
    begun = mark.read_text(encoding="utf-8").strip() if mark.exists() else None
    others = [entry for entry in target.root.iterdir() if not _is_left(entry)]
    if others and begun != first:
        raise LedgerError(
            f"there is a folder {target.name} that is not a copy of this study",
            where=str(target.root),
            todo="copy into another folder, or move that one away",
        )


def _files(root: Path) -> tuple[list[Path], list[str]]:
    """Give the files in the order in which they are copied, and what is no file."""
    found: list[Path] = []
    left_out: list[str] = []
    for folder, _, _ in os.walk(root):
        for path in sorted(Path(folder).iterdir()):
            if _is_left(path, top=path.parent == root):
                continue
            if path.is_symlink() or path.is_file():
                found.append(path)
            elif not path.is_dir():
                left_out.append(path.relative_to(root).as_posix())
    last = [root / name for name in _LAST if (root / name) in found]
    return [path for path in found if path not in last] + last, left_out


def _is_left(path: Path, *, top: bool = True) -> bool:
    half_written = path.name.startswith(".") and path.suffix == ".tmp"
    return half_written or bool(top and _LEFT.fullmatch(path.name))


def _copied(source: Path, target: Path) -> bool:
    """Copy one file; give whether it was written."""
    if source.is_symlink():
        return _linked(source, target)
    if target.is_file() and _is_same(source, target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with atomic_file(target) as file:
        for chunk in _chunks(source):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        if digest_of_open(file) != digest.hexdigest():
            raise LedgerError(
                "what was copied is not what was read", where=str(target), todo="check that disk"
            )
        times = source.stat()
        os.utime(file.fileno(), ns=(times.st_atime_ns, times.st_mtime_ns))
    return True


def _linked(source: Path, target: Path) -> bool:
    to = source.readlink()
    if target.is_symlink() and target.readlink() == to:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    target.symlink_to(to)
    return True


def _is_same(one: Path, other: Path) -> bool:
    sizes_agree = one.stat().st_size == other.stat().st_size
    return sizes_agree and digest_of_file(one) == digest_of_file(other)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def copy_tree(source: Path, target: Path) -> tuple[Copied, tuple[str, ...]]:
    """Copy a folder whose files never change or only grow, into one that may hold some already.

    Returns:
        What was copied, and the files of the target that differ and were left as they are.
    """
    files, left_out = _files(source)
    n_written = n_bytes = 0
    unlike = []
    for path in files:
        place = target / path.relative_to(source)
        n_bytes += path.lstat().st_size
        if place.is_file() and not _begins_alike(place, path):
            unlike.append(place.relative_to(target).as_posix())
            continue
        n_written += _copied(path, place)
    copied = Copied(
        n_files=len(files), n_written=n_written, n_bytes=n_bytes, left_out=tuple(left_out)
    )
    return copied, tuple(unlike)


def _begins_alike(old: Path, new: Path) -> bool:
    size = old.stat().st_size
    if size > new.stat().st_size:
        return False
    digest = hashlib.sha256()
    left = size
    with new.open("rb") as file:
        while left:
            chunk = file.read(min(left, _CHUNK))
            digest.update(chunk)
            left -= len(chunk)
    return digest.hexdigest() == digest_of_file(old)
