"""What judging costs: a family of 50 comparisons, at each of the looks 5, 8, 12 and 20.

`python -m benchmarks.judge`
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from pathlib import Path

from benchmarks.table import Figure, show

from trialist.design.protocol import build_plan
from trialist.execute.board import Board
from trialist.execute.looks import Looks
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Goal, Metric
from trialist.values.study import SeedRange, Study

COMPARISONS = 50
BOUND_S = 1.0


def records(seed: int) -> list[RunRecord]:
    """Give finished runs of a baseline and 50 variants that do not differ."""
    rng = random.Random(seed)
    names = ["baseline", *(f"v{number}" for number in range(COMPARISONS))]
    return [
        RunRecord(variant=name, seed=one, status=RunStatus.FINISHED, value=rng.gauss(0.9, 0.01))
        for one in range(20)
        for name in names
    ]


def figures() -> list[Figure]:
    """Measure each look as a study takes it: what is open is judged again."""
    study = Study(
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        trial="trial.py:train",
        name="family",
        config={"a": 0},
        variants={"baseline": {}, **{f"v{one}": {"a": one} for one in range(COMPARISONS)}},
        seeds=SeedRange(min=5, max=20),
        folder=Path(),
    )
    began = time.perf_counter()
    plan = build_plan(study, code=(), trial="trial.py:train")
    planning = time.perf_counter() - began
    taken: list[float] = []
    for number in range(3):
        found = records(number)
        looks = Looks(plan)
        for look in plan.looks:
            known = [record for record in found if (record.seed or 0) < look.n]
            board = Board(plan, known)
            began = time.perf_counter()
            looks.take_ready(board)
            taken.append(time.perf_counter() - began)
    first, rest = taken[0], taken[1:]
    return [
        Figure("judging 50 comparisons, per look", statistics.median(rest), unit="s",
               bound=BOUND_S, note=f"slowest {max(rest):.2f} s, first (imports) {first:.2f} s"),
        Figure("planning them, thresholds for 50", planning, unit="s"),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(show(figures()))
