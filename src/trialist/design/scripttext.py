"""The files that a command names, as text: a script may read its configuration and seed itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from trialist.values.command import Command
from trialist.values.placeholders import names_in

MOST_BYTES = 1 << 20
"""A larger file that a command names is data, not code."""

_IMPORT = re.compile(r"^\s*(?:from|import)\s+\.*([\w.]+)", flags=re.MULTILINE)


def script_file(command: Command, folder: Path) -> Path | None:
    """Give where the Python script of a command has to be; None for another program.

    Of `python -m package.module` it is the module's file, if that lies in `folder`: it may be
    installed instead.
    """
    script = command.python_script
    if script is None or names_in(script.name):
        return None
    if not script.module:
        return folder / script.name
    base = folder.joinpath(*script.name.split("."))
    for candidate in (base.with_suffix(".py"), base / "__main__.py"):
        if candidate.is_file():
            return candidate
    return None


def missing_script(command: Command, folder: Path) -> tuple[str, ...] | None:
    """Give the Python files beside a script that is not there; None where it is, or is none."""
    file = script_file(command, folder)
    if file is None or file.is_file():
        return None
    return tuple(sorted(one.relative_to(folder).as_posix() for one in file.parent.glob("*.py")))


def named_files(command: Command, folder: Path) -> tuple[Path, ...]:
    """Give the files of at most `MOST_BYTES` that the words of a command name, the script first."""
    script = script_file(command, folder)
    found = [] if script is None else [script]
    for word in command.words:
        parts = (word, word.partition("=")[2])  # as in --config=base.yaml
        found += [folder / part for part in parts if part and not names_in(part)]
    return tuple(dict.fromkeys(path for path in found if _is_small_file(path)))


def folder_of(program: str | None, folder: Path, here: Path | None) -> Path:
    """Give the folder that a program is named from: `folder`, or `here` where it is only there."""
    if program is None or here is None or (folder / program).exists():
        return folder
    return here if (here / program).exists() else folder


def script_text(command: Command, folder: Path) -> str:
    """Give the text of the files that a command names, and of what they import beside them."""
    waiting = list(named_files(command, folder))
    seen: dict[Path, str] = {}
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen[path] = _text(path)
            if path.suffix == ".py":
                waiting += _imported(path, seen[path])
    return "\n".join(seen.values())


def _imported(path: Path, text: str) -> Iterator[Path]:
    for name in _IMPORT.findall(text):
        base = path.parent.joinpath(*name.split("."))
        for candidate in (base.with_suffix(".py"), base / "__init__.py"):
            if _is_small_file(candidate):
                yield candidate


def _is_small_file(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size <= MOST_BYTES
    except (OSError, ValueError):  # a word that is no path, such as one of 300 letters
        return False


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
