"""Every number that the runs of a training task left behind, by its bits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.torture.victim import Victim, ended
from benchmarks.torture.witness import whole_lines

from trialist.train import checkpoint

EPOCH_STEPS, STEPS, N_REPLICATES = 10, 60, 3
"""Of `trials/task.py` and `trials/replicates.py`."""
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Bits:
    """The bits of something, as a digest, and how many numbers it holds."""

    digest: str
    n: int


def bits_of(victim: Victim) -> dict[str, Bits]:
    """Give what the finished runs hold, by run and name.

    Of each run: its rows as the attempts that went on from another tell them, what it returned,
    its predictions, and its last checkpoint: weights, buffers, optimizer, schedule, average, best,
    losses not yet told, and the state of all random sources.
    """
    found = {}
    for run in sorted(victim.root.glob("trials/*/seed-*")):
        name = run.relative_to(victim.root / "trials").as_posix()
        found |= {f"{name} {what}": _bits(value) for what, value in _values(_chain(run))}
    return found


def differing(found: Mapping[str, Bits], expected: Mapping[str, Bits]) -> list[str]:
    """Give where two studies differ in a bit; at most some of it."""
    names = [name for name in expected | found if found.get(name) != expected.get(name)]
    if not names:
        return []
    numbers = sum(expected[name].n for name in names if name in expected)
    return [f"{numbers} numbers have other bits, in {len(names)} places: {names[:SHOWN]}"]


def resumes(victim: Victim) -> Iterator[tuple[str, str, str]]:
    """Give of each attempt that went on from another its kind, its variant, and where that was."""
    for journal in sorted(victim.root.glob("trials/*/*/attempt-*/journal.jsonl")):
        resumed = _resumed(whole_lines(journal))
        if resumed is None:
            continue
        step = resumed["step"] // (N_REPLICATES if "replicates" in victim.kind else 1)
        place = "in an epoch" if step % EPOCH_STEPS else "between epochs"
        place = "at the end" if step == STEPS else place
        yield victim.kind, journal.parts[-4], place


# -- a run, attempt by attempt ------------------------------------------------


def _chain(run: Path) -> list[tuple[Path, list[dict[str, Any]]]]:
    """Give the attempts that lead to the result, the last one first, with their journals' lines."""
    attempts = sorted(run.glob("attempt-*"), key=lambda one: int(one.name.split("-")[1]))
    at = next(one for one in reversed(attempts) if _is_finished(one))
    chain = []
    while True:
        lines = whole_lines(at / "journal.jsonl")
        chain.append((at, lines))
        resumed = _resumed(lines)
        if resumed is None:
            return chain
        at = run / f"attempt-{resumed['attempt']}"


def _is_finished(attempt: Path) -> bool:
    journal = attempt / "journal.jsonl"
    end = ended(journal.read_bytes()) if journal.exists() else None
    return end is not None and end["status"] == "finished"


def _resumed(lines: list[dict[str, Any]]) -> dict[str, Any] | None:
    return next((one for one in lines if one["k"] == "resumed"), None)


def _values(chain: list[tuple[Path, list[dict[str, Any]]]]) -> Iterator[tuple[str, Any]]:
    place, lines = chain[0]
    yield "returned", lines[-1]["returned"]
    rows: dict[int, Any] = {}
    for _, earlier in reversed(chain):
        resumed = _resumed(earlier)
        rows = {k: row for k, row in rows.items() if resumed and k <= resumed["step"]}
        rows |= {one["step"]: one["v"] for one in earlier if one["k"] == "metric"}
    yield from ((f"row {step}", rows[step]) for step in sorted(rows))
    if (place / "predictions-val.npz").exists():
        with np.load(place / "predictions-val.npz", allow_pickle=False) as said:
            yield from ((f"predictions {name}", said[name]) for name in said.files)
    yield from _leaves(_last_checkpoint(chain), "checkpoint")


def _last_checkpoint(chain: list[tuple[Path, list[dict[str, Any]]]]) -> Any:
    for place, lines in chain:
        saved = [one for one in lines if one["k"] == "checkpoint"]
        if not saved:
            continue  # it went on from the last step
        name = saved[-1]["file"]
        with (place / "checkpoints" / name).open("rb") as file:
            found = checkpoint.read(file, name=name)
        parts = ("step", "recorded", "state", "random")
        return {part: getattr(found, part) for part in parts}
    raise RuntimeError(f"{chain[0][0]} has no checkpoint")


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Give what is in a tree of dicts and lists, by its path."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, f"{name}/{key}")
    elif isinstance(value, list | tuple) and not all(isinstance(one, int | float) for one in value):
        for key, one in enumerate(value):
            yield from _leaves(one, f"{name}/{key}")
    else:
        yield name, value


def _bits(value: Any) -> Bits:
    if hasattr(value, "numpy"):
        value = value.detach().cpu().contiguous()
        kind, shape, n = str(value.dtype), tuple(value.shape), value.numel()
        data = value.reshape(-1).view(_torch().uint8).numpy().tobytes()
    elif isinstance(value, np.ndarray):
        kind, shape, n, data = str(value.dtype), value.shape, value.size, value.tobytes()
    else:  # JSON of Python gives a float by the shortest digits that name its bits
        kind, shape, n = type(value).__name__, (), len(value) if _is_many(value) else 1
        data = json.dumps(value).encode()
    return Bits(hashlib.sha256(f"{kind} {shape} ".encode() + data).hexdigest(), n)


def _is_many(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _torch() -> Any:
    import torch

    return torch
