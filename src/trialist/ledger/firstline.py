"""The first line of a journal or a log as it stands there: a glance, which checks nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def first_line(path: Path) -> Mapping[str, Any]:
    """Give the fields of a file's first line; empty where there is no file, or it says nothing.

    Whether the line is sound is for whoever checks the whole file to say.
    """
    try:
        with path.open("rb") as file:
            found = json.loads(file.readline())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def begun_at(journal: Path) -> float | None:
    """Give when an attempt began, in seconds since the epoch; None where its journal is silent."""
    when = first_line(journal).get("t")
    return float(when) if isinstance(when, int | float) else None
