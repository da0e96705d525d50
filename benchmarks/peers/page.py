"""The page of the figures: one table per part, how each tool was set up, and what must hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.peers.words import (
    ABOUT_KILLED,
    ABOUT_LOGGING,
    ABOUT_POOL,
    ABOUT_READING,
    ABOUT_THREADS,
    SETUP_KILLED,
    SETUP_POOL,
)

HEAD = """\
# trialist beside the tools that people use today

Made by `make bench-peers`, in an environment of its own with the peers installed; read the ratios.
Times are compared within one run of the part only; "load" is what the machine was doing when the
part began, on {cores} cores. Three numbers are the least, the median and the most of the rounds.
A tool that is not set up as its authors would set it up is a mistake of this page: please say so.

Versions: {versions}.
"""


class Bounds:
    """What must hold, and what did not."""

    def __init__(self) -> None:
        self.missed: list[str] = []

    def line(self, what: str, value: float, *, most: float | None = None,
             least: float | None = None) -> str:  # fmt: skip
        """Give a sentence with figure and bound."""
        holds = (most is None or value <= most) and (least is None or value >= least)
        bound = f"at most {most:g}" if most is not None else f"at least {least:g}"
        text = f"- {what}: **{value:.3g}** ({bound}; {'holds' if holds else 'MISSED'})"
        if not holds:
            self.missed.append(text.removeprefix("- "))
        return text


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _three(found: Sequence[float]) -> str:
    return "/".join(f"{one:.2f}" for one in found)


def _range(found: Sequence[float]) -> str:
    least, most = min(found), max(found)
    return f"{least:g}" if least == most else f"{least:g} to {most:g}"


def pool(found: dict[str, Any], bounds: Bounds) -> list[str]:
    lines = [
        ABOUT_POOL,
        "",
    ]
    for size, ways in found.items():
        rows = [
            (way, _three(one["wall"]), _three(one["over_ideal"]), _three(one["all_in"]),
             f"{one['start_up_s']:.1f}",
             f"{one['cpu']:.2f}", str(one["trainings"]),
             f"{one['process_per_run_over_this']:.1f} x")
            for way, one in ways.items()
        ]  # fmt: skip
        lines += [f"**{size}**", ""]
        header = ("way", "wall", "working / ideal", "all in", "start, s", "CPU", "trainings",
                  "faster than a process per run")  # fmt: skip
        lines += table(header, rows)
        ours = ways["trialist"]
        least = 6 if size.startswith("32") else 4
        lines.append(bounds.line(f"{size}: trialist faster than a process per run",
                                 ours["process_per_run_over_this"], least=least))  # fmt: skip
        if least == 4:
            plain = ways["two plain processes"]
            lines.append(
                bounds.line(
                    "trialist, working / two plain processes, working",
                    ours["over_ideal"][1] / plain["over_ideal"][1],
                    most=1.10,
                )
            )
            lines.append(bounds.line("trialist, all in / ideal", ours["all_in"][1], most=1.25))
            lines.append(
                bounds.line("trialist, CPU / one process in a loop", ours["cpu"], most=1.15)
            )
        lines.append("")
    return [
        *lines,
        SETUP_POOL,
    ]


def threads(found: dict[str, list[float]], bounds: Bounds) -> list[str]:
    return [
        ABOUT_THREADS,
        "",
        *table(
            ("way", "beside another / alone"), ((way, _three(one)) for way, one in found.items())
        ),
        bounds.line("trialist", found["trialist, as it comes"][1], most=1.15),
    ]


def killed(found: dict[str, Any], bounds: Bounds) -> list[str]:
    rows = []
    for way, one in found.items():
        workers, parent, on = one["workers"], one["parent"], one["goes_on_s"]
        rows.append(
            (way, _range(workers["lost"]), _range(workers["running"]), _range(workers["missing"]),
             _range(workers["crashed"]), _range(parent["lost"]), _range(parent["running"]),
             _range([round(s, 1) for s in parent["workers_gone_s"]]),
             "-" if on is None else f"{on:.2g} s")
        )  # fmt: skip
    header = ("way", "5 workers killed: done in vain", "left running", "missing",
              "workers that crashed",
              "all killed at half: done in vain", "left running", "workers gone after, s",
              "a killed run goes on after")  # fmt: skip
    ours = found["trialist"]
    worst = {
        f"{what}, {name}": max(ours[what][name])
        for what in ("workers", "parent")
        for name in ("lost", "running", "missing")
    }
    return [
        ABOUT_KILLED,
        "",
        *table(header, rows),
        *(bounds.line(f"trialist, {name}", value, most=0) for name, value in worst.items()),
        bounds.line("trialist, workers gone, s", max(ours["parent"]["workers_gone_s"]), most=2),
        bounds.line("trialist, a killed run goes on after, s", ours["goes_on_s"], most=1),
        "",
        SETUP_KILLED,
    ]


def logging(found: dict[str, Any], bounds: Bounds) -> list[str]:
    rows = [
        (tool, one["note"], f"{one['us_per_call']:.1f}", f"{one['over_bare']:.1f}",
         f"{one['loop']:.2f}", _range(one["lost"]))
        for tool, one in found.items()
    ]  # fmt: skip
    ours = found["trialist"]
    return [
        ABOUT_LOGGING,
        "",
        *table(("tool", "as", "us per call", "over bare", "loop", "lost"), rows),
        bounds.line("trialist / bare json + flush", ours["over_bare"], most=3),
        bounds.line("trialist, training loop", ours["loop"], most=1.03),
        bounds.line("trialist, rows lost", max(ours["lost"]), most=0),
    ]


def reading(found: dict[str, float], bounds: Bounds) -> list[str]:
    best = found["trialist, journals into a frame"]
    rows = [
        (way, f"{s:.3g}", f"{s / best:.3g}") for way, s in sorted(found.items(), key=lambda p: p[1])
    ]
    api = found["MLflow's API"]
    return [
        ABOUT_READING,
        "",
        *table(("way", "s", "over trialist's journals"), rows),
        bounds.line("MLflow's API / trialist's journals into a frame", api / best, least=10),
        bounds.line("MLflow's API / trialist's Parquet into a frame",
                    api / found["trialist, Parquet into a frame"], least=10),
    ]  # fmt: skip


def listing(found: dict[str, float], bounds: Bounds) -> list[str]:
    ratio = found["from the journals"] / found["from the index"]
    return [
        "10,000 finished runs with 150 steps each, one row per run.",
        "",
        *table(("way", "s"), ((way, f"{seconds:.3g}") for way, seconds in found.items())),
        bounds.line("from the journals / from the index", ratio, least=50),
    ]


def coordinator(found: list[Any], bounds: Bounds) -> list[str]:
    return [
        "The real loop, board and log; runs end at once (`python -m benchmarks.coordinator`).",
        "",
        *(bounds.line(f"{name}, {unit}, {note}", value, most=most)
          for name, value, unit, most, note in found),
    ]  # fmt: skip


TITLES = {
    "pool": ("The same runs, two at a time", pool),
    "threads": ("Threads", threads),
    "killed": ("Kills", killed),
    "logging": ("Logging", logging),
    "reading": ("Reading", reading),
    "listing": ("Listing", listing),
    "coordinator": ("The coordinator", coordinator),
}


def written(kept: dict[str, Any]) -> tuple[str, list[str]]:
    """Give the page, and what must hold and does not."""
    bounds = Bounds()
    versions = ", ".join(f"{name} {text}" for name, text in kept.get("versions", {}).items())
    parts = [part for part in TITLES if part in kept]
    cores = next((kept[part]["machine"]["cores"] for part in parts), "?")
    lines = [HEAD.format(cores=cores, versions=versions)]
    for part in parts:
        title, draw = TITLES[part]
        machine = kept[part]["machine"]
        lines += [f"## {title}", "", f"{machine['date']}, load {machine['load_before']:.1f}.", ""]
        lines += [*draw(kept[part]["measured"], bounds), ""]
    return "\n".join(lines), bounds.missed
