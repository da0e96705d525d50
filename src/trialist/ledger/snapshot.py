"""Which files of a project are kept as they are: small ones with code, never what looks secret."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MOST_FILE_BYTES = 2**20
MOST_BYTES = 16 * 2**20
MOST_FILES = 2_000
MOST_NAMED = 50
"""Files that are named when they are left out; of more than that, only how many."""
MOST_ENTRIES = 20_000
"""Entries of a folder without git that are looked at; a larger folder is no project."""

_CODE = frozenset(
    (
        *("py", "pyi", "pyx", "pxd", "ipynb", "c", "cc", "cpp", "cu", "cuh", "h", "hpp", "rs"),
        *("go", "java", "jl", "r", "m", "lua", "js", "ts", "sh", "bash", "zsh", "yaml", "yml"),
        *("toml", "json", "cfg", "ini", "txt", "in", "mk", "cmake", "dvc", "lock", "gin", "sql"),
    )
)
_CODE_NAMES = frozenset({"Makefile", "Dockerfile", "Containerfile", "dvc.yaml", "dvc.lock"})
_SECRET = re.compile(
    r"(^|[._-])(secrets?|credentials?|passwords?|passwd|api[_-]?keys?|(auth|access)[_-]?tokens?"
    r"|id_(rsa|dsa|ecdsa|ed25519)|service[_-]account|netrc|kaggle)([._-]|$)|^token(\.|$)|^\.env",
    re.IGNORECASE,
)
_NOT_CODE_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages", "wandb", "mlruns"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A file, or many, that was not kept, and why."""

    path: str
    bytes: int | None
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Files with their contents, by path from the root, and what was left out."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesBelow:
    """The files below a folder, as far as it was looked at."""

    files: tuple[Path, ...]
    left_out: tuple[LeftOut, ...] = ()


def snapshot(
    root: Path,
    candidates: Iterable[Path],
    *,
    own: Collection[Path],
    left_out: tuple[LeftOut, ...] = (),
) -> Snapshot:
    """Read the files that are worth keeping.

    Args:
        root: What paths start from; a file outside of it is left out.
        candidates: Files that may be kept: those that hold code and are small.
        own: The trial's own files: kept whatever they are called, as far as they are small.
        left_out: What was left out before.
    """
    kept: dict[str, bytes] = {}
    missed: list[LeftOut] = list(left_out)
    total = 0
    for path in dict.fromkeys((*sorted(own), *sorted(candidates))):
        if not path.is_relative_to(root):
            missed.append(LeftOut(path=str(path), bytes=None, reason="outside of the project"))
            continue
        name = path.relative_to(root).as_posix()
        data, reason, size = _read(path, is_own=path in own, left=MOST_BYTES - total)
        if reason is None and len(kept) >= MOST_FILES:
            reason = f"more than {MOST_FILES:,} files"
        if reason is None:
            kept[name] = data
            total += len(data)
        else:
            missed.append(LeftOut(path=name, bytes=size, reason=reason))
    return Snapshot(files=kept, left_out=_named(missed))


def _read(path: Path, *, is_own: bool, left: int) -> tuple[bytes, str | None, int | None]:
    reason = None if is_own else _unwanted(path)
    try:
        size = path.stat().st_size
        if reason is None and size > min(left, MOST_FILE_BYTES):
            reason = "too large" if size > MOST_FILE_BYTES else f"beyond {MOST_BYTES:,} bytes"
        return path.read_bytes() if reason is None else b"", reason, size
    except OSError as error:
        return b"", f"cannot be read: {error.strerror}", None


def _unwanted(path: Path) -> str | None:
    if _SECRET.search(path.name):
        return "may hold a secret"
    if path.is_symlink() or not path.is_file():
        return "not a plain file"
    return None if _is_code(path) else "not code"


def _is_code(path: Path) -> bool:
    return path.name in _CODE_NAMES or path.suffix.removeprefix(".").lower() in _CODE


def _named(missed: list[LeftOut]) -> tuple[LeftOut, ...]:
    # A folder of 100,000 images is one line, not 100,000.
    told, counts = [], dict.fromkeys((one.reason for one in missed), 0)
    for one in missed:
        counts[one.reason] += 1
        if counts[one.reason] <= MOST_NAMED:
            told.append(one)
    for reason, count in counts.items():
        if count > MOST_NAMED:
            path = f"{count - MOST_NAMED:,} more files"
            told.append(LeftOut(path=path, bytes=None, reason=reason))
    return tuple(told)


def files_below(folder: Path, *, apart: Collection[Path] = ()) -> FilesBelow:
    """Give the files below a folder without git: no hidden folder, no environment, no store."""
    found: list[Path] = []
    for path in _walk(folder, frozenset(apart)):
        found.append(path)
        if len(found) > MOST_ENTRIES:
            reason = f"more than {MOST_ENTRIES:,} files"
            everything = LeftOut(path=f"{folder}/*", bytes=None, reason=reason)
            return FilesBelow(files=(), left_out=(everything,))
    return FilesBelow(files=tuple(found))


def _walk(folder: Path, apart: frozenset[Path]) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        here = Path(place)
        folders[:] = sorted(one for one in folders if _is_project(here / one, apart))
        yield from (here / name for name in sorted(files) if not name.startswith("."))


def _is_project(folder: Path, apart: frozenset[Path]) -> bool:
    name = folder.name
    if name.startswith(".") or name in _NOT_CODE_FOLDERS or folder in apart:
        return False
    return not (folder / "pyvenv.cfg").exists()
