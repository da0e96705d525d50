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
        for module in _imported(path, seen[path]):
            found = list(_files_of(module, roots=roots))
            waiting.extend(found)
            if not found:
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


def _imported(path: Path, source: bytes) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return  # the import itself will say it better
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, path)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    package = path.parent
    names: list[str] = []
    while (package / "__init__.py").exists():
        names.insert(0, package.name)
        package = package.parent
    kept = names[: len(names) - (node.level - 1)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _files_of(module: str, *, roots: Iterable[Path]) -> Iterator[Path]:
    if not module:
        return
    parts = module.split(".")
    for root in roots:
        for depth in range(1, len(parts) + 1):
            base = root.joinpath(*parts[:depth])
            for candidate in (base.with_suffix(".py"), base / "__init__.py"):
                if candidate.is_file():
                    yield candidate.resolve()


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder.resolve())).as_posix()
