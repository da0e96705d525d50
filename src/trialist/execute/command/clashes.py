"""Files that two runs write at the same time: each may then read what the other has written."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from trialist.ledger.atomic import write_atomic

WRITTEN = "written.json"
"""In the attempt's folder: what was written in the study's folder while it went on."""

OWN_OUTPUT = "TRIALIST_OUTPUT"
"""Names for the workers the files that the study itself prints to: `trialist run ... > log.txt`."""

_MOST_FILES = 2_000
_MOST_NAMED = 5
_DEPTH = 3
_PASSED_OVER = {"__pycache__", "node_modules", "wandb"}


class Clashes:
    """What is written in the study's folder while a run goes on, compared with other runs.

    It looks at the times of at most 2,000 files, three folders deep, once at the end of a run; the
    store, hidden folders and the file that the study prints to are passed over. A file that was
    written while two runs went on was written by one of them or by both: that is why it says so,
    and no more.

    Args:
        folder: The study file's folder, where the script runs.
        run_dir: The attempt's own folder, `STORE/STUDY/trials/VARIANT/seed-N/attempt-K`.
    """

    def __init__(self, folder: Path, run_dir: Path) -> None:
        self._folder = folder
        self._run_dir = run_dir
        self._began = time.time()
        self._own = os.environ.get(OWN_OUTPUT, "").split(",")

    def report(self, tell: Callable[[str], None]) -> None:
        """Tell which files another run that went on at the same time has seen written too."""
        written = sorted(self._written())
        if not written:
            return
        window = {"began": self._began, "ended": time.time(), "files": written}
        write_atomic(self._run_dir / WRITTEN, json.dumps(window) + "\n")
        # Written before the others are read: of two runs that end together, one sees the other.
        both: dict[str, None] = {}
        for ended, files in self._others():
            if ended >= self._began:
                both |= dict.fromkeys(name for name in files if name in written)
        if both:
            named = ", ".join(list(both)[:_MOST_NAMED])
            more = f" and {len(both) - _MOST_NAMED} more" if len(both) > _MOST_NAMED else ""
            tell(
                f"runs at the same time may have written the same files: {named}{more}; give each "
                "run its own with {run_dir}, or say cwd: run"
            )

    def _written(self) -> Iterator[str]:
        seen = 0
        for where, folders, files in os.walk(self._folder):
            here = Path(where)
            depth = len(here.relative_to(self._folder).parts)
            folders[:] = [name for name in folders if self._is_searched(here / name, depth)]
            for name in files:
                seen += 1
                if seen > _MOST_FILES:
                    return
                if self._is_written(here / name):
                    yield (here / name).relative_to(self._folder).as_posix()

    def _is_written(self, file: Path) -> bool:
        try:
            found = file.lstat()
        except OSError:
            return False
        return found.st_mtime >= self._began and _identity(found) not in self._own

    def _is_searched(self, folder: Path, depth: int) -> bool:
        is_store = self._run_dir.is_relative_to(folder)
        hidden = folder.name.startswith(".") or folder.name in _PASSED_OVER
        return depth + 1 < _DEPTH and not is_store and not hidden

    def _others(self) -> Iterator[tuple[float, list[str]]]:
        """Give when each other run ended, and what it has seen written."""
        for file in self._run_dir.parents[2].glob(f"*/seed-*/attempt-*/{WRITTEN}"):
            if file.parent != self._run_dir:
                said = json.loads(file.read_text(encoding="utf-8"))
                yield said["ended"], said["files"]


def own_output(descriptors: Sequence[int] = (1, 2)) -> str:
    """Give the files that this process prints to, as `OWN_OUTPUT` names them."""
    found = []
    for descriptor in descriptors:
        with suppress(OSError):  # it is closed
            found.append(_identity(os.fstat(descriptor)))
    return ",".join(found)


def _identity(found: os.stat_result) -> str:
    return f"{found.st_dev}:{found.st_ino}"
