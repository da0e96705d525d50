"""Files by their digest: the same content lies in the store once, whoever put it there."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from trialist.ledger.artifactlog import StoredFile
from trialist.ledger.atomic import sync_folder
from trialist.ledger.filedigest import digest_of_file
from trialist.values.errors import ArtifactError

_CHUNK = 1 << 20
_ABANDONED_S = 3600.0


class Objects:
    """A folder of files that are named by their SHA-256."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._touched: set[Path] = set()

    def path(self, digest: str) -> Path:
        """Give where the file with this digest lies, or would lie."""
        return self._root / digest[:2] / digest

    def add(self, source: Path) -> StoredFile:
        """Copy a file into the store, unless its content is there; `sync` comes after the last one.

        The digest is that of the bytes that were copied, whatever happens to the source meanwhile.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        temporary = self._root / f".{os.getpid()}-{secrets.token_hex(4)}.tmp"
        try:
            stored = _copied(source, temporary)
            self._keep(temporary, stored)
        finally:
            temporary.unlink(missing_ok=True)
        return stored

    def _keep(self, temporary: Path, stored: StoredFile) -> None:
        place = self.path(stored.sha256)
        if place.exists() and self.fault(stored) is None:
            return
        place.parent.mkdir(exist_ok=True)
        temporary.chmod(0o444)  # nobody should write to it by mistake
        temporary.replace(place)
        self._touched |= {place.parent, self._root}

    def sync(self) -> None:
        """Make the names of what was added survive a power loss."""
        for folder in self._touched:
            sync_folder(folder)
        self._touched = set()

    def check(self, name: str, stored: StoredFile) -> None:
        """See that a file is there and is what it was.

        Raises:
            ArtifactError: With both digests, where it was altered.
        """
        fault = self.fault(stored)
        if fault is not None:
            raise ArtifactError(
                f"{name}: {fault}",
                where=str(self.path(stored.sha256)),
                todo="put the same file into the store again, or restore it from a copy",
            )

    def fault(self, stored: StoredFile) -> str | None:
        """Give what is wrong with a stored file; None where it is sound."""
        try:
            found = digest_of_file(self.path(stored.sha256))
        except FileNotFoundError:
            return f"its file with digest {stored.sha256[:12]} is missing"
        if found != stored.sha256:
            return f"its file was altered: the digest is {found[:12]}, and was {stored.sha256[:12]}"
        return None

    def _remove_leftovers(self) -> None:
        # Of who was killed; a copy that goes on is written to all the time.
        for path in self._root.glob(".*.tmp"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > _ABANDONED_S:
                    path.unlink()


def _copied(source: Path, target: Path) -> StoredFile:
    digest = hashlib.sha256()
    size = 0
    with source.open("rb") as file, target.open("xb") as copy:
        while chunk := file.read(_CHUNK):
            copy.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return StoredFile(sha256=digest.hexdigest(), bytes=size)
