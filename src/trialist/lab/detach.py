"""`trialist run --detach`: a coordinator that goes on without the terminal it was started from."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from trialist.ledger.folder import StudyFolder

_PIPE = "TRIALIST_DETACHED"
"""Names the descriptor on which a detached coordinator says that its first run has begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detached:
    """A coordinator that runs in a session of its own.

    Attributes:
        study: The study's name in the store.
        pid: Its process.
        log: What it writes from now on.
        notes: What it wrote before its first run.
    """

    study: str
    pid: int
    log: Path
    notes: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {"study": self.study, "process": self.pid, "log": str(self.log)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedAtOnce:
    """A coordinator that ended before a run began: a mistake, or an answer that was there already.

    Attributes:
        code: Its exit code.
        stdout: What it wrote there.
        stderr: What it wrote there.
    """

    code: int
    stdout: str
    stderr: str


def detach(words: Sequence[str]) -> Detached | EndedAtOnce:
    """Run `trialist` with `words` in a session of its own, and return when its first run has begun.

    Args:
        words: The command line behind `trialist`.
    """
    heard, told = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(  # noqa: S603 — our own command
            [sys.executable, "-m", "trialist", *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            pass_fds=(told,),
            env={**os.environ, _PIPE: str(told)},
        )
        os.close(told)
        with os.fdopen(heard, "rb") as pipe:
            said = _heard(pipe.read, process)
        texts = [_text(file) for file in (out, err)]
    if said:
        data = json.loads(said)
        process.returncode = 0  # it outlives this process, so nobody here waits for it
        return Detached(study=data["study"], pid=process.pid, log=Path(data["log"]), notes=texts[1])
    return EndedAtOnce(code=process.wait(), stdout=texts[0], stderr=texts[1])


def _heard(read: Callable[[], bytes], process: subprocess.Popen[bytes]) -> bytes:
    try:
        said = read()
        if not said:
            process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
    return said


def _text(file: Any) -> str:
    file.seek(0)
    text: bytes = file.read()
    return text.decode(errors="replace")


def announcer() -> Callable[[StudyFolder], None]:
    """Give what tells the starter of this process that the first run has begun, if it waits."""
    pipe = os.environ.pop(_PIPE, None)
    return (lambda _folder: None) if pipe is None else partial(_announce, int(pipe))


def _announce(pipe: int, folder: StudyFolder) -> None:
    log = os.open(folder.coordinator_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        stream.flush()
        os.dup2(log, number)
    os.close(log)
    said = {"study": folder.name, "log": str(folder.coordinator_log)}
    os.write(pipe, json.dumps(said).encode())
    os.close(pipe)
