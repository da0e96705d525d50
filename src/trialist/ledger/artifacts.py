"""The store's artifacts: named, versioned, kept once per content, and who moved what."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.ledger.artifactcontent import described, digest_of_files, files_in
from trialist.ledger.artifactlog import ArtifactRecord, Version, append, locked, read_record
from trialist.ledger.artifactnames import (
    BEST,
    LATEST,
    checked_alias,
    checked_name,
    is_name,
    number_of,
    parts_of,
)
from trialist.ledger.objects import Objects
from trialist.ledger.person import who
from trialist.values.errors import ArtifactError, near
from trialist.values.metric import Goal

ARTIFACTS = ".artifacts"
"""The folder's name in the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who puts an artifact into the store.

    Attributes:
        by: The run, as plain data: study, run, attempt, plan.
        value: Its goal metric now; None where it has none yet.
        metric: The goal metric's name.
        goal: Which way it is better.
    """

    by: Mapping[str, Any]
    value: float | None = None
    metric: str | None = None
    goal: Goal | None = None


class ArtifactStore:
    """The artifacts of a store; several processes may use it at once.

    Args:
        store: The folder of all studies.
        clock: Gives seconds since the epoch.
    """

    def __init__(self, store: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._root = store / ARTIFACTS
        self._objects = Objects(self._root / "objects")
        self._clock = clock

    # -- putting in ---------------------------------------------------------

    def put(
        self,
        path: Path,
        *,
        maker: Maker,
        name: str | None = None,
        type: str | None = None,  # noqa: A002 — the word that users of other stores know
        aliases: Sequence[str] = (),
    ) -> tuple[Version, tuple[str, ...]]:
        """Put a file or a folder into the store; give its version and the aliases that moved to it.

        The number of versions grows only where the content is new. `latest` always moves here, and
        `best` only where the maker's goal metric is known, and better than that of the version it
        names.

        Raises:
            ArtifactError: For a path that is not there, an empty folder, a bad name or alias.
        """
        if not path.exists():
            raise ArtifactError(
                "there is no such file or folder", where=str(path), todo="write it first"
            )
        name = checked_name(path.name if name is None and path.is_dir() else name or path.stem)
        asked = tuple(checked_alias(alias) for alias in dict.fromkeys(aliases))
        files = {inner: self._objects.add(place) for inner, place in files_in(path).items()}
        self._objects.sync()
        digest = digest_of_files(files, is_folder=path.is_dir())
        folder = self._folder(name)
        with locked(folder):
            record = read_record(folder)
            known = record.with_digest(digest)
            number = known.number if known else len(record.versions)
            moved = _moving(record, number, asked, maker)
            fields = {**self._said(maker.by), "version": number}
            if known is None:
                fields |= described(files, digest, is_folder=path.is_dir())
                fields |= {"type": type, "value": maker.value, "metric": maker.metric}
            append(folder, "made" if known else "version", fields, aliases=moved)
            return read_record(folder).versions[number], moved

    def move_alias(self, reference: str, alias: str) -> Version:
        """Have `alias` name the version `NAME:V`.

        Raises:
            ArtifactError: For an unknown artifact or version, or a bad alias.
        """
        checked_alias(alias)
        name, _ = parts_of(reference)
        with locked(self._known_folder(name)):
            version = self.find(reference)
            fields = {**self._said({}), "version": version.number}
            if self.record(name).aliases.get(alias) != version.number:
                append(self._folder(name), "alias", fields, aliases=[alias])
        return version

    def _said(self, by: Mapping[str, Any]) -> dict[str, Any]:
        return {"t": round(self._clock(), 6), "who": who(), "by": dict(by)}

    # -- taking out ---------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """Give the names of all artifacts."""
        folder = self._root / "names"
        return tuple(sorted(one.parent.name for one in folder.glob("*/log.jsonl")))

    def record(self, name: str) -> ArtifactRecord:
        """Give the record of an artifact.

        Raises:
            ArtifactError: If there is none of this name.
        """
        return read_record(self._known_folder(name))

    def find(self, reference: str) -> Version:
        """Give the version that `NAME`, `NAME:ALIAS` or `NAME:V3` names.

        Raises:
            ArtifactError: If there is no such artifact, alias or version; the known ones are named.
        """
        name, which = parts_of(reference)
        record = self.record(name)
        number = number_of(which)
        if number is None:
            number = record.aliases.get(which)
        if number is None or number >= len(record.versions):
            known = [*record.aliases, *(f"v{one.number}" for one in record.versions)]
            raise ArtifactError(
                f"the artifact {name!r} has no version {which!r}",
                where=reference,
                todo=near(which, known) if known else "no version was finished yet",
            )
        return record.versions[number]

    def checked(self, reference: str) -> Version:
        """Give a version whose files are as they were.

        Raises:
            ArtifactError: If it is unknown, or altered: then with both digests.
        """
        version = self.find(reference)
        for inner, stored in version.files.items():
            self._objects.check(f"{version.name}:v{version.number} {inner}", stored)
        return version

    def use(self, reference: str, *, by: Mapping[str, Any]) -> tuple[Version, Path]:
        """Give a version and a path to read it from, and record the use.

        The files there are shared by all readers and must not be written to; what was altered is
        found at the next use.

        Raises:
            ArtifactError: If it is unknown, or altered: then with both digests.
        """
        version, place = self.look(reference)
        with locked(self._folder(version.name)):
            fields = {**self._said(by), "version": version.number}
            append(self._folder(version.name), "used", fields, aliases=[])
        return version, place

    def look(self, reference: str) -> tuple[Version, Path]:
        """Give a version and a path to read it from, as `use`; nothing is recorded.

        Raises:
            ArtifactError: If it is unknown, or altered: then with both digests.
        """
        version = self.checked(reference)
        return version, self._laid_out(version)

    def copy_out(self, reference: str, out: Path) -> tuple[Version, Path]:
        """Copy a version into the folder `out`, and give where it lies there.

        Raises:
            ArtifactError: If it is unknown or altered, or something else lies there.
        """
        version = self.checked(reference)
        place = out / (version.name if version.is_folder else next(iter(version.files)))
        if place.exists():
            raise ArtifactError(
                "something of this name is there already",
                where=str(place),
                todo="name another folder with --out",
            )
        part = out / f".{place.name}.{os.getpid()}.tmp"
        for inner, stored in version.files.items():
            target = part / inner if version.is_folder else part
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._objects.path(stored.sha256), target)
        part.rename(place)
        return version, place

    def _laid_out(self, version: Version) -> Path:
        """Give a place with the version's files under their own names, made where it lacks."""
        folder = self._root / "open" / version.digest[:16] / version.name
        if folder.exists() and not self._is_laid_out(version, folder):
            shutil.rmtree(folder, ignore_errors=True)  # altered: it is made of the files again
        if not folder.exists():
            part = folder.parent / f".{version.name}.{os.getpid()}.tmp"
            shutil.rmtree(part, ignore_errors=True)
            for inner, stored in version.files.items():
                target = part / inner
                target.parent.mkdir(parents=True, exist_ok=True)
                _link(self._objects.path(stored.sha256), target)
            try:
                part.rename(folder)
            except OSError:  # another process was faster
                shutil.rmtree(part, ignore_errors=True)
        return folder if version.is_folder else folder / next(iter(version.files))

    def _is_laid_out(self, version: Version, folder: Path) -> bool:
        return all(
            (folder / inner).is_file()
            and (folder / inner).samefile(self._objects.path(stored.sha256))
            for inner, stored in version.files.items()
        )

    # -- checking -----------------------------------------------------------

    def faults(self) -> Iterator[str]:
        """Give what is wrong, as sentences."""
        for name in self.names():
            try:
                record = self.record(name)
            except ArtifactError as error:
                yield f"{error.mistakes[0].where}: {error.mistakes[0].message}"
                continue
            for version in record.versions:
                for inner, stored in version.files.items():
                    fault = self._objects.fault(stored)
                    if fault is not None:
                        place = self._objects.path(stored.sha256)
                        yield f"{place}: artifact {name}:v{version.number} {inner}: {fault}"

    def _folder(self, name: str) -> Path:
        return self._root / "names" / name

    def _known_folder(self, name: str) -> Path:
        folder = self._folder(name)
        if is_name(name) and folder.is_dir():
            return folder
        names = self.names()
        raise ArtifactError(
            f"there is no artifact {name!r}",
            where=str(self._root),
            todo=near(name, names) if names else "put one into the store with run.artifact(path)",
        )


def store_of(directory: Path) -> Path:
    """Give the store that a run's folder lies in; a folder outside of any is its own store."""
    for folder in directory.parents:
        if (folder / "ledger.jsonl").exists():
            return folder.parent
    return directory


def _moving(
    record: ArtifactRecord, number: int, asked: Sequence[str], maker: Maker
) -> tuple[str, ...]:
    wanted = [LATEST, *(one for one in asked if one != BEST or _is_better(record, maker))]
    return tuple(alias for alias in wanted if record.aliases.get(alias) != number)


def _is_better(record: ArtifactRecord, maker: Maker) -> bool:
    """Tell whether the maker's value beats that of the version called best."""
    holder = record.aliases.get(BEST)
    best = None if holder is None else record.versions[holder]
    before = None if best is None or best.metric != maker.metric else best.value
    if maker.goal is None:  # a script's own run: nothing is known to judge it by
        return True
    if maker.value is None:
        return False
    if before is None:
        return True
    return maker.goal.sign * maker.value > maker.goal.sign * before


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links: copied anew at every use
        shutil.copyfile(source, target)
