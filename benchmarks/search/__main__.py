"""The search room measured: `python -m benchmarks.search [--only PART]`.

Writes benchmarks/search/results.md; half an hour on one core, most of it the Gaussian process.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.search import cutting, loop, overhead, population, quality
from benchmarks.table import machine, markdown, show

PAGE = Path(__file__).with_name("results.md")


def _overhead() -> tuple[str, bool]:
    found = overhead.figures()
    return (
        "CPU seconds of ask and tell together; ours and Optuna's by turns in one process.\n\n"
        + markdown(found),
        show(found) == 0,
    )


def _loop() -> tuple[str, bool]:
    found = loop.figures()
    return (
        "CPU seconds of the whole coordinator: asking, the log's lines, folders, telling.\n\n"
        + markdown(found),
        show(found) == 0,
    )


def _quality() -> tuple[str, bool]:
    found = quality.rows()
    text = (
        f"{quality.REPETITIONS} searches each, ours and `study.optimize` with other seeds; "
        "a difference above 0 is better for ours. Where the seed is the same, so are the trials.\n"
        f"\n{quality.markdown(found)}"
    )
    return text, all(one.holds for one in found)


def _cutting() -> tuple[str, bool]:
    found = cutting.rows()
    text = (
        f"{cutting.STUDIES} studies of {cutting.TRIALS} trials each (a quarter for Optuna's median "
        "rule and Hyperband). The best trial warms up and crosses the others at a share of "
        "the budget. Kept: how often it ran to its end. Saved: steps that were not trained. "
        f"Held: {cutting.LEAST_KEPT:.0%}, where the curves cross before the default's first rung "
        "at 10 %, or the warm-up's end is known.\n\n"
        f"{cutting.markdown(found)}"
    )
    return text, all(one.kept >= cutting.LEAST_KEPT for one in found if one.is_held)


def _population() -> tuple[str, bool]:
    equal, members, copies = population.replays()
    text = (
        f"{members} networks, {population.STEPS} steps, {copies} copies in rounds of "
        f"{population.INTERVAL} steps. The schedule of a member, trained from step 0, gives its "
        f"weights, its optimizer's state and its place in the data, bit by bit: {equal} of "
        f"{members}.\n"
    )
    return text, equal == members


PARTS: dict[str, Callable[[], tuple[str, bool]]] = {
    "Cost of a trial": _overhead,
    "Cost of a trial, with the log and the folders": _loop,
    "What is found": _quality,
    "What is cut": _cutting,
    "Population based training": _population,
}


def main() -> int:
    """Measure, print and write; with `--only`, the other parts stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PARTS))
    asked = parser.parse_args().only or list(PARTS)
    before = PAGE.read_text(encoding="utf-8").split("\n## ")[1:] if PAGE.exists() else []
    parts = {one.partition("\n")[0]: one.partition("\n")[2].strip() for one in before}
    holds = True
    for title in asked:
        text, is_held = PARTS[title]()
        holds &= is_held
        parts[title] = text.strip()
        print(f"\n{title}\n\n{text}", flush=True)
    head = f"# Searches, measured\n\nMade by `python -m benchmarks.search`.\n\n{machine()}\n"
    body = "".join(f"\n## {title}\n\n{parts[title]}\n" for title in PARTS if title in parts)
    PAGE.write_text(head + body, encoding="utf-8")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
