"""Two warm workers against the ideal, against a process per run, and against torch's own threads.

`python -m benchmarks.pool --rounds 3`
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from benchmarks.table import Figure, show

WORKERS = 2
STEPS = 900
BOUND = 1.10
WHOLE_BOUND = 1.25
TOGETHER_BOUND = 1.15
MANY = 60
SHORT, SHORT_STEPS = 32, 300
RECOVERED_WITHIN_S = 1.0
ONE_THREAD = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
SCRIPT = Path(__file__).with_name("digits.py")
STUDY = """\
name: pool
trial: digits.py:train
metric: {{name: val/accuracy, goal: maximize}}
config: {{steps: {steps}}}
variants: {{baseline: {{}}, same: {{}}}}
seeds: {seeds}
"""


@dataclass(frozen=True)
class Round:
    """Wall times in seconds, each beside the time spent training in it."""

    wall: float
    training: float
    total: float
    cpu: float = 0.0

    @property
    def over_ideal(self) -> float:
        return self.wall / (self.training / WORKERS)


def pool(folder: Path, *, runs: int, steps: int = STEPS, workers: int = WORKERS) -> Round:
    """Run the study by the command; times are taken from its journals and its ledger."""
    folder.mkdir()
    shutil.copy(SCRIPT, folder)
    (folder / "study.yaml").write_text(STUDY.format(steps=steps, seeds=runs // 2))
    words = [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    began = time.monotonic()
    process = subprocess.Popen(
        [*words, "--workers", str(workers)], cwd=folder, env=environment, stdout=subprocess.DEVNULL
    )
    cpu = _cpu_while_it_trains(process, folder)
    total = time.monotonic() - began
    if process.returncode:
        raise RuntimeError(f"the study exits {process.returncode}")
    root = folder / "experiments" / "pool"
    ends = [_last(path) for path in root.glob("trials/*/*/*/journal.jsonl")]
    starts = [_first(path) for path in root.glob("trials/*/*/*/journal.jsonl")]
    return Round(
        wall=max(end["t"] for end in ends) - min(start["t"] for start in starts),
        training=sum(end["seconds"] for end in ends),
        total=total,
        cpu=cpu,
    )


def _cpu_while_it_trains(process: subprocess.Popen[bytes], folder: Path) -> float:
    """Wait for the end; give the coordinator's own CPU seconds from the first run on."""
    coordinator = psutil.Process(process.pid)
    first = last = 0.0
    while process.poll() is None:
        with suppress(psutil.Error):
            times = coordinator.cpu_times()
            last = times.user + times.system or last
        if not first and any(folder.glob("experiments/pool/trials/*")):
            first = last
        time.sleep(0.02)
    return last - first


def by_hand(folder: Path, *, runs: int, warm: bool, threads: bool, steps: int = STEPS) -> Round:
    """Run the same training by scripts, two at a time: a process per run, or two for all."""
    folder.mkdir()
    times = folder / "times"
    free = {name: value for name, value in os.environ.items() if name not in ONE_THREAD}
    environment = {**free, **({} if threads else ONE_THREAD), "BENCH_TIMES": str(times)}
    seeds = [str(seed) for seed in range(runs)]
    jobs = [seeds[::2], seeds[1::2]] if warm else [[seed] for seed in seeds]
    began = time.monotonic()
    _two_at_a_time([[sys.executable, str(SCRIPT), str(steps), *job] for job in jobs], environment)
    total = time.monotonic() - began
    spans = [tuple(map(float, line.split())) for line in times.read_text().splitlines()]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return Round(wall=last - first, training=sum(b - a for a, b in spans), total=total)


def _two_at_a_time(commands: list[list[str]], environment: dict[str, str]) -> None:
    waiting, running = list(commands), list[subprocess.Popen[bytes]]()
    while waiting or running:
        while waiting and len(running) < WORKERS:
            running.append(subprocess.Popen(waiting.pop(0), env=environment))
        running = [process for process in running if process.poll() is None]
        time.sleep(0.005)


