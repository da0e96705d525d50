"""Which data a study was run on: a digest per file, found again as long as a file is untouched."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import write_atomic
from trialist.ledger.dvc import dvc_version
from trialist.ledger.filedigest import digest_of_file
from trialist.values.canonical import canonical_json, digest_of
from trialist.values.errors import ConfigError, Mistake

CACHE = ".data.json"
"""Digests by path, size and time of change; derived, and made again where it is missing."""
MOST_FILES_NAMED = 1_000
_SETTLED_S = 2.0
"""A file that was changed less long ago may change again without getting another time."""
_GLOB = frozenset("*?[")


@dataclass(slots=True)
class DigestCache:
    """Digests of large files, so that each is read once.

    Attributes:
        path: Where it is kept; None keeps nothing.
        clock: Tells the time, in seconds since the epoch.
    """

    path: Path | None
    clock: Callable[[], float] = time.time
    _known: dict[str, list[Any]] = field(default_factory=dict)
    _is_new: bool = False

    def __post_init__(self) -> None:
        if self.path is None:
            return
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        self._known = known if isinstance(known, dict) else {}

    def digest(self, path: Path) -> str:
        """Give the SHA-256 of a file's bytes."""
        found = path.stat()
        mark = [found.st_size, found.st_mtime_ns, found.st_ino]
        known = self._known.get(str(path))
        if isinstance(known, list) and known[:-1] == mark:
            return str(known[-1])
        digest = digest_of_file(path)
        if self.clock() - found.st_mtime > _SETTLED_S:
            self._known[str(path)] = [*mark, digest]
            self._is_new = True
        return digest

    def save(self) -> None:
        """Write what was learned; nothing where that is not possible."""
        if self.path is None or not self._is_new:
            return
        try:
            write_atomic(self.path, canonical_json(self._known) + "\n")
        except OSError:
            return
        self._is_new = False


def data_versions(
    patterns: Sequence[str], *, folder: Path, cache: DigestCache
) -> dict[str, dict[str, Any]]:
    """Give the version of each path that a study names as its data.

    Args:
        patterns: Paths and globs from the study's folder.
        folder: The study's folder.
        cache: Knows the digests of files that are untouched since.

    Raises:
        ConfigError: With every pattern that names nothing.
    """
    found: dict[str, dict[str, Any]] = {}
    mistakes: list[Mistake] = []
    for pattern in patterns:
        paths = list(_matching(pattern, folder))
        if not paths:
            mistakes.append(_nothing(pattern, folder))
        for path in paths:
            found[_shown(path, folder)] = _version(path, cache)
    cache.save()
    if mistakes:
        raise ConfigError.of(mistakes)
    return {name: found[name] for name in sorted(found)}


def data_changes(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    """Give what differs between two versions of a study's data, a line per path."""
    return tuple(
        f"{name}: {_short(before.get(name))} -> {_short(after.get(name))}"
        for name in sorted({*before, *after})
        if _digest_in(before.get(name)) != _digest_in(after.get(name))
    )


def _digest_in(version: Mapping[str, Any] | None) -> str | None:
    return None if version is None else str(version["sha256"])


def _short(version: Mapping[str, Any] | None) -> str:
    return "not there" if version is None else f"sha256 {str(version['sha256'])[:12]}"


def _matching(pattern: str, folder: Path) -> Iterator[Path]:
    place = folder / pattern
    if place.exists() or not _GLOB & set(pattern):
        yield from (place,) if place.exists() else ()
        return
    root = Path(place.anchor)
    parts = place.parts[1:] if place.anchor else place.parts
    yield from sorted(one for one in root.glob(str(Path(*parts))) if one.suffix != ".dvc")


def _nothing(pattern: str, folder: Path) -> Mistake:
    version = dvc_version(folder / pattern)
    todo = "correct the path, which starts from the study file's folder, or make the data first"
    if version is not None:
        todo = f"DVC knows it (md5 {version.md5}): `dvc pull {pattern}`"
    return Mistake(message=f"data: there is nothing at {pattern!r}", where=str(folder), todo=todo)


def _version(path: Path, cache: DigestCache) -> dict[str, Any]:
    version = _folder_version(path, cache) if path.is_dir() else _file_version(path, cache)
    known = dvc_version(path)
    if known is not None:
        version["dvc"] = {"md5": known.md5, "remote": known.remote}
    return version


def _file_version(path: Path, cache: DigestCache) -> dict[str, Any]:
    return {"sha256": cache.digest(path), "bytes": path.stat().st_size}


def _folder_version(folder: Path, cache: DigestCache) -> dict[str, Any]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): cache.digest(path) for path in paths}
    version: dict[str, Any] = {
        "sha256": digest_of(files).removeprefix("sha256:"),
        "bytes": sum(path.stat().st_size for path in paths),
        "n_files": len(files),
    }
    if len(files) <= MOST_FILES_NAMED:
        version["files"] = files
    return version


def _shown(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
