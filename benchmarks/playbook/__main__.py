"""Measure the checks on searches, print the tables, and keep them in results.json and results.md.

`python -m benchmarks.playbook [--quick] [--only GROUP,...]`
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.calibration.rows import MISSED, Measured, Scale, table
from benchmarks.table import machine

HERE = Path(__file__).parent
STUDIES = {"quick": 100, "full": 1_500}
GROUPS = {
    "boundary": "Ends of ranges",
    "cliffs": "Ends of what is feasible",
    "density": "Enough trials",
    "differences": "Isolation plots",
    "interactions": "Interactions",
    "claims": "Tuned variants",
}
"""Module by module, with the heading in results.md."""


def main() -> int:
    """Measure, print, write; 1 where a check missed its target."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.playbook")
    parser.add_argument("--quick", action="store_true", help="100 studies per cell, no file")
    parser.add_argument("--only", type=lambda text: text.split(","), help="groups, by comma")
    asked = parser.parse_args()
    scale = Scale(studies=STUDIES["quick" if asked.quick else "full"], quick=asked.quick)
    found = {}
    for name in asked.only or GROUPS:
        found[name] = _measured(name, scale)
        if not asked.quick:
            _keep(name, found[name], scale)
    missed = [one.name for each in found.values() for one in each.checks if one.standing == MISSED]
    print(f"\n{len(missed)} checks missed", *missed, sep="\n  ")
    return 1 if missed else 0


def _measured(name: str, scale: Scale) -> Measured:
    began = time.perf_counter()
    found: Measured = import_module(f"benchmarks.playbook.{name}").measure(scale)
    print(f"\n== {name}, {time.perf_counter() - began:.0f} s")
    print(table(("check", "target", "measured", "MC SE", "pass"),
                [check.columns() for check in found.checks]))  # fmt: skip
    for grid in found.grids:
        print(f"\n{grid.title}")
        print(table(grid.header, grid.rows))
    sys.stdout.flush()
    return found


def _keep(name: str, measured: Measured, scale: Scale) -> None:
    """Put one group into both files; the others keep what they had."""
    path = HERE / "results.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    mark = {"studies": scale.studies, "seed": scale.seed, "machine": machine()}
    kept[name] = mark | measured.to_dict()
    data = {group: kept[group] for group in GROUPS if group in kept}
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (HERE / "results.md").write_text(markdown(data), encoding="utf-8")


def markdown(data: Mapping[str, Any]) -> str:
    """Give results.md from the content of results.json."""
    seeds = sorted({str(group["seed"]) for group in data.values()})
    machines = sorted({group["machine"] for group in data.values()})
    preface = (
        "Made by `make playbook`; do not edit. Every study goes through the functions of the "
        "product. The surface is y = sum over three parameters of w (u - o)², u from 0 to 1, with "
        "normal noise of 0.03 per trial unless said; trials are points of a scrambled Halton "
        "sequence. `pass` is `yes` where every cell lies within its target, `within noise` where "
        "one lies up to 3 standard errors outside. Rows without a target inform.\n\n"
        f"Seed: {', '.join(seeds)}. {'; '.join(machines)}."
    )
    parts = ["# The checks on searches, measured", preface]
    for name, group in data.items():
        measured = Measured.from_dict(group)
        parts.append(f"## {GROUPS[name]}")
        lines = ["| check | target | measured | standard error | pass |", "|---|---|---|---|---|"]
        lines += ["| " + " | ".join(check.columns()) + " |" for check in measured.checks]
        parts.append("\n".join(lines))
        for grid in measured.grids:
            parts += [f"### {grid.title}", grid.markdown()]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
