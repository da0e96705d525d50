"""Writing a whole file so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file to fill: it is synced and gets its name when the block ends without an error."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.filename is None:
            error.filename = str(path)  # a full disk does not say of which file it tells
        raise
    sync_folder(path.parent)


def write_atomic(path: Path, text: str) -> None:
    """Write `text` to a temporary name beside `path`, sync it, and rename it to `path`."""
    # A lone surrogate (a file name that is no text) becomes its escape, as in canonical JSON.
    with atomic_file(path) as file:
        file.write(text.encode("utf-8", errors="backslashreplace"))


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
