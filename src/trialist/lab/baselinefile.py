"""The file of the baseline's configuration: what another study includes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from trialist.lab.baselines import histories
from trialist.ledger.atomic import write_atomic
from trialist.ledger.store import Store
from trialist.values.baselinehistory import BaselineRound
from trialist.values.errors import ConfigError

_BEGINS = "# Written by trialist adopt"


def baseline_text(adopted: BaselineRound, *, trial: str, metric: str) -> str:
    """Give the file of an adopted configuration; the same round gives the same bytes."""
    from trialist.design.yamlwriting import yaml_of

    day = datetime.fromtimestamp(adopted.time, tz=UTC).date().isoformat()
    plan = adopted.plan_hash.removeprefix("sha256:")[:8]
    head = (
        f"{_BEGINS}: the baseline of {trial} by {metric} since round {adopted.number}.",
        f"# {adopted.source} of {adopted.study}, adopted {day}; plan {plan}.",
        "# The next study begins with `include:` and this file's name.",
    )
    lines = [line.replace("\n", " ") for line in head]
    return "\n".join(lines) + "\n" + yaml_of({"config": dict(adopted.config)})


def check_free(path: Path, store: Store) -> None:
    """Refuse to write over a file that is not one of ours, or that somebody has changed.

    Raises:
        ConfigError: Where that is so.
    """
    if not path.parent.is_dir():
        raise ConfigError(
            f"there is no folder {path.parent}", where="--to", todo="make it, or name another file"
        )
    if path.is_dir():
        raise ConfigError(f"{path} is a folder", where="--to", todo="name a file in it")
    if not path.exists():
        return
    there = path.read_text(encoding="utf-8", errors="replace")
    if there not in _ours(store):
        ours = there.startswith(_BEGINS)
        raise ConfigError(
            f"{path} was changed since it was written" if ours else f"{path} is there already",
            where=str(path),
            todo="nothing is written over: name another file with --to, or move this one away",
        )


def _ours(store: Store) -> set[str]:
    return {
        baseline_text(one, trial=history.trial, metric=history.metric)
        for history in histories(store)
        for one in history.rounds
    }


def write_baseline(path: Path, text: str) -> None:
    """Write the file, whole or not at all; nothing where it is there already."""
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text:
        write_atomic(path, text)
