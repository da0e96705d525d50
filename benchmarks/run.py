"""All figures of speed in one go, written to benchmarks/results.md.

`python -m benchmarks.run [--only TITLE]`
"""

from __future__ import annotations

import argparse
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
    """Measure, print and write; with `--only`, the other parts stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    titles = [title for title, _ in TITLES]
    parser.add_argument("--only", action="append", choices=titles, help="one part; may be repeated")
    asked = parser.parse_args().only or titles
    page = Path(__file__).with_name("results.md")
    before = page.read_text(encoding="utf-8").split("\n## ")[1:] if page.exists() else []
    parts = {one.partition("\n")[0]: one.partition("\n")[2].strip() for one in before}
    figures: list[Figure] = []
    for title, measure in TITLES:
        if title not in asked:
            continue
        print(f"\n{title}")
        found = measure()
        show(found)
        figures += found
        parts[title] = markdown(found).strip()
    head = f"# Figures of speed\n\nMade by `make bench`; read the ratios.\n\n{machine()}\n"
    body = "".join(f"\n## {title}\n\n{parts[title]}\n" for title in titles if title in parts)
    page.write_text(head + body, encoding="utf-8")
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
