"""Where the numbers of a script's own run come from: its code, packages, machine, command."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trialist.execute.task import Task
from trialist.ledger.attemptfacts import write_attempt_facts
from trialist.ledger.code import project_code
from trialist.ledger.facts import Facts, collect_facts
from trialist.ledger.variables import without_secrets


def facts_of_script(store: Path) -> Facts:
    """Collect what the numbers of this script may depend on.

    Args:
        store: The folder of all studies, which is no code.
    """
    script = _own_script()
    if script is None:
        return collect_facts(Path.cwd(), apart=(store,))
    folder = script.parent
    own = [folder / file.path for file in project_code(script, folder=folder).files]
    return collect_facts(folder, own=tuple(own), apart=(store,))


def _own_script() -> Path | None:
    """Give the user's script; None in a notebook, a shell, or an installed program."""
    script = Path(sys.argv[0] if sys.argv else "").resolve()
    is_installed = bool({"site-packages", "dist-packages"} & set(script.parts))
    return script if script.suffix == ".py" and script.is_file() and not is_installed else None


def write_facts(task: Task, facts: str, seed: int | None) -> Mapping[str, Any]:
    """Write provenance.json of a run; give the fields of its start line for it.

    Args:
        task: The run; its folder is there.
        facts: The digest of what `facts_of_script` gave.
        seed: None where nobody gave one.
    """
    own = {
        "run": task.name,
        "attempt": task.number,
        "plan": None,
        "config": task.config,
        "seeds": task.to_dict()["seeds"] if seed is not None else None,
        "executable": sys.executable,
    }
    session = {"command": without_secrets(sys.argv), "facts": facts}
    return {"facts": facts, "provenance": write_attempt_facts(task.directory, session, own)}