def recovery_s(folder: Path) -> float:
    """Kill a worker; give the seconds until its run has begun again."""
    folder.mkdir()
    shutil.copy(SCRIPT, folder)
    (folder / "study.yaml").write_text(STUDY.format(steps=100 * STEPS, seeds=3))
    words = [sys.executable, "-m", "trialist", "run", "study.yaml", "--quiet", "--workers", "1"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state")}
    process = subprocess.Popen(words, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    try:
        root = folder / "experiments" / "pool"
        first = _wait_for(root, "attempt-1")
        time.sleep(0.5)
        os.kill(int(_first(first)["pid"]), signal.SIGKILL)
        killed = time.time()
        return _first(_wait_for(root, "attempt-2"))["t"] - killed
    finally:
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.wait()


def _wait_for(root: Path, attempt: str) -> Path:
    while True:
        for path in root.glob(f"trials/*/*/{attempt}/journal.jsonl"):
            if path.read_bytes().endswith(b"\n"):
                return path
        time.sleep(0.005)


def _first(journal: Path) -> dict[str, float]:
    with journal.open() as file:
        return json.loads(file.readline())


def _last(journal: Path) -> dict[str, float]:
    return json.loads(journal.read_text().splitlines()[-1])


def figures(rounds: int) -> list[Figure]:
    """Measure each way `rounds` times, one after the other in every round."""
    ours, alone, cold, crowded, short, cold_short, back = ([] for _ in range(7))
    with tempfile.TemporaryDirectory(prefix="pool-") as temporary:
        place = Path(temporary)
        for number in range(rounds):
            ours.append(pool(place / f"pool-{number}", runs=MANY))
            alone.append(pool(place / f"alone-{number}", runs=8, workers=1))
            cold.append(by_hand(place / f"cold-{number}", runs=6, warm=False, threads=False))
            crowded.append(by_hand(place / f"crowd-{number}", runs=6, warm=True, threads=True))
            short.append(pool(place / f"short-{number}", runs=SHORT, steps=SHORT_STEPS))
            cold_short.append(
                by_hand(
                    place / f"cold-short-{number}",
                    runs=6,
                    warm=False,
                    threads=False,
                    steps=SHORT_STEPS,
                )
            )
            back.append(recovery_s(place / f"back-{number}"))
    median = statistics.median
    per_run = median(one.training / MANY for one in ours)
    per_short = median(one.training / SHORT for one in short)
    return [
        Figure("pool, wall after start-up / ideal", median(one.over_ideal for one in ours),
               bound=BOUND, note=f"{MANY} runs of {per_run:.2f} s, {WORKERS} workers"),
        Figure("pool, whole command / ideal",
               median(one.total / (one.training / WORKERS) for one in ours),
               bound=WHOLE_BOUND, note="with start-up, imports, report"),
        Figure("time of a run, two workers / alone",
               median((a.training / MANY) / (b.training / 8)
                      for a, b in zip(ours, alone, strict=True)),
               bound=TOGETHER_BOUND, note="on free cores"),
        Figure("coordinator's CPU per run", 1000 * median(one.cpu / MANY for one in ours),
               unit="ms", note="from the first run on, report included"),
        Figure("pool / a process per run, per run",
               median((a.total / MANY) / (b.total / 6) for a, b in zip(ours, cold, strict=True)),
               bound=1 / 4, note="the same runs, two at a time, 1 thread"),
        Figure("pool / a process per run, short runs",
               median((a.total / SHORT) / (b.total / 6)
                      for a, b in zip(short, cold_short, strict=True)),
               bound=1 / 6, note=f"{SHORT} runs of {per_short:.2f} s"),
        Figure("torch's default threads, time of a run / pool",
               median((b.training / 6) / (a.training / MANY)
                      for a, b in zip(ours, crowded, strict=True)),
               note="two processes that keep all cores each"),
        Figure("a killed worker's run begins again after", median(back), unit="s",
               bound=RECOVERED_WITHIN_S, note="SIGKILL to the next attempt's first line"),
    ]  # fmt: skip


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    return show(figures(parser.parse_args().rounds))


if __name__ == "__main__":
    sys.exit(main())
