"""What a trained run saved, for its evaluation on the sealed test set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialist.execute.task import Task
from trialist.ledger.checkpoints import SoundCheckpoint, lines_in
from trialist.ledger.filedigest import digest_of_file
from trialist.train import checkpoint as content
from trialist.values.canonical import digest_of
from trialist.values.errors import CheckpointError


def state_of_tested(task: Task) -> Any:
    """Give the state in the checkpoint that a task names; None where the run saved none.

    Nothing goes on from there: neither random states nor steps are put back.

    Raises:
        CheckpointError: If the file is not as it was written, or is another run's.
    """
    if not task.tested or task.again is None:
        return None
    found = _named(task.again, task.tested)
    if digest_of_file(found.path) != found.line.sha256:
        raise CheckpointError(
            f"the checkpoint {found.line.file} is not as it was written",
            where=str(found.path),
            todo="`trialist store check` says what else is damaged",
        )
    with found.path.open("rb") as file:
        saved = content.read(file, name=found.line.file)
    wanted = {"run": task.name, "configuration": digest_of(task.config)}
    if any(saved.identity.get(name) != value for name, value in wanted.items()):
        raise CheckpointError(
            f"this checkpoint is not one of {task.name}",
            where=str(found.path),
            todo="`trialist verify` says what was moved",
        )
    return saved.state


def _named(attempt: Path, file: str) -> SoundCheckpoint:
    for line in lines_in(attempt):
        if line.file == file:
            return SoundCheckpoint(attempt=attempt, line=line)
    raise CheckpointError(
        f"no journal line names the checkpoint {file}",
        where=str(attempt),
        todo="`trialist verify` says what was changed",
    )
