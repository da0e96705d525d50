"""What a registration says of versions, machine and git state. Asked once per process."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from trialist.ledger.git import run_git
from trialist.ledger.machine import LIBRARIES, versions_of


@cache
def environment() -> Mapping[str, str]:
    """Give versions and machine; packages that are not installed are left out."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": str(os.cpu_count()),
        **versions_of(LIBRARIES),
    }


def git_state(folder: Path) -> Mapping[str, str]:
    """Give commit and cleanness of the repository around `folder`; empty outside of one."""
    commit = run_git(folder, "rev-parse", "HEAD")
    if commit is None:
        return {}
    changes = run_git(folder, "status", "--porcelain", "--untracked-files=no")
    return {
        "git commit": commit.decode().strip(),
        "git state": "clean" if changes == b"" else "changed files",
    }
