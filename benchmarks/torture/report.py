"""The tally as lines for a terminal, and as the report that is kept."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from statistics import median

from benchmarks.torture.tally import Tally
from benchmarks.torture.targets import PARTS

TASKS_HEAD = "## Training tasks"
_PLACES = ("in an epoch", "between epochs", "at the end")


def show(tally: Tally) -> str:
    """Give what happened as lines."""
    kills = ", ".join(f"{count} x {target}" for target, count in sorted(tally.kills.items()))
    rows = [
        ("kills", f"{tally.kills.total()}  ({kills})"),
        ("studies", f"{tally.studies}, in {tally.commands} commands, {tally.seconds:.0f} s"),
        ("runs", str(tally.runs)),
        ("finished journals checked", str(tally.journals)),
        ("promised calls checked", str(tally.promised)),
        *(
            [("numbers compared", f"{tally.numbers.total():,} of training tasks, bit by bit")]
            if tally.numbers
            else []
        ),
        ("workers that lived on", f"{tally.survivors} beside a killed one"),
        *((f"to go on: {name}", _times(found)) for name, found in sorted(tally.going_on.items())),
        ("all processes gone", _times(tally.gone)),
        *((f"tried: {name}", came) for name, came in tally.trials),
        ("faults", str(len(tally.faults))),
    ]
    lines = [f"{name:<26} {text}" for name, text in rows]
    return "\n".join([*lines, *(f"FAULT  {fault}" for fault in tally.faults)])


def _times(found: list[float]) -> str:
    if not found:
        return "not seen"
    return f"median {median(found):.2f} s, longest {max(found):.2f} s ({len(found)} times)"


def written(tally: Tally, *, seed: int) -> str:
    """Give the report as Markdown."""
    at_random = sum(n for name, n in tally.kills.items() if not name.startswith("at "))
    begun = (
        f"`make torture`, seed {seed}: {tally.kills.total()} x `kill -9` in {tally.studies} "
        f"studies ({tally.commands} commands, {tally.seconds / 60:.0f} minutes on "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()})."
    )
    checked = (
        f"**{len(tally.faults)} faults.** Held against the witnesses: {tally.journals} finished "
        f"journals of {tally.runs} runs, {tally.promised} calls that had returned. Each study was "
        "verified and checked, and its results were those of an undisturbed one."
    )
    parts = [
        "# Torture report",
        "",
        begun,
        "",
        checked,
        "",
        f"## Kills: {at_random} at random moments, {tally.kills.total() - at_random} at a write",
        "",
        *_table(("killed", "times"), _sorted(tally)),
        "",
        *_table(("kind of study", "kills"), tally.kinds.most_common()),
        "",
        "## Times",
        "",
        *_table(
            ("from", "to", "median, s", "longest, s", "times"),
            [
                *(
                    (
                        f"kill: {name}" if name in PARTS or name == "script" else name,
                        "a run starts",
                        f"{median(found):.2f}",
                        f"{max(found):.2f}",
                        len(found),
                    )
                    for name, found in sorted(tally.going_on.items())
                ),
                *(
                    [
                        (
                            "death of the coordinator",
                            "no process is left",
                            f"{median(tally.gone):.2f}",
                            f"{max(tally.gone):.2f}",
                            len(tally.gone),
                        )
                    ]
                    if tally.gone
                    else []
                ),
            ],
        ),
        "",
        "## Faults of the system",
        "",
        *_table(("what", "outcome"), tally.trials),
        "",
        *(f"- FAULT {fault}" for fault in tally.faults),
    ]
    return "\n".join(parts).rstrip() + "\n"


def of_tasks(tally: Tally, *, seed: int) -> str:
    """Give the section on training tasks as Markdown."""
    done = (
        f"`make torture-tasks`, seed {seed}: {tally.kills.total()} x `kill -9` in {tally.studies} "
        f"studies ({tally.commands} commands, {tally.seconds / 60:.0f} minutes on "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, torch {version('torch')})."
    )
    found = (
        f"**{len(tally.faults)} faults.** {tally.numbers.total():,} numbers were compared with "
        "those of a study that nobody disturbed, bit by bit: every row of the curves, what a run "
        "returned, its predictions, and all of its last checkpoint (weights, optimizer, schedule, "
        "averaged model, losses not yet told, random sources). The undisturbed study of loaded "
        "data has no data workers, whatever the killed one has."
    )
    rows = [
        (kind, way, *(tally.resumes[kind, way, place] for place in _PLACES))
        for kind, way in sorted({(kind, way) for kind, way, _ in tally.resumes})
    ]
    kinds = [(kind, n, f"{tally.numbers[kind]:,}") for kind, n in tally.kinds.most_common()]
    parts = [
        TASKS_HEAD, "", done, "", found, "",
        *_table(("killed", "times"), _sorted(tally)), "",
        *_table(("kind of study", "kills", "numbers compared"), kinds), "",
        "Attempts that went on from a checkpoint, by where it was saved:", "",
        *_table(("kind of study", "training", *_PLACES), rows), "",
        *(f"- FAULT {fault}" for fault in tally.faults),
    ]  # fmt: skip
    return "\n".join(parts).rstrip() + "\n"


def with_section(before: str, new: str) -> str:
    """Give a report whose other part is as it was: each command makes its own."""
    head, mark, tasks = before.partition(f"{TASKS_HEAD}\n")
    if new.startswith(TASKS_HEAD):
        return f"{head.rstrip()}\n\n{new}".lstrip()
    return f"{new}\n{mark}{tasks}" if mark else new


def _sorted(tally: Tally) -> list[tuple[str, int]]:
    return sorted(tally.kills.items(), key=lambda one: (one[0].startswith("at "), -one[1]))


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(str(cell) for cell in line)} |" for line in lines]
