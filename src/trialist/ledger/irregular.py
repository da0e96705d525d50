"""What the record itself tells that is not as planned: the clock, the machines, runs made twice.

Everything here is found from the folder, so that whoever checks a record finds it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from trialist.ledger.attempts import read_attempts
from trialist.ledger.firstline import begun_at
from trialist.ledger.folder import StudyFolder, attempt_number
from trialist.ledger.history import AttemptKey, History
from trialist.ledger.lineage import Lineage
from trialist.ledger.protocol_log import Entry, LogKind
from trialist.values.evidence import RunRecord
from trialist.values.numbers import counted, duration

CLOCK_STEP_S = 5.0
"""A clock that is set by the network may step by less; two machines rarely differ by more."""


def irregularities(
    folder: StudyFolder, history: History, lineage: Lineage, records: Collection[RunRecord]
) -> tuple[str, ...]:
    """Give everything in a study's record that is not as planned, as sentences.

    Args:
        folder: The study's folder.
        history: What its log says.
        lineage: Its plans.
        records: Its runs, as they count now.
    """
    return (
        *clock_of_log(history.entries),
        *clock_of_journals(history.entries, journal_starts(folder, history.started)),
        *people_and_machines(history),
        *runs_repeated(folder, history, lineage),
        *runs_replaced(history.looks(lineage.plan.hash), records),
    )


def clock_of_log(entries: Sequence[Entry]) -> Iterator[str]:
    """Say that lines of the log were written before the lines that stand above them."""
    steps = [
        (number, float(before.fields["time"]) - float(after.fields["time"]))
        for number, (before, after) in enumerate(pairwise(entries), start=2)
    ]
    back = [(number, step) for number, step in steps if step > CLOCK_STEP_S]
    if back:
        number, step = back[0]
        more = f" (and {len(back) - 1} more)" if len(back) > 1 else ""
        yield (
            f"The clock went backwards: entry {number} of the log was written "
            f"{duration(step)} before the entry above it{more}."
        )


def clock_of_journals(
    entries: Sequence[Entry], starts: Mapping[AttemptKey, float]
) -> Iterator[str]:
    """Say that runs began before they were started, or after the look that used them.

    Args:
        entries: The log.
        starts: When each journal began, by attempt.
    """
    early = _named(
        key
        for key, when in _started_at(entries).items()
        if key in starts and starts[key] < when - CLOCK_STEP_S
    )
    if early:
        yield f"By the clock {early} began before the log says that it was started."
    late = _named(
        key
        for key, when in _used_at(entries).items()
        if key in starts and starts[key] > when + CLOCK_STEP_S
    )
    if late:
        yield f"By the clock {late} began after the look that used it."


def journal_starts(folder: StudyFolder, keys: Collection[AttemptKey]) -> Mapping[AttemptKey, float]:
    """Give when the journals of attempts began, in seconds since the epoch; only a line is read."""
    found = {key: begun_at(folder.attempt(*key) / "journal.jsonl") for key in keys}
    return {key: when for key, when in found.items() if when is not None}


def _started_at(entries: Sequence[Entry]) -> dict[AttemptKey, float]:
    return {
        (str(one["variant"]), int(one["seed"]), int(one["attempt"])): float(one["time"])
        for one in (entry.fields for entry in entries if entry.kind == LogKind.STARTED)
    }


def _used_at(entries: Sequence[Entry]) -> dict[AttemptKey, float]:
    used: dict[AttemptKey, float] = {}
    for entry in entries:
        if entry.kind == LogKind.LOOK:
            for run in entry.fields["runs"]:
                key = _key(run)
                if key is not None:
                    used.setdefault(key, float(entry.fields["time"]))
    return used


def _key(run: Mapping[str, Any]) -> AttemptKey | None:
    number = attempt_number(Path(run["journal"] or "").parent)
    return None if number is None else (str(run["variant"]), int(run["seed"]), number)


def _named(keys: Iterator[AttemptKey]) -> str:
    found = sorted(keys)
    if not found:
        return ""
    variant, seed, number = found[0]
    more = f" (and {counted(len(found) - 1, 'other')})" if len(found) > 1 else ""
    return f"attempt {number} at {variant}/seed-{seed}{more}"


def people_and_machines(history: History) -> Iterator[str]:
    """Say that the study was run on several machines, or by several people."""
    for what, names in (
        ("on different machines", [one.host for one in history.sessions]),
        ("by different users", [one.user for one in history.sessions]),
    ):
        known = dict.fromkeys(name for name in names if name is not None)
        if len(known) > 1:
            yield f"The study was run {what}: {', '.join(known)}."


def runs_repeated(folder: StudyFolder, history: History, lineage: Lineage) -> Iterator[str]:
    """Say that a run which had a result was run again: the best of several is not one of them."""
    started = history.started
    tries = Counter((variant, seed) for variant, seed, _ in started)
    for variant, seed in sorted(key for key, n in tries.items() if n > 1):
        results = [
            attempt.number
            for attempt in read_attempts(folder, variant, seed)
            if attempt.status.has_result
            and (variant, seed, attempt.number) in started
            and lineage.takes(attempt.plan_hash, variant, has_result=True)
        ]
        if len(results) > 1:
            yield (
                f"{variant}/seed-{seed} was run to a result {len(results)} times (attempts "
                f"{', '.join(map(str, results))}); the first one counts."
            )


def runs_replaced(
    looks: Sequence[Mapping[str, Any]], records: Collection[RunRecord]
) -> Iterator[str]:
    """Say that a run which a look used is no longer the one that counts.

    Args:
        looks: The lines of the looks that were taken under the plan.
        records: The runs as they count now.
    """
    now = {(record.variant, record.seed): record.journal for record in records}
    said = set()
    for look in looks:
        for run in look["runs"]:
            key = (run["variant"], run["seed"])
            if run["sha256"] is None or key in said or now.get(key) == run["journal"]:
                continue
            said.add(key)
            yield (
                f"{run['variant']}/seed-{run['seed']}, which the look at {look['n']} seeds used "
                f"({run['journal']}), is no longer used."
            )
