"""Measure the checks on searches, print the tables, and keep them in results.md.

`python -m benchmarks.playbook [--quick] [--only GROUP,...]`
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

from benchmarks.calibration.rows import MISSED, Measured, Scale, table
from benchmarks.table import machine

HERE = Path(__file__).parent
STUDIES = {"quick": 100, "full": 1_500}
GROUPS = {
    "boundary": "Ends of ranges",
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
    found = {name: _measured(name, scale) for name in asked.only or GROUPS}
    if not asked.quick and not asked.only:
        (HERE / "results.md").write_text(markdown(found, scale), encoding="utf-8")
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


def markdown(found: dict[str, Measured], scale: Scale) -> str:
    """Give results.md."""
    preface = (
        "Made by `make playbook`; do not edit. Every study goes through the functions of the "
        "product. The surface is y = sum over three parameters of w (u - o)², u from 0 to 1, with "
        "normal noise of 0.03 per trial unless said; trials are points of a scrambled Halton "
        "sequence. `pass` is `yes` where every cell lies within its target, `within noise` where "
        "one lies up to 3 standard errors outside. Rows without a target inform.\n\n"
        f"{scale.studies:,} studies per cell, a third of them for plots and interactions. "
        f"Seed: {scale.seed}. {machine()}."
    )
    parts = ["# The checks on searches, measured", preface]
    for name, measured in found.items():
        parts.append(f"## {GROUPS[name]}")
        lines = ["| check | target | measured | standard error | pass |", "|---|---|---|---|---|"]
        lines += ["| " + " | ".join(check.columns()) + " |" for check in measured.checks]
        parts.append("\n".join(lines))
        for grid in measured.grids:
            parts += [f"### {grid.title}", grid.markdown()]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
