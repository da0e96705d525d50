"""The trials that are killed, the same for every tool, and the witness of what they did."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

STEPS = 6
"""A short trial is so many pauses long."""
LONG_STEPS, LONG_EVERY = 1_500, 50
"""A long trial's steps, and how often it saves where it is."""
PAUSE_S = 0.01


def note(place: Path, **fields: object) -> None:
    """Append a line to the witness, which no tool knows."""
    line = json.dumps({**fields, "t": time.time(), "pid": os.getpid()}) + "\n"
    file = os.open(place / "witness.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode())
    os.close(file)


def noted(place: Path) -> list[dict[str, object]]:
    """Give all whole lines of the witness."""
    path = place / "witness.jsonl"
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def short(key: int, place: Path) -> float:
    """Take about 60 ms and tell the witness at the very end."""
    for _ in range(STEPS):
        time.sleep(PAUSE_S)
    note(place, key=key)
    return float(key)
