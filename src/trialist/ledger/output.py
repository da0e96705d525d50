"""The end of what a run wrote to its standard error."""

from __future__ import annotations

import os
from pathlib import Path

KEPT_LINES = 20
_MOST_BYTES = 16_384
_LONGEST = 400


def stderr_tail(attempt: Path, *, lines: int = KEPT_LINES) -> tuple[str, ...]:
    """Give the last lines of an attempt's stderr.log that say something; nothing without one.

    A progress bar writes its states over each other: the last of them counts. The marks that a
    traceback puts below a line say nothing.
    """
    try:
        with (attempt / "stderr.log").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    shown = (line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n"))
    return tuple(line[-_LONGEST:] for line in shown if line.strip(" ^~"))[-lines:]
