"""All groups of checks, and the two files that keep what they gave: results.json, results.md."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.calibration.rows import Check, Measured, Scale
from benchmarks.table import machine

GROUPS = {
    "normal": "One look, one comparison",
    "family": "Several variants",
    "sequential": "Several looks",
    "anytime": "Any number of looks",
    "history": "Noise learned from earlier studies",
    "examples": "One test set for all runs",
    "tuning": "Tuned recipes",
    "threeseeds": "Three seeds",
    "pairing": "Pairs",
    "realnull": "Real runs",
    "sensitivity": "Second opinions",
    "condemned": "Shortcuts",
    "determinism": "The same bytes",
    "speed": "Speed",
    "peers.measure": "Today's tools",
}
"""Module by module, with the heading in results.md."""

Tell = Callable[[str, Measured, float], None]


def measure(
    scale: Scale, only: Iterable[str] | None = None, *, tell: Tell | None = None
) -> dict[str, Measured]:
    """Measure the groups in `only`, or all."""
    wanted = None if only is None else set(only)
    known = {name.partition(".")[0] for name in GROUPS}
    if wanted is not None and wanted - known:
        raise SystemExit(f"no group {sorted(wanted - known)}; there are {sorted(known)}")
    found = {}
    for name in GROUPS:
        if wanted is not None and name.partition(".")[0] not in wanted:
            continue
        began = time.perf_counter()
        found[name] = import_module(f"benchmarks.calibration.{name}").measure(scale)
        if tell is not None:
            tell(name, found[name], time.perf_counter() - began)
    return found


def write(found: Mapping[str, Measured], scale: Scale, folder: Path) -> None:
    """Put what was measured into both files; groups that were not measured keep what they had."""
    path = folder / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8"))["groups"] if path.exists() else {}
    mark = {"studies": scale.studies, "seed": scale.seed, "machine": machine()}
    for name, measured in found.items():
        if measured.checks or measured.grids:
            kept[name] = mark | measured.to_dict()
    data = {"format": 1, "groups": {name: kept[name] for name in GROUPS if name in kept}}
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "results.md").write_text(markdown(data), encoding="utf-8")


def load(path: Path) -> dict[str, Any]:
    """Give the content of results.json."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def markdown(data: Mapping[str, Any]) -> str:
    """Give results.md from the content of results.json, and from nothing else."""
    parts = ["# Error rates, coverage, power", _preface(data)]
    for name, group in data["groups"].items():
        measured = Measured.from_dict(group)
        parts.append(f"## {GROUPS[name]}")
        if measured.checks:
            parts.append(_table(measured.checks))
        for grid in measured.grids:
            parts += [f"### {grid.title}", grid.markdown()]
    return "\n\n".join(parts) + "\n"


def _preface(data: Mapping[str, Any]) -> str:
    groups = data["groups"].values()
    machines = sorted({group["machine"] for group in groups})
    studies = sorted({group["studies"] for group in groups})
    seeds = sorted({group["seed"] for group in groups})
    return (
        "Made by `make calibrate`; do not edit. A row with several cells gives each of them, or "
        "the range. `pass` is `yes` where every cell lies within its target, `within noise` where "
        'one lies up to 3 standard errors outside. Rows without a target inform; "known limit" and '
        '"warning" rows say where a method fails.\n\n'
        f"Studies per cell: {', '.join(f'{n:,}' for n in studies)} (fewer where said). "
        f"Seed: {', '.join(str(seed) for seed in seeds)}. {'; '.join(machines)}."
    )


def _table(checks: Iterable[Check]) -> str:
    lines = ["| check | target | measured | standard error | pass |", "|---|---|---|---|---|"]
    lines += ["| " + " | ".join(check.columns()) + " |" for check in checks]
    return "\n".join(lines)
