"""Where an attempt's numbers come from: provenance.json, and what the start line says of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from trialist.execute.handle import Handle
from trialist.execute.task import Task
from trialist.ledger.attemptfacts import write_attempt_facts
from trialist.ledger.variables import with_secrets_hidden, without_secrets

DESCRIBE = "script"
"""The attribute of a trial function that runs a script: `function.script(config, run)` gives the
exact `argv`, `cwd` and `env` that it will use, as plain data."""


def origin_of(
    task: Task, function: Callable[..., Any], handle: Handle, *, threads: int
) -> dict[str, str]:
    """Write provenance.json into the attempt's folder; give the fields of the start line for it.

    Nothing is written where the coordinator collected no facts.
    """
    if task.provenance is None:
        return {}
    own = {
        "run": task.name,
        "attempt": task.number,
        "plan": task.plan_hash,
        "config": task.config,
        "seeds": task.to_dict()["seeds"],
        "threads": threads,
        "determinism": task.determinism.value,
        "devices": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "executable": sys.executable,
        **({} if task.together is None else {"together": asdict(task.together)}),
        **_script(function, handle),
    }
    digest = write_attempt_facts(task.directory, task.provenance, own)
    return {"facts": str(task.provenance["facts"]), "provenance": digest}


def _script(function: Callable[..., Any], handle: Handle) -> dict[str, Any]:
    describe = getattr(function, DESCRIBE, None)
    if not callable(describe):
        return {}
    try:
        said = dict(describe(handle.config, handle))
    except Exception as error:  # noqa: BLE001 — the run itself will meet it, and say it better
        return {"script": {"unknown": f"{type(error).__name__}: {error}"}}
    words = without_secrets(map(str, said.get("argv", ())))
    return {"script": {**said, "argv": words, "env": with_secrets_hidden(said.get("env") or {})}}
