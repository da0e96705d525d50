"""Which files of the user's code a command consists of, and their digests; nothing is run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from trialist.design.scripttext import named_files, script_file
from trialist.ledger.code import ProjectCode, project_code
from trialist.ledger.filedigest import digest_of_file
from trialist.values.command import Command
from trialist.values.errors import TrialLoadError
from trialist.values.plan import CodeFile

_IN_SHELL = re.compile(r"[\w./-]+\.(?:py|sh)\b")


def command_code(command: Command, folder: Path) -> ProjectCode:
    """Give the files behind a command.

    They are the Python scripts that it names with all that they import from the project, other
    files of at most 1 MB that it names (a program, a shell script, a configuration), and the
    scripts that a shell script names.

    Args:
        command: The command.
        folder: The study's folder; paths are given from here.

    Raises:
        TrialLoadError: If the Python script is not there.
    """
    script = script_file(command, folder)
    if script is not None and not script.is_file():
        raise TrialLoadError(
            f"there is no file for the command {command.template!r}",
            where=str(script),
            todo="name the script from the study file's folder",
        )
    files: dict[str, CodeFile] = {}
    imports: set[str] = set()
    for path in _with_scripts_of_shells(named_files(command, folder), folder):
        if path.suffix == ".py":
            code = project_code(path, folder=folder)
            imports |= code.imports
            files |= {file.path: file for file in code.files}
        else:
            name = Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
            files[name] = CodeFile(path=name, digest=digest_of_file(path))
    return ProjectCode(
        files=tuple(files[name] for name in sorted(files)), imports=frozenset(imports)
    )


def _with_scripts_of_shells(named: tuple[Path, ...], folder: Path) -> Iterator[Path]:
    yield from named
    for path in named:
        if path.suffix == ".sh":
            words = _IN_SHELL.findall(path.read_text(encoding="utf-8", errors="replace"))
            yield from (folder / word for word in dict.fromkeys(words) if (folder / word).is_file())
