"""What a version of an artifact consists of: files by path, and one digest of them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.ledger.artifactlog import StoredFile
from trialist.values.canonical import digest_of
from trialist.values.errors import ArtifactError


def files_in(path: Path) -> dict[str, Path]:
    """Give the files of a folder by their path in it; a single file by its own name.

    Raises:
        ArtifactError: If there is none, or something that is no file.
    """
    if path.is_file():
        return {path.name: path}
    found = {}
    for place in sorted(path.rglob("*")):
        if place.is_file():
            found[place.relative_to(path).as_posix()] = place
        elif place.is_symlink() or not place.is_dir():
            raise ArtifactError(
                "this is no file, and a version holds files only",
                where=str(place),
                todo="remove it, or put a file in its place",
            )
    if not found:
        raise ArtifactError("this folder holds no file", where=str(path), todo="write it first")
    return found


def digest_of_files(files: Mapping[str, StoredFile], *, is_folder: bool) -> str:
    """Give the digest of a version: of its only file, or of the list of its files."""
    if not is_folder:
        return next(iter(files.values())).sha256
    return digest_of({path: one.sha256 for path, one in files.items()}).removeprefix("sha256:")


def described(files: Mapping[str, StoredFile], digest: str, *, is_folder: bool) -> dict[str, Any]:
    """Give a version's content as plain data."""
    listed = {path: [one.sha256, one.bytes] for path, one in files.items()}
    return {"sha256": digest, "folder": is_folder, "files": listed}
