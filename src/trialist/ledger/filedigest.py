"""The digest of a file, read in pieces: it may be larger than the memory."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20


def digest_of_file(path: Path) -> str:
    """Give the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return digest_of_open(file)


def digest_of_open(file: BinaryIO) -> str:
    """Give the SHA-256 of all bytes of an open file; it stands at its end afterwards."""
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
