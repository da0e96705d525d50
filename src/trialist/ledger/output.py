"""The end of what a run, or another process, wrote."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

KEPT_LINES = 20
QUOTED_LINES = 8
_MOST_BYTES = 16_384
_LONGEST = 400


def stderr_tail(attempt: Path, *, lines: int = KEPT_LINES) -> tuple[str, ...]:
    """Give the last lines of an attempt's stderr.log that say something; nothing without one."""
    return last_lines(attempt / "stderr.log", lines=lines)


def last_lines(path: Path, *, lines: int = QUOTED_LINES) -> tuple[str, ...]:
    """Give the last lines of a file that say something; nothing where there is none.

    A progress bar writes its states over each other: the last of them counts. The marks that a
    traceback puts below a line say nothing.
    """
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _MOST_BYTES))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ()
    shown = (line.rstrip("\r").rpartition("\r")[2].rstrip() for line in text.split("\n"))
    return tuple(line[-_LONGEST:] for line in shown if line.strip(" ^~"))[-lines:]


def quoted(lines: Sequence[str]) -> str:
    """Give lines as they stand below the message of an error."""
    return "".join(f"\n         | {line}" for line in lines)
