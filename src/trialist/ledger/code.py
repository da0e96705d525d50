"""Which files of the user's code a trial consists of, and their digests; imports nothing."""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trialist.values.plan import CodeFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCode:
    """The user's code behind a trial.

    Attributes:
        files: The trial's file and what it imports from the project, with digests.
        imports: Top-level names of everything that these files import from elsewhere.
    """

    files: tuple[CodeFile, ...]
    imports: frozenset[str]


def project_code(start: Path, *, folder: Path) -> ProjectCode:
    """Follow the imports of `start` through the project.

    Args:
        start: The file with the trial function.
        folder: The study's folder; paths are given from here.

    The project is what lies beside `start`, in `folder`, or in a package of theirs; installed
    packages are not part of it. Imports inside functions count, imports by computed name do not.
    """
    roots = _roots(start.resolve(), folder.resolve())
    waiting = [start.resolve()]
    seen: dict[Path, bytes] = {}
    outside: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen[path] = path.read_bytes()
        waiting.extend(_package_files(path))
        for module, near in _imported(path, seen[path]):
            found = list(_files_of(module, roots=roots if near is None else (near,)))
            waiting.extend(found)
            if not found and near is None:
                outside.add(module.partition(".")[0])
    files = tuple(
        CodeFile(path=_relative(path, folder), digest=hashlib.sha256(data).hexdigest())
        for path, data in sorted(seen.items())
    )
    return ProjectCode(files=files, imports=frozenset(outside))


def _roots(start: Path, folder: Path) -> tuple[Path, ...]:
    top = start.parent
    while (top / "__init__.py").exists():
        top = top.parent
    return tuple(dict.fromkeys((start.parent, top, folder)))


def _package_files(path: Path) -> Iterator[Path]:
    """Give what Python runs before it imports `path`: the `__init__` of each package above."""
    folder = path.parent
    while (folder / "__init__.py").exists():
        yield (folder / "__init__.py").resolve()
        folder = folder.parent


def _imported(path: Path, source: bytes) -> Iterator[tuple[str, Path | None]]:
    """Give the modules that `source` imports; relative ones with the folder they start from."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return  # the import itself will say it better
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            near = _near(path, node.level)
            inside = f"{node.module}." if node.module else ""
            yield from ((f"{inside}{alias.name}", near) for alias in node.names)


def _near(path: Path, level: int) -> Path | None:
    """Give the folder that a relative import with `level` dots starts from."""
    return path.parents[min(level, len(path.parents)) - 1] if level else None


def _files_of(module: str, *, roots: Iterable[Path]) -> Iterator[Path]:
    parts = module.split(".")
    for root in roots:
        for depth in range(1, len(parts) + 1):
            base = root.joinpath(*parts[:depth])
            for candidate in (base.with_suffix(".py"), base / "__init__.py"):
                if candidate.is_file():
                    yield candidate.resolve()


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder.resolve())).as_posix()
