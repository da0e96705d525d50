"""Asking the user's git: fixed words, a timeout, no locks taken, nothing changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

TIMEOUT_S = 10.0

_PLACES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
"""Variables that a hook sets and that would point git at another repository."""


def run_git(
    folder: Path,
    *words: str,
    timeout: float = TIMEOUT_S,
    given: bytes | None = None,
    variables: Mapping[str, str] | None = None,
) -> bytes | None:
    """Give what `git WORDS` writes in `folder`.

    Args:
        folder: Where it is asked.
        words: The command, without `git`.
        timeout: Seconds after which it is not waited for.
        given: What it reads from its standard input.
        variables: Variables that are set for it.

    Returns:
        Its output; None where there is no git, no repository, or it did not answer.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _PLACES}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 — fixed words, no shell
            ["git", "-c", "core.fsmonitor=false", *words],  # noqa: S607 — the user's own git
            cwd=folder,
            env={**environment, **(variables or {})},
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def repository_of(folder: Path) -> Path | None:
    """Give the top folder of the repository around `folder`; None outside of one.

    Folders are looked at first: most calls outside of a repository need no process.
    """
    if not any((one / ".git").exists() for one in (folder.resolve(), *folder.resolve().parents)):
        return None
    found = run_git(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(found.removesuffix(b"\n"))) if found else None
