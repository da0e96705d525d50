"""Hashes of archives, as the package index that pip is set up for gives them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexHashes:
    """What the index said.

    Attributes:
        found: SHA-256 of the archive that pip would install here, by `name==version`.
        problem: Why there are none; None where it was asked.
    """

    found: dict[str, str] = field(default_factory=dict)
    problem: str | None = None


def index_hashes(pins: tuple[str, ...]) -> IndexHashes:
    """Ask for the hashes of archives; nothing is installed.

    Args:
        pins: Requirements of the form `name==version`.
    """
    with tempfile.TemporaryDirectory() as aside:
        wanted, said = Path(aside) / "wanted.txt", Path(aside) / "report.json"
        wanted.write_text("\n".join(pins) + "\n", encoding="utf-8")
        words = ("install", "--dry-run", "--ignore-installed", "--no-deps", "--quiet")
        places = ("--report", str(said), "--requirement", str(wanted))
        try:
            done = subprocess.run(  # noqa: S603 — fixed words, no shell
                [sys.executable, "-m", "pip", *words, *places],
                capture_output=True,
                text=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return IndexHashes(problem=f"pip did not answer ({type(error).__name__})")
        if done.returncode != 0 or not said.is_file():
            lines = done.stderr.strip().splitlines()
            return IndexHashes(problem=f"pip said: {lines[-1] if lines else 'nothing'}")
        return IndexHashes(found=_hashes(json.loads(said.read_text(encoding="utf-8"))))


def _hashes(report: dict[str, Any]) -> dict[str, str]:
    found = {}
    for one in report["install"]:
        what = one["metadata"]
        digest = one["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
        if digest is not None:
            name = re.sub(r"[-_.]+", "-", what["name"]).lower()
            found[f"{name}=={what['version']}"] = digest
    return found
