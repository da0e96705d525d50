"""What the store is held against: files that it did not write."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.torture.victim import Victim, ended

from trialist.ledger.protocol_log import LogKind, read_chain

SPOOL = "spool.jsonl"


def broken_promises(victim: Victim) -> Iterator[str]:
    """Give what a finished study has lost, doubled or left behind."""
    yield from _lost(victim)
    results, attempts = _results(victim)
    yield from _doubled(results, attempts)
    yield from _witnessed(results, _finished(victim))
    yield from faults_of_attempts(victim)
    yield from _chain(victim)
    yield from _left_over(victim)


def _lost(victim: Victim) -> Iterator[str]:
    for key, digest in victim.acknowledged.items():
        path = victim.root / key
        if not path.exists():
            yield f"{key} is gone"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{key} was changed after its end line"


Numbers = dict[str, list[int]]


def _results(victim: Victim) -> tuple[Numbers, Numbers]:
    results: Numbers = defaultdict(list)
    attempts: Numbers = defaultdict(list)
    for place in victim.root.glob("trials/*/*/attempt-*"):
        run, number = _run_of(place, victim.root)
        attempts[run].append(number)
        journal = place / "journal.jsonl"
        end = ended(journal.read_bytes()) if journal.exists() else None
        if end is not None and end["status"] in ("finished", "diverged"):
            results[run].append(number)
    return results, attempts


def _doubled(results: Numbers, attempts: Numbers) -> Iterator[str]:
    for run, numbers in results.items():
        if len(numbers) > 1:
            yield f"{run} has results of attempts {sorted(numbers)}"
        if max(attempts[run]) > min(numbers):
            yield f"{run} was started again after attempt {min(numbers)} had its result"


def _finished(victim: Victim) -> Numbers:
    """Give the attempts whose function came to its end, as it says itself."""
    seen: Numbers = defaultdict(list)
    file = victim.beside("finished")
    lines = file.read_text().splitlines() if file.exists() else ()
    ends = [one["run"] for one in promises(victim) if one["call"] == "finished"]
    for line in (*lines, *ends):
        run, number = _run_of(Path(line), victim.root)
        seen[run].append(number)
    return seen


def _witnessed(results: Numbers, seen: Numbers) -> Iterator[str]:
    for run, numbers in results.items():
        count = seen[run].count(numbers[0])
        if count != 1:
            yield f"{run}: the function ended {count} times in attempt {numbers[0]}"
        if any(number > numbers[0] for number in seen[run]):
            yield f"{run}: the function ended again after its result was there"


# -- calls that had returned --------------------------------------------------


def promises(victim: Victim) -> list[dict[str, Any]]:
    """Give what the trial says that it was promised, oldest first."""
    file = victim.beside("promises")
    if not file.exists():
        return []
    lines = file.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines if line.endswith(b"}")]


def faults_of_attempts(victim: Victim) -> Iterator[str]:
    """Give what was acknowledged to a trial and is not there, or is there twice."""
    of_run: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in promises(victim):
        of_run[one["run"]].append(one)
    for run, said in of_run.items():
        name = Path(run).relative_to(victim.root).as_posix()
        yield from (f"{name}: {fault}" for fault in _faults_of_attempt(Path(run), said))
    yield from _resumed(victim, of_run)
    yield from _artifacts(victim)


def _faults_of_attempt(place: Path, said: Sequence[dict[str, Any]]) -> Iterator[str]:
    lines = whole_lines(place / "journal.jsonl")
    spooled = whole_lines(place / SPOOL)
    for call, kind in (("log", "metric"), ("checkpoint", "checkpoint")):
        asked = [one["step"] for one in said if one["call"] == call and one["when"] == "asked"]
        kept = [one["step"] for one in said if one["call"] == call and one["when"] == "kept"]
        there = [one["step"] for one in lines if one["k"] == kind]
        waiting = [one["step"] for one in spooled if one["k"] == kind]
        yield from (f"{call} of step {k} is lost" for k in kept if k not in [*there, *waiting])
        if call == "log":
            there = [step for step in there if step <= 6]  # the last row is logged apart
        yield from (f"{call} of step {k} is doubled" for k in set(there) if there.count(k) > 1)
        yield from (f"{call} of step {k} was never asked for" for k in there if k not in asked)
    if any(one["call"] == "predictions" and one["when"] == "kept" for one in said):
        told = [one for one in lines if one["k"] == "predictions"]
        if len(told) != 1:
            yield f"{len(told)} predictions were recorded"
        elif _digest(place / told[0]["file"]) != told[0]["sha256"]:
            yield "the predictions are not those that were recorded"


def _resumed(victim: Victim, of_run: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """A new attempt goes on from the last checkpoint that was acknowledged, or a later one."""
    best: dict[str, int] = {}
    for run in sorted(of_run, key=lambda one: _run_of(Path(one), victim.root)):
        name, number = _run_of(Path(run), victim.root)
        restored = [one["step"] for one in of_run[run] if one["call"] == "restore"]
        if restored and (restored[0] or 0) < best.get(name, 0):
            yield (
                f"{name}: attempt {number} went on from step {restored[0]}, "
                f"and the checkpoint of step {best[name]} had been acknowledged"
            )
        kept = (
            one["step"]
            for one in of_run[run]
            if one["call"] == "checkpoint" and one["when"] == "kept"
        )
        best[name] = max([best.get(name, 0), *kept])


def _artifacts(victim: Victim) -> Iterator[str]:
    kept = [one for one in promises(victim) if one["call"] == "artifact" and one["when"] == "kept"]
    log = whole_lines(victim.place / ".artifacts" / "names" / "model" / "log.jsonl")
    versions = [one for one in log if one["k"] == "version"]
    known = [next(iter(one["files"].values()))[0] for one in versions]
    yield from (
        f"artifact {one[:12]} has two versions" for one in set(known) if known.count(one) > 1
    )
    for one in kept:
        digest = hashlib.sha256(one["text"].encode()).hexdigest()
        if digest not in known:
            yield f"the artifact of {one['run']} is lost"
        elif _digest(victim.place / ".artifacts" / "objects" / digest[:2] / digest) != digest:
            yield f"the artifact of {one['run']} is not what was put in"


def whole_lines(path: Path) -> list[dict[str, Any]]:
    """Give the whole lines of a journal, a spool or a log; what is damaged is left out."""
    if not path.exists():
        return []
    *lines, _ = path.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines if line.startswith(b"{") and line.endswith(b"}")]


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def _run_of(place: Path, root: Path) -> tuple[str, int]:
    run = place.parent.relative_to(root).as_posix()
    return run, int(place.name.removeprefix("attempt-"))


# -- the log, and what lies about ---------------------------------------------


def _chain(victim: Victim) -> Iterator[str]:
    chain = read_chain(victim.ledger)
    yield from (f"ledger line {fault.line} {fault.message}" for fault in chain.faults)
    if chain.torn:
        yield "the ledger's last line is cut off"
    started = [
        (entry.fields["variant"], entry.fields["seed"], entry.fields["attempt"])
        for entry in chain.entries
        if entry.kind == LogKind.STARTED
    ]
    if len(set(started)) != len(started):
        yield "an attempt was started twice"
    once = [
        (entry.kind, entry.fields.get("plan"), entry.fields.get("n"), entry.fields.get("after"))
        for entry in chain.entries
        if entry.kind in (LogKind.LOOK, LogKind.VERDICT, LogKind.AMENDED)
    ]
    yield from (f"{one[0]} is in the ledger twice" for one in set(once) if once.count(one) > 1)
    for journal in victim.root.glob("trials/*/*/*/journal.jsonl"):
        variant, seed, attempt = journal.parent.parts[-3:]
        key = (variant, int(seed.split("-")[1]), int(attempt.split("-")[1]))
        if key not in started:
            yield f"{variant}/{seed}/{attempt} has a journal and no line in the ledger"


def _left_over(victim: Victim) -> Iterator[str]:
    if victim.gone_after() is None:
        yield from (
            f"process {process.pid} is left: {' '.join(process.cmdline())}"
            for process in victim.processes()
        )
    for path in victim.root.glob(".*.tmp"):
        yield f"{path.relative_to(victim.root)} is left"
