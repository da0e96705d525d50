"""One question to a task, in a process of its own: `python -m trialist.execute.taskprobe`.

What is tried out there may take all memory or end badly; it belongs to no study.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trialist.execute.footprint import end_tree, footprint_of
from trialist.execute.load import TrialSource, load_function
from trialist.execute.threads import thread_variables
from trialist.ledger.output import last_lines, quoted
from trialist.train.deterministic import deterministic
from trialist.values.determinism import Determinism
from trialist.values.errors import ConfigError, TrialError, TrialistError
from trialist.values.seeds import SeedSet


class NoTaskError(ConfigError):
    """The trial is no `trialist.train.Task`."""


_LOOKED_AT_EVERY_S = 0.1
_KILLED = -9
"""How a process ends that the system ends for want of memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked.

    Attributes:
        source: Where the task comes from.
        name: What is asked, one of `train.questions.QUESTIONS`.
        config: A variant's configuration.
        seeds: The random sources of each run that is asked for, one or more.
        settings: What the question needs besides.
        threads: CPU threads.
        determinism: How torch is set up.
        limit: The most bytes that the process and those it starts may take; None: any.
    """

    source: TrialSource
    name: str
    config: Mapping[str, Any]
    seeds: tuple[SeedSet, ...]
    settings: Mapping[str, Any]
    threads: int
    determinism: Determinism = Determinism.AUTO
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Attributes:
        told: The answer; empty where memory was short.
        is_out_of_memory: True where it was.
    """

    told: Mapping[str, Any]
    is_out_of_memory: bool = False


def ask(question: Question) -> Answer:
    """Ask in a new process, and end it where it takes more memory than it may.

    Raises:
        NoTaskError: If the trial is no task.
        ConfigError: If the task says something impossible.
        TrialError: If the task ended with an error of its own.
    """
    with tempfile.TemporaryDirectory(prefix="trialist-ask-") as name:
        folder = Path(name)
        code, was_ended = _run(question, folder)
        return _read(question, folder, code=code, was_ended=was_ended)


def _run(question: Question, folder: Path) -> tuple[int, bool]:
    asked = {
        "trial": question.source.to_dict(),
        "question": question.name,
        "config": question.config,
        "seeds": [asdict(one) for one in question.seeds],
        "settings": question.settings,
        "threads": question.threads,
        "determinism": question.determinism.value,
    }
    (folder / "question.json").write_text(json.dumps(asked), encoding="utf-8")
    with (folder / "stderr.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "trialist.execute.taskprobe", str(folder.resolve())],
            cwd=question.source.folder,
            env={**os.environ, **thread_variables(question.threads)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            was_ended = _watched(process, question.limit)
        except BaseException:
            end_tree(process.pid)
            process.wait()
            raise
    return process.wait(), was_ended


def _watched(process: subprocess.Popen[bytes], limit: int | None) -> bool:
    """Wait until the process has ended; tell whether it had to be ended."""
    footprint = None if limit is None else footprint_of(process.pid)
    if footprint is None or limit is None:
        process.wait()
        return False
    while True:
        try:
            process.wait(timeout=_LOOKED_AT_EVERY_S)
        except subprocess.TimeoutExpired:
            if footprint.whole() > limit:
                end_tree(process.pid)
                process.wait()
                return True
        else:
            return False


def _read(question: Question, folder: Path, *, code: int, was_ended: bool) -> Answer:
    path = folder / "answer.json"
    told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if was_ended or told.get("is_out_of_memory") or (not told and code == _KILLED):
        return Answer(told={}, is_out_of_memory=True)
    start = str(question.source.start)
    if "mistakes" in told:
        message, where, todo = told["mistakes"][0]
        kind = NoTaskError if told["is_no_task"] else ConfigError
        raise kind(message, where=where or start, todo=todo)
    if "answer" not in told:
        raise TrialError(
            f"{question.source.text} ended with code {code}",
            where=start,
            todo="mend the task: `trialist doctor` starts one run of it"
            + quoted(last_lines(folder / "stderr.log")),
        )
    return Answer(told=told["answer"])


def main() -> None:
    """Answer the question in the folder that is named; exit with 1 where the task failed."""
    folder = Path(sys.argv[1])
    asked = json.loads((folder / "question.json").read_text(encoding="utf-8"))
    told = _told(asked)
    text = json.dumps(told)
    part = folder / "answer.part"
    part.write_text(text, encoding="utf-8")
    part.replace(folder / "answer.json")


def _told(asked: Mapping[str, Any]) -> dict[str, Any]:
    try:
        source = TrialSource.from_dict(asked["trial"])
        task = _task(load_function(source), source)
        return {"answer": _answer(task, asked)}
    except TrialistError as error:
        mistakes = [[one.message, one.where, one.todo] for one in error.mistakes]
        return {"mistakes": mistakes, "is_no_task": isinstance(error, NoTaskError)}
    except Exception as error:  # noqa: BLE001 — a border: the user's task may raise anything
        from trialist.train.questions import is_out_of_memory

        if is_out_of_memory(error):
            return {"is_out_of_memory": True}
        traceback.print_exc()
        sys.exit(1)


def _answer(task: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    from trialist.train.questions import Asked, answered

    kind, threads = Determinism(asked["determinism"]), asked["threads"]
    with deterministic(kind, threads=threads, told=lambda _message: None):
        return answered(
            asked["question"],
            Asked(
                task=task,
                config=asked["config"],
                seeds=[SeedSet(**one) for one in asked["seeds"]],
                settings=asked["settings"],
            ),
        )


def _task(found: Any, source: TrialSource) -> Any:
    from trialist.train.task import Task

    if not isinstance(found, Task):
        kind = "a function" if hasattr(found, "__name__") else f"a {type(found).__name__}"
        raise NoTaskError(
            f"{source.text} is {kind}: nobody but itself knows its training steps",
            where=str(source.start),
            todo="make it a trialist.train.Task (docs/how-to/train.md), or call "
            "trialist.train.lr_range and its like in a script of your own",
        )
    return found


if __name__ == "__main__":
    main()
