"""The facts of a session: code, packages, machine and data, kept once for all of its attempts."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import sync_folder
from trialist.ledger.codestate import code_state
from trialist.ledger.machine import machine, software
from trialist.ledger.packages import Package, installed_packages, lock_text
from trialist.values.canonical import canonical_bytes
from trialist.values.errors import LedgerError

FACTS_FORMAT = 1
_SHORT = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a session knows of where its numbers come from.

    Attributes:
        content: The facts as plain data; they name the other files by their digests.
        lock: The installed packages.
        diff: What differs from the commit; empty where nothing does or nothing was kept.
        files: Files that are in no commit, by path.
    """

    content: Mapping[str, Any]
    lock: str
    diff: bytes = b""
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 of facts.json."""
        return hashlib.sha256(self._text).hexdigest()

    @property
    def _text(self) -> bytes:
        return canonical_bytes(self.content) + b"\n"

    def write(self, folder: Path) -> str:
        """Write everything into a folder of `folder` that is named by its content.

        Whoever is killed in here leaves a folder with a name of its own, which the next session
        removes; the caller holds the study's lock.

        Returns:
            The digest; what is there already is not written again.
        """
        place = folder / self.digest[:_SHORT]
        folder.mkdir(exist_ok=True)
        for half_written in folder.glob(".*.tmp"):
            shutil.rmtree(half_written)
        if (place / "facts.json").exists():
            return self.digest
        temporary = folder / f".{place.name}.tmp"
        temporary.mkdir()
        contents = {"environment.lock": self.lock.encode(), "facts.json": self._text}
        if self.diff:
            contents["git.diff"] = self.diff
        for name, data in {**contents, **self._kept()}.items():
            _write(temporary / name, data)
        temporary.replace(place)
        sync_folder(folder)
        return self.digest

    def _kept(self) -> dict[str, bytes]:
        return {f"files/{path}": data for path, data in self.files.items()}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def collect_facts(
    folder: Path,
    *,
    own: Collection[Path] = (),
    apart: Collection[Path] = (),
    data: Mapping[str, Mapping[str, Any]] | None = None,
) -> Facts:
    """Ask this machine for everything that a number may depend on.

    Args:
        folder: The study's folder.
        own: The files of the trial and the study file.
        apart: Folders that are no code, such as the store.
        data: Versions of the study's data.
    """
    code = code_state(folder, own=own, apart=apart)
    packages = installed_packages()
    known = software()
    lock = lock_text(packages, python=known["python"])
    return Facts(
        content={
            "format": FACTS_FORMAT,
            "code": code.to_dict(),
            "place": str(folder.resolve()),
            "machine": machine(),
            "software": known,
            "packages": _counts(packages, lock),
            "data": dict(data or {}),
        },
        lock=lock,
        diff=code.diff or b"",
        files=code.snapshot.files,
    )


def _counts(packages: tuple[Package, ...], lock: str) -> dict[str, Any]:
    return {
        "n": len(packages),
        "n_hashed": sum(one.archive is not None for one in packages),
        "lock": hashlib.sha256(lock.encode()).hexdigest(),
    }


@dataclass(frozen=True, slots=True)
class FactsFolder:
    """The facts of a session as they lie in the store.

    Attributes:
        root: The folder, `STUDY/provenance/<12 digits>`.
    """

    root: Path

    @classmethod
    def of(cls, folder: Path, digest: str) -> FactsFolder:
        """Give the facts with a digest, below `folder`."""
        return cls(folder / digest[:_SHORT])

    def read(self) -> Mapping[str, Any]:
        """Give facts.json.

        Raises:
            LedgerError: If it is missing, damaged, or not what its folder is named after.
        """
        path = self.root / "facts.json"
        try:
            data = path.read_bytes()
            content = json.loads(data)
        except (OSError, ValueError) as error:
            raise LedgerError(
                f"the facts of a session cannot be read ({error.__class__.__name__})",
                where=str(path),
                todo="restore the file from where the store was copied from",
            ) from error
        if hashlib.sha256(data).hexdigest()[:_SHORT] != self.root.name:
            raise LedgerError(
                "the facts of a session are not those that were written: their digest differs",
                where=str(path),
                todo="restore the file from where the store was copied from",
            )
        found: Mapping[str, Any] = content
        return found

    def lock(self) -> str:
        """Give the installed packages.

        Raises:
            LedgerError: If they are missing or not those that facts.json names.
        """
        return self._checked("environment.lock", self.read()["packages"]["lock"]).decode()

    def diff(self) -> bytes:
        """Give what differed from the commit; empty where nothing did.

        Raises:
            LedgerError: If it is missing or not what facts.json names.
        """
        digest = self.read()["code"]["diff"]
        return b"" if digest is None else self._checked("git.diff", digest)

    def files(self) -> dict[str, bytes]:
        """Give the files that were in no commit.

        Raises:
            LedgerError: If one is missing or not what facts.json names.
        """
        named: Mapping[str, str] = self.read()["code"]["files"]
        return {path: self._checked(f"files/{path}", digest) for path, digest in named.items()}

    def check(self) -> None:
        """Read everything once.

        Raises:
            LedgerError: If something is missing or was altered.
        """
        self.lock()
        self.diff()
        self.files()

    def _checked(self, name: str, digest: str) -> bytes:
        path = self.root / name
        data = path.read_bytes() if path.is_file() else None
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            state = "missing" if data is None else "not the one that was written"
            raise LedgerError(
                f"a file of a session's facts is {state}",
                where=str(path),
                todo="restore the file from where the store was copied from",
            )
        return data
