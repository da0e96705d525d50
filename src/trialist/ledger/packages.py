"""Installed packages as a lock: name, version, and where it came from, with its hash if known."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from trialist.ledger.git import repository_of, run_git

_HEADER = re.compile(r"^(Name|Version): *(.+?) *$", flags=re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """An installed package.

    Attributes:
        name: Its name, normalized.
        version: Its version.
        url: Where it came from, where that was no index; without passwords.
        archive: SHA-256 of the archive that was installed; None where the installer kept none.
        record: SHA-256 of the list of its installed files and their hashes.
        source: Folder of an editable installation.
        commit: The commit of that folder, or of the repository that it was installed from.
        dirty: True where that folder differs from its commit.
    """

    name: str
    version: str
    url: str | None = None
    archive: str | None = None
    record: str | None = None
    source: str | None = None
    commit: str | None = None
    dirty: bool = False

    @property
    def line(self) -> str:
        """The package as a line of the lock."""
        notes = [] if self.archive is None else [f"archive sha256:{self.archive}"]
        if self.source is not None:
            state = "changed files" if self.dirty else "clean"
            commit = f"commit {self.commit}, {state}" if self.commit else "no git"
            return f"# {self.name}=={self.version}  editable, {self.source}, {commit}"
        if self.archive is None:
            notes.append("no archive hash")
        if self.record is not None:
            notes.append(f"files sha256:{self.record}")
        place = f"{self.name}=={self.version}" if self.url is None else f"{self.name} @ {self.url}"
        if self.url is not None:
            notes.insert(0, f"version {self.version}")
        return f"{place}  # {', '.join(notes)}"


def installed_packages() -> tuple[Package, ...]:
    """Give what this Python can import that was installed, by name."""
    return _packages(tuple(sys.path))


@cache
def _packages(_path: tuple[str, ...]) -> tuple[Package, ...]:
    found: dict[str, Package] = {}
    for one in distributions():
        package = package_of(one)
        if package is not None:
            found.setdefault(package.name, package)  # the first on the path is what is imported
    return tuple(found[name] for name in sorted(found))


def package_of(distribution: Distribution) -> Package | None:
    """Give what the metadata of an installed package say; None where they are damaged."""
    # The whole of METADATA is a README too; only two of its lines are needed.
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    header = dict(_HEADER.findall(text.partition("\n\n")[0]))
    if not {"Name", "Version"} <= header.keys():
        return None
    record = distribution.read_text("RECORD")
    origin = _origin(distribution)
    return Package(
        name=re.sub(r"[-_.]+", "-", header["Name"]).lower(),
        version=header["Version"],
        record=None if record is None else hashlib.sha256(record.encode()).hexdigest(),
        **_from(origin),
    )


def _origin(distribution: Distribution) -> Mapping[str, Any]:
    try:
        found = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _from(origin: Mapping[str, Any]) -> dict[str, Any]:
    url = str(origin.get("url", ""))
    if origin.get("dir_info", {}).get("editable"):
        folder = Path(unquote(urlsplit(url).path))
        return {"source": str(folder), **_state_of(folder)}
    version_control = origin.get("vcs_info")
    if version_control:
        commit = version_control.get("commit_id")
        kind = version_control.get("vcs", "git")
        return {"url": f"{kind}+{plain_url(url)}@{commit}", "commit": commit}
    archive = origin.get("archive_info", {})
    digest = archive.get("hashes", {}).get("sha256")
    if digest is None and str(archive.get("hash", "")).startswith("sha256="):
        digest = archive["hash"].removeprefix("sha256=")
    return {"url": plain_url(url) or None, "archive": digest}


def _state_of(folder: Path) -> dict[str, Any]:
    top = repository_of(folder) if folder.is_dir() else None
    commit = None if top is None else run_git(folder, "rev-parse", "HEAD")
    if top is None or commit is None:
        return {}
    words = ("status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all", "--", ".")
    changes = run_git(folder, *words)
    return {"commit": commit.decode().strip(), "dirty": changes != b""}


def plain_url(url: str) -> str:
    """Give a URL without the name and password that it may hold.

    Example:
        >>> plain_url("https://me:secret@host.example/a.whl")
        'https://host.example/a.whl'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def lock_text(packages: tuple[Package, ...], *, python: str) -> str:
    """Give the lock: a line per package that `pip install -r` understands."""
    without = [one.name for one in packages if one.archive is None and one.source is None]
    head = (
        f"# Python {python}; {len(packages)} packages, as they were installed.",
        f"# Without a hash of their archive: {len(without)} (an index keeps it, pip does not).",
        "# Editable installations are comments: pip cannot install them from here.",
    )
    return "\n".join([*head, *(one.line for one in packages)]) + "\n"


def versions_in(lock: str) -> dict[str, str]:
    """Give the version of each package in the text of a lock; an editable one with its commit."""
    return dict(_versions(lock))


_EDITABLE = re.compile(r"# (\S+)==(\S+)  editable, (?:.+), (commit .+|no git)")
_PINNED = re.compile(r"(\S+)==(\S+)  # .*")
_PLACED = re.compile(r"(\S+) @ (\S+)  # version (\S+), .*")


def _versions(lock: str) -> Iterator[tuple[str, str]]:
    for line in lock.splitlines():
        if found := _PINNED.fullmatch(line):
            yield found[1], found[2]
        elif found := _PLACED.fullmatch(line):
            yield found[1], f"{found[3]} from {found[2]}"
        elif found := _EDITABLE.fullmatch(line):
            yield found[1], f"{found[2]} editable, {found[3]}"
