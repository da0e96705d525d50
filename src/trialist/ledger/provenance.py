"""What a registration says of versions, machine and git state. Asked once per process."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from trialist.ledger.git import run_git

_PACKAGES = ("trialist", "torch", "numpy", "scipy", "scikit-learn")


@cache
def environment() -> Mapping[str, str]:
    """Give versions and machine; packages that are not installed are left out."""
    found = {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cores": str(os.cpu_count()),
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


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
