"""One start of a trial under a trace, in a process of its own: `python -m trialist.execute.probe`.

The start ends at the first row that it logs after a training step. It belongs to no study.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.diagnose.code.determinism import has_backward, traced
from trialist.execute.attempt import run_attempt
from trialist.execute.load import TrialSource, load_function
from trialist.execute.task import Task
from trialist.execute.threads import thread_variables
from trialist.ledger.attempts import Attempt
from trialist.ledger.journal import read_journal
from trialist.ledger.output import last_lines, quoted
from trialist.ledger.rows import FirstRows, rows_with_end
from trialist.values.errors import TrialLoadError
from trialist.values.events import EventKind
from trialist.values.rows import MetricRow

_MOST_ROWS = 2
"""A trial that computes no gradient is not followed to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one start has shown.

    Attributes:
        attempt: How it ended: `stopped` where its first row ended it.
        operations: How often each operation was dispatched.
        rows: What it logged.
        findings: What it was told while it ran.
        documentation: What this torch says of its operations.
        torch: The version of torch; empty where the trial uses none.
        on_cuda: True where tensors lay on a GPU.
    """

    attempt: Attempt
    operations: Mapping[str, int]
    rows: tuple[MetricRow, ...]
    findings: tuple[str, ...]
    documentation: str
    torch: str
    on_cuda: bool


def probe(source: TrialSource, task: Task, *, threads: int) -> Probe:
    """Start a trial once in a new process and give what it did up to its first row.

    Args:
        source: Where the trial function comes from.
        task: What to start; its folder must exist.
        threads: CPU threads.

    Raises:
        TrialLoadError: If the function cannot be loaded, or its process ended.
    """
    asked = {
        "trial": source.to_dict(),
        "task": task.to_dict(),
        "threads": threads,
    }
    with (task.directory / "stderr.log").open("wb") as log:
        ended = subprocess.run(
            [sys.executable, "-m", "trialist.execute.probe", str(task.directory / "probe.json")],
            input=json.dumps(asked).encode(),
            cwd=source.folder,
            env={**os.environ, **thread_variables(threads)},
            stdout=log,
            stderr=log,
            check=False,
        )
    return _read(task, source, code=ended.returncode)


def _read(task: Task, source: TrialSource, *, code: int) -> Probe:
    path = task.directory / "probe.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if "error" in told:
        message, where, todo = told["error"]
        raise TrialLoadError(message, where=where, todo=todo)
    if "ended" not in told:
        raise TrialLoadError(
            f"the process of {source.text} ended with code {code}",
            where=str(source.start),
            todo="the trial must not end its process"
            + quoted(last_lines(task.directory / "stderr.log")),
        )
    journal = task.directory / "journal.jsonl"
    events = read_journal(journal).events
    return Probe(
        attempt=Attempt.from_dict(told["ended"]),
        operations=told["operations"],
        rows=tuple(rows_with_end(journal)),
        findings=tuple(one["message"] for one in events if one["k"] == EventKind.FINDING),
        documentation=told["documentation"],
        torch=told["torch"],
        on_cuda=told["on_cuda"],
    )


def main() -> None:
    """Make one start, as asked on stdin, and write what it showed into the file that is named."""
    asked = json.load(sys.stdin)
    told = _made(asked)
    Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")


def _made(asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        function = load_function(TrialSource.from_dict(asked["trial"]))
    except TrialLoadError as error:
        mistake = error.mistakes[0]
        return {"error": [mistake.message, mistake.where, mistake.todo]}
    operations: Counter[str] = Counter()
    task = Task.from_dict(asked["task"])
    first = FirstRows(task.directory / "journal.jsonl")

    def stop() -> bool:
        first.read()
        rows = len(first.rows)
        return rows >= _MOST_ROWS or (rows > 0 and has_backward(operations))

    attempt = run_attempt(task, _traced(function, operations), stop=stop, threads=asked["threads"])
    return {"ended": attempt.to_dict(), "operations": operations, **_torch_facts()}


def _traced(function: Callable[..., Any], operations: Counter[str]) -> Callable[..., Any]:
    def trial(config: Any, run: Any) -> Any:
        if "torch" not in sys.modules:
            return function(config, run)
        with traced(operations):
            return function(config, run)

    return trial


def _torch_facts() -> dict[str, Any]:
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return {"documentation": "", "torch": "", "on_cuda": False}
    return {
        "documentation": torch.use_deterministic_algorithms.__doc__ or "",
        "torch": str(torch.__version__),
        "on_cuda": bool(torch.cuda.is_initialized()),
    }


if __name__ == "__main__":
    main()
