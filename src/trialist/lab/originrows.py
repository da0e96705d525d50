"""What a report says of where its numbers come from: a few lines out of the facts."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from trialist.lab.sessionfacts import last_facts, last_facts_folder
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind
from trialist.values.numbers import counted
from trialist.values.plan import Plan
from trialist.values.sizes import size

_MOST_DATA = 5


def origin_rows(folder: StudyFolder, history: History) -> dict[str, str]:
    """Give what the last session was made with, and which runs were made again since."""
    facts = last_facts(folder, history)
    place = last_facts_folder(folder, history)
    rows = {} if facts is None else dict(_rows(facts))
    if facts is not None and place is not None:
        name = place.root.relative_to(folder.root).as_posix()
        rows["packages"] = f"{facts['packages']['n']:,} in {name}/environment.lock"
    again = {
        str(one.fields["run"]): _said(one.fields)
        for one in history.entries
        if one.kind == LogKind.REPRODUCED
    }
    if again:
        rows["made again"] = "; ".join(f"{run}: {said}" for run, said in again.items())
    return rows


def _rows(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    machine, code = facts["machine"], facts["code"]
    yield "CPU", f"{machine['cpu'] or 'unknown'}, {counted(machine['cores'] or 0, 'core')}"
    if machine["memory_bytes"] is not None:
        yield "memory", size(machine["memory_bytes"])
    if machine["gpus"]:
        found = Counter(machine["gpus"])
        named = ", ".join(f"{n} x {name}" if n > 1 else name for name, n in found.items())
        yield "GPU", f"{named}, driver {machine['driver'] or 'unknown'}"
    kept = [counted(len(code["files"]), "file") + " in no commit"] if code["files"] else []
    if code["diff"] is not None:
        kept.insert(0, f"differences to the commit ({code['diff_bytes']:,} bytes)")
    if kept:
        yield "code kept", " and ".join(kept)
    for name, version in list(facts["data"].items())[:_MOST_DATA]:
        known = f", DVC md5 {version['dvc']['md5']}" if "dvc" in version else ""
        yield f"data {name}", f"sha256 {version['sha256'][:12]}, {size(version['bytes'])}{known}"
    if len(facts["data"]) > _MOST_DATA:
        yield "data", f"and {len(facts['data']) - _MOST_DATA:,} more"


def _said(fields: Mapping[str, Any]) -> str:
    return f"{fields['n_equal']:,} of {fields['n']:,} values equal bit by bit"


def reproduce_command(
    folder: StudyFolder, plan: Plan, history: History
) -> tuple[tuple[str, str], ...]:
    """Give the command that makes the first run again; none for a function of a notebook."""
    started = [one.fields for one in history.entries if one.kind == LogKind.STARTED]
    if not started or (plan.command is None and not any(_is_file(one.path) for one in plan.code)):
        return ()
    run = f"{folder.name}/{started[0]['variant']}/seed-{started[0]['seed']}"
    return (("one run again", f"trialist reproduce {run}{store_words(history)}"),)


def store_words(history: History) -> str:
    """Give the option of a command that names the store of the last session, where it needs one."""
    store = history.sessions[-1].store if history.sessions else "experiments"
    return "" if store == "experiments" else f" --store {shlex.quote(store)}"


def _is_file(path: str) -> bool:
    return path.endswith(".py")
