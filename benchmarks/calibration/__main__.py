"""Measure how often verdicts are wrong, print the tables, and keep them.

`python -m benchmarks.calibration [--quick] [--nightly] [--only GROUP,...] [--peers PYTHON]`
`python -m benchmarks.calibration --docs` writes the tables of the committed results into the pages.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from benchmarks.calibration import pages, results
from benchmarks.calibration.rows import MISSED, Measured, Scale, table

HERE = Path(__file__).parent
STUDIES = {"quick": 2_000, "full": 20_000, "nightly": 200_000}


def main() -> int:
    """Measure, print, write; 1 where a check missed its target."""
    asked = _arguments()
    if asked.docs:
        return pages.write(results.load(HERE / "results.json"))
    how = "quick" if asked.quick else "nightly" if asked.nightly else "full"
    scale = Scale(
        studies=STUDIES[how],
        quick=asked.quick,
        data=os.environ.get("TRIALIST_DATA"),
        peers=asked.peers,
    )
    found = results.measure(scale, asked.only, tell=_show)
    out = asked.out or (None if asked.quick else HERE)
    if out is not None:
        results.write(found, scale, out)
    missed = [
        check for group in found.values() for check in group.checks if check.standing == MISSED
    ]
    print(f"\n{len(missed)} of {sum(len(one.checks) for one in found.values())} checks missed")
    for check in missed:
        print(f"  {check.name}")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration")
    parser.add_argument("--quick", action="store_true", help="2,000 studies, default rules only")
    parser.add_argument("--nightly", action="store_true", help="200,000 studies")
    parser.add_argument("--only", type=lambda text: text.split(","), help="groups, by comma")
    parser.add_argument("--out", type=Path, help="folder of results.json and results.md")
    parser.add_argument("--peers", help="the Python of the peers' environment")
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/")
    return parser.parse_args()


def _show(name: str, measured: Measured, seconds: float) -> None:
    print(f"\n== {name}, {seconds:.0f} s")
    if measured.checks:
        header = ("check", "target", "measured", "MC SE", "pass")
        print(table(header, [check.columns() for check in measured.checks]))
    for grid in measured.grids:
        print(f"\n{grid.title}")
        print(table(grid.header, grid.rows))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
