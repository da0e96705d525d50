"""`python -m benchmarks.torture --kills 240 --seed 0 --seconds 2700 --jobs 2`.

With `--tasks` the studies are trainings by `trialist.train`, each number of which is compared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.campaign import ORDER, TASKS, Campaign
from benchmarks.torture.faults import FAULTS, try_faults
from benchmarks.torture.report import of_tasks, show, with_section, written
from benchmarks.torture.tally import Tally


@dataclass(frozen=True)
class Part:
    """What one process does of a campaign."""

    kills: int
    seed: int
    faults: tuple[str, ...]
    place: Path
    seconds: float
    is_short: bool
    order: tuple[str, ...]


def made(part: Part) -> Tally:
    """Give what happened; an error of the campaign itself is a fault too."""
    tally = Tally()
    campaign = Campaign(
        kills=part.kills, seed=part.seed, place=part.place, seconds=part.seconds, tally=tally
    )
    campaign.is_short, campaign.order = part.is_short, part.order
    try:
        try_faults(list(part.faults), campaign, part.place)
        campaign.run()
    except Exception:
        tally.faults.append(f"{part.place.name}: the campaign failed: {traceback.format_exc()}")
    return tally


def parts_of(given: argparse.Namespace, place: Path) -> list[Part]:
    """Share kills and faults among the processes."""
    names = tuple(FAULTS) if given.faults == "all" else tuple(given.faults.split(","))
    names = () if given.faults == "none" or given.tasks else names
    jobs, order = given.jobs, TASKS if given.tasks else ORDER
    return [
        Part(
            kills=given.kills // jobs + (number < given.kills % jobs),
            seed=given.seed + number,
            faults=names[number::jobs],
            place=place / f"part-{number}",
            seconds=given.seconds,
            is_short=given.short,
            order=order[number * len(order) // jobs :] + order[: number * len(order) // jobs],
        )
        for number in range(jobs)
    ]


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=2700, help="begin no study after this")
    parser.add_argument("--jobs", type=int, default=1, help="studies at the same time")
    parser.add_argument("--faults", default="all", help=f"all, none or some of: {','.join(FAULTS)}")
    parser.add_argument("--tasks", action="store_true", help="kill trainings; try no faults")
    parser.add_argument("--short", action="store_true", help="each fault once")
    parser.add_argument("--report", type=Path, help="where to write the report")
    parser.add_argument("--keep", type=Path, help="where to work; kept for inspection")
    given = parser.parse_args()
    began = time.monotonic()
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="torture-") as temporary:
        parts = parts_of(given, (given.keep or Path(temporary)).resolve())
        with ProcessPoolExecutor(max_workers=given.jobs) as pool:
            for done in as_completed([pool.submit(made, part) for part in parts]):
                tally.add(done.result())
    tally.seconds = time.monotonic() - began
    print(show(tally), flush=True)
    if given.report is not None:
        make = of_tasks if given.tasks else written
        before = given.report.read_text() if given.report.exists() else ""
        given.report.write_text(with_section(before, make(tally, seed=given.seed)))
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
