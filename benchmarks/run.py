"""All figures of speed in one go, written to benchmarks/results.md.

`python -m benchmarks.run`
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import coordinator, doors, journal, judge, pool
from benchmarks.table import Figure, machine, markdown, show


def replicates() -> list[Figure]:
    """Measure vectorized training, after the others: they shall not pay for torch."""
    from benchmarks.replicates import figures

    return figures()


def studies() -> list[Figure]:
    """Measure whole studies with and without."""
    from benchmarks.vectorize import figures as found

    return found()


TITLES = (
    ("The pool", lambda: pool.figures(3)),
    ("The coordinator", coordinator.figures),
    ("A journal call", journal.figures),
    ("The front door", doors.figures),
    ("Judging", judge.figures),
    ("Replicates in one process", replicates),
    ("Studies whose runs train together", studies),
)


def main() -> int:
    """Measure, print and write."""
    parts = ["# Figures of speed\n", "Made by `make bench`; read the ratios.\n", f"{machine()}\n"]
    figures: list[Figure] = []
    for title, measure in TITLES:
        print(f"\n{title}")
        found = measure()
        show(found)
        figures += found
        parts += [f"## {title}\n", markdown(found)]
    Path(__file__).with_name("results.md").write_text("\n".join(parts), encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
