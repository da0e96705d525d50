"""What logging costs with each tool, and what a `kill -9` takes of it.

`python -m benchmarks.peers.logcalls [--tool NAME]`
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.peers.tools import TOOLS, Tool, opened

ROUNDS = 5
STEP_S = 1.3e-3
BLOCKS, BLOCK = 12, 100
KILLS = 5


def row(step: int) -> dict[str, float]:
    return {"train/loss": 0.1 + step, "train/accuracy": 0.9, "train/lr": 1e-3}


def per_call(tool: Tool, place: Path) -> float:
    """Give seconds per call with three numbers, in a run of its own."""
    with opened(tool, place, "calls") as log:
        log(row(0), 0)
        began = time.perf_counter()
        for step in range(1, tool.calls + 1):
            log(row(step), step)
        return (time.perf_counter() - began) / tool.calls


def work():
    """Give a function that trains one step of about 1.3 ms."""
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    images, labels = torch.randn(128, 784), torch.randint(0, 10, (128,))
    width = 32
    while True:
        model = torch.nn.Sequential(
            torch.nn.Linear(784, width), torch.nn.ReLU(), torch.nn.Linear(width, 10)
        )
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)

        def step(model=model, optimizer=optimizer):
            loss = torch.nn.functional.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        times = []
        for _ in range(60):
            began = time.perf_counter()
            step()
            times.append(time.perf_counter() - began)
        if statistics.median(times) >= STEP_S or width > 2000:
            return step
        width = int(width * 1.25)


def slow_down(tool: Tool, place: Path) -> float:
    """Give the time of a training loop that logs each step, over the same loop without."""
    step = work()
    ratios = []
    with opened(tool, place, "loop") as log:
        log(row(0), 0)
        at = 1
        for _ in range(BLOCKS):
            spans = []
            for logs in (False, True):
                began = time.perf_counter()
                for _ in range(BLOCK):
                    step()
                    if logs:
                        log(row(at), at)
                        at += 1
                spans.append(time.perf_counter() - began)
            ratios.append(spans[1] / spans[0])
    return statistics.median(ratios)


def log_for_ever(tool: Tool, place: Path, acknowledged: int) -> None:
    """Log and say after each call that it returned; somebody will kill this process."""
    with opened(tool, place, "killed") as log:
        for step in range(10_000_000):
            log(row(step), step)
            os.pwrite(acknowledged, b"%12d" % step, 0)
            time.sleep(0.001)


def lost(name: str, place: Path, rng: random.Random) -> int:
    """Kill a process that logs, and give how many acknowledged rows cannot be read back."""
    place.mkdir(parents=True)
    words = [sys.executable, "-m", "benchmarks.peers.logcalls", "--victim", name, str(place)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    side = place / "acknowledged"
    deadline = time.monotonic() + 60
    while (not side.exists() or not side.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(rng.uniform(0.5, 2.0))
    process.send_signal(signal.SIGKILL)
    process.wait()
    last = int(side.read_text())
    time.sleep(1.0)  # a service beside the process may still write
    points = TOOLS[name].read(place / "store")
    steps = {step for found in points.values() for step, _ in found}
    return len(set(range(last + 1)) - steps)


def measure(name: str) -> dict[str, object]:
    """Measure one tool, in this process."""
    tool = TOOLS[name]
    with tempfile.TemporaryDirectory(prefix="logs-", ignore_cleanup_errors=True) as temporary:
        place = Path(temporary)
        calls = per_call(tool, place / "calls")
        return {"per_call": calls, "slow_down": slow_down(tool, place / "loop")}


def apart(name: str) -> dict[str, object]:
    """Measure one tool in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.peers.logcalls", "--tool", name]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def figures(rounds: int = ROUNDS, kills: int = KILLS) -> dict[str, dict[str, object]]:
    """Measure all tools in turn, round by round, then kill each some times."""
    rng = random.Random(0)
    measured = [{name: apart(name) for name in TOOLS} for _ in range(rounds)]
    found: dict[str, dict[str, object]] = {}
    for name, tool in TOOLS.items():
        with tempfile.TemporaryDirectory(prefix="kill-", ignore_cleanup_errors=True) as temporary:
            gone = [lost(name, Path(temporary) / str(k), rng) for k in range(kills)]
        found[name] = {
            "note": tool.note,
            "us_per_call": 1e6 * statistics.median(one[name]["per_call"] for one in measured),
            "over_bare": statistics.median(
                one[name]["per_call"] / one["bare json + flush"]["per_call"] for one in measured
            ),
            "loop": statistics.median(one[name]["slow_down"] for one in measured),
            "lost": [min(gone), max(gone)],
        }
        print(name, found[name], file=sys.stderr, flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool")
    parser.add_argument("--victim", nargs=2)
    asked = parser.parse_args()
    if asked.victim:
        name, place = asked.victim
        side = os.open(Path(place) / "acknowledged", os.O_WRONLY | os.O_CREAT)
        log_for_ever(TOOLS[name], Path(place) / "store", side)
    elif asked.tool:
        print(json.dumps(measure(asked.tool)))
    else:
        print(json.dumps(figures(), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
