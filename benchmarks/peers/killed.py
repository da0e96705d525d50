"""What is lost, left over and done twice when workers or the whole command are killed.

`python -m benchmarks.peers.killed [--rounds 3] [--runs 200] [--way NAME]`
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from benchmarks.peers.killtask import LONG_STEPS, noted
from benchmarks.peers.killways import WAYS

ROOT = Path(__file__).parent.parent.parent
RUNS, KILLS = 200, 5
LIMIT_S = 400
GONE_S = 10.0
MOST_CRASHES = 10


class Command:
    """A tool at work in a folder: one command over its workers, or two workers that we restart."""

    def __init__(self, way: str, place: Path, runs: int, role: str = "work") -> None:
        self._words = [
            sys.executable,
            "-m",
            "benchmarks.peers.killways",
            way,
            str(place),
            str(runs),
        ]
        self._place = place
        self._pool = WAYS[way].pool
        self._role = role
        self.crashed = 0
        if not self._pool and not (place / "created").exists():
            self._start("create").wait()
            (place / "created").touch()
        self.processes = [self._start(role) for _ in range(1 if self._pool else 2)]

    def _start(self, role: str) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        environment["XDG_STATE_HOME"] = str(self._place)
        with (self._place / "errors.log").open("ab") as errors:
            return subprocess.Popen([*self._words, role], cwd=self._place, env=environment,
                                    stdout=errors, stderr=errors)  # fmt: skip

    def restart_dead(self) -> None:
        """Start a worker anew that was killed or crashed, as a supervisor would at once."""
        if self._pool:
            return
        for number, process in enumerate(self.processes):
            if process.poll():
                self.crashed += process.returncode != -signal.SIGKILL
                if self.crashed > MOST_CRASHES:
                    raise RuntimeError(f"crashes again and again: {self._tail()}")
                self.processes[number] = self._start(self._role)

    @property
    def is_over(self) -> bool:
        self.restart_dead()
        return all(process.poll() is not None for process in self.processes)

    def finish(self) -> None:
        """Wait for the end; then do once what the tool's documentation offers for what is left."""
        deadline = time.monotonic() + LIMIT_S
        while not self.is_over and time.monotonic() < deadline:
            time.sleep(0.05)
        if not self.is_over:
            self.kill()
            raise RuntimeError(f"not over after {LIMIT_S} s: {self._tail()}")
        codes = {process.returncode for process in self.processes}
        if codes != {0}:
            raise RuntimeError(f"exit codes {codes}: {self._tail()}")
        if not self._pool:
            self._start("mend").wait(LIMIT_S)

    def _tail(self) -> str:
        return (self._place / "errors.log").read_text(errors="replace")[-3000:]

    def kill(self) -> list[psutil.Process]:
        """Kill the command, or all workers where there is none over them; give what is under it."""
        under: list[psutil.Process] = []
        for process in self.processes:
            with suppress(psutil.Error):
                under += psutil.Process(process.pid).children(recursive=True)
        for process in self.processes:
            process.kill()
            process.wait()
        return under


def _wait_until(n: int, place: Path, command: Command) -> None:
    while len(noted(place)) < n and not command.is_over:
        time.sleep(0.005)


def _kill_a_worker(place: Path, command: Command, rng: random.Random) -> bool:
    """Kill one of the processes that the witness saw last."""
    time.sleep(rng.uniform(0, 0.08))
    seen = {int(str(line["pid"])) for line in noted(place)[-6:]}
    alive = sorted(pid for pid in seen if psutil.pid_exists(pid))
    if not alive or command.is_over:
        return False
    os.kill(rng.choice(alive), signal.SIGKILL)
    return True


def _account(way: str, command: Command, place: Path, runs: int) -> dict[str, int]:
    """Hold the results that are stored against the trials that came to their end."""
    stored, running = WAYS[way].stored(place)
    return {
        "lost": len(noted(place)) - stored,
        "missing": max(0, runs - stored),
        "running": running,
        "crashed": command.crashed,
    }


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="killed-", ignore_cleanup_errors=True) as temporary:
        yield Path(temporary)


def workers_killed(way: str, runs: int, rng: random.Random) -> dict[str, int]:
    """Kill five workers at random moments of a list of short trials."""
    with _folder() as place:
        command = Command(way, place, runs)
        kills = 0
        for after in sorted(rng.sample(range(runs // 20, runs - runs // 10), KILLS)):
            _wait_until(after, place, command)
            kills += _kill_a_worker(place, command, rng)
        command.finish()
        asked_again = 0
        if WAYS[way].stored(place)[0] < runs:
            command = Command(way, place, runs)
            command.finish()
            asked_again = 1
        found = _account(way, command, place, runs)
        return {"kills": kills, "asked_again": asked_again, **found}


def parent_killed(way: str, runs: int, rng: random.Random) -> dict[str, object]:
    """Kill the command when half is done, wait until its workers are gone, give it again."""
    with _folder() as place:
        command = Command(way, place, runs)
        _wait_until(runs // 2, place, command)
        time.sleep(rng.uniform(0, 0.08))
        began = time.monotonic()
        workers = _workers(place)
        under = command.kill()
        while any(map(_lives, workers)) and time.monotonic() - began < GONE_S:
            time.sleep(0.02)
        gone = time.monotonic() - began
        for process in under:  # what a person does before the next try
            with suppress(psutil.Error):
                process.kill()
        again = Command(way, place, runs)
        again.finish()
        return {"workers_gone_s": gone, **_account(way, again, place, runs)}


def _workers(place: Path) -> list[psutil.Process]:
    """Give the living processes that the witness saw."""
    found = []
    for pid in {int(str(line["pid"])) for line in noted(place)}:
        with suppress(psutil.Error):
            found.append(psutil.Process(pid))
    return found


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def goes_on(way: str, rng: random.Random) -> dict[str, float]:
    """Kill a worker in a long trial that saves its state; see when it goes on and from where."""
    with _folder() as place:
        command = Command(way, place, 2, "long")
        try:
            _wait_until(LONG_STEPS // 3 + rng.randrange(100), place, command)
            line = next(line for line in reversed(noted(place)) if "step" in line)
            began = time.time()
            os.kill(int(str(line["pid"])), signal.SIGKILL)
            while time.time() - began < 60:
                command.restart_dead()
                for one in noted(place):
                    if "begins" in one and one["t"] > began and one["begins"]:
                        return {"after_s": float(one["t"]) - began, "from_step": one["begins"]}
                time.sleep(0.01)
            return {"after_s": float("inf"), "from_step": 0}
        finally:
            for process in command.kill():
                with suppress(psutil.Error):
                    process.kill()


def figures(rounds: int, runs: int = RUNS, only: str | None = None) -> dict[str, dict[str, object]]:
    """Do all three with each tool, each round with other moments."""
    found: dict[str, dict[str, object]] = {}
    for way in WAYS if only is None else (only,):
        rng = random.Random(0)
        workers = [workers_killed(way, runs, rng) for _ in range(rounds)]
        parents = [parent_killed(way, runs, rng) for _ in range(rounds)]
        on = [] if way == "Optuna, journal file" else [goes_on(way, rng) for _ in range(rounds)]
        found[way] = {
            "workers": {name: [one[name] for one in workers] for name in workers[0]},
            "parent": {name: [one[name] for one in parents] for name in parents[0]},
            "goes_on_s": statistics.median(one["after_s"] for one in on) if on else None,
        }
        print(way, found[way], file=sys.stderr, flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--way", choices=tuple(WAYS))
    asked = parser.parse_args()
    print(json.dumps(figures(asked.rounds, asked.runs, asked.way), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
