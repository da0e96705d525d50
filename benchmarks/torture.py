"""Kills at random moments: nothing acknowledged is lost or doubled, and the answer is the same.

`python -m benchmarks.torture --kills 50 --seed 0`
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from benchmarks.victim import FLAVOURS, Victim

TARGETS = ("worker", "server", "coordinator", "all", "at ledger", "at results", "at journal")
WEIGHTS = (3, 2, 3, 2, 2, 2, 1)
MEAN_WAIT_S = 0.6


@dataclass
class Report:
    """What happened in all studies."""

    kills: Counter[str] = field(default_factory=Counter)
    studies: int = 0
    commands: int = 0
    runs: int = 0
    acknowledged: int = 0
    survivors: int = 0
    slowest_s: float = 0.0
    faults: list[str] = field(default_factory=list)


class Torture:
    """Runs studies one after the other and kills until enough is enough."""

    def __init__(self, kills: int, seed: int, place: Path) -> None:
        self._wanted = kills
        self._rng = random.Random(seed)
        self._place = place
        self._expected: dict[int, str] = {}
        self.report = Report()

    def run(self) -> Report:
        while self.report.kills.total() < self._wanted:
            self._one_study()
        return self.report

    def _one_study(self) -> None:
        report = self.report
        flavour = report.studies % len(FLAVOURS)
        expected = self._undisturbed(flavour)
        victim = Victim(self._place / f"study-{report.studies}", flavour=flavour)
        report.studies += 1
        faults = [*self._disturb(victim, kills=self._rng.randint(2, 5))]
        if not faults:
            code, words = victim.verify()
            if code:
                faults.append(f"verify: {words}")
            if victim.results() != expected:
                faults.append("results.json differs from the undisturbed one")
        victim.note_acknowledged()
        faults += victim.broken_promises()
        report.acknowledged += len(victim.acknowledged)
        report.runs += len(list(victim.root.glob("trials/*/*")))
        report.faults += [f"{victim.folder.name}: {fault}" for fault in faults]

    def _undisturbed(self, flavour: int) -> str:
        if flavour not in self._expected:
            victim = Victim(self._place / f"undisturbed-{flavour}", flavour=flavour)
            code, out, err = victim.run()
            if code:
                raise RuntimeError(f"the undisturbed study exits {code}: {out}{err}")
            self._expected[flavour] = victim.results()
        return self._expected[flavour]

    def _disturb(self, victim: Victim, *, kills: int) -> list[str]:
        """Kill and go on until the study is finished; give what was wrong on the way."""
        faults: list[str] = []
        left = min(kills, self._wanted - self.report.kills.total())
        while True:
            command = victim.start("--quiet")
            self.report.commands += 1
            while left and command.poll() is None:
                target = self._rng.choices(TARGETS, WEIGHTS)[0]
                victim.note_acknowledged()
                if not self._wait(target, victim, command):
                    break
                if not target.startswith("at "):  # a write is over before all journals are read
                    victim.note_acknowledged()
                if not self._kill(target, command, faults):
                    continue
                self.report.kills[target] += 1
                left -= 1
            began = time.monotonic()
            out, err = _finish(command)
            self.report.slowest_s = max(self.report.slowest_s, time.monotonic() - began)
            if command.returncode == 0:
                return faults
            if command.returncode != -signal.SIGKILL:
                faults.append(f"exit code {command.returncode}: {out}{err}")
                return faults

    def _wait(self, target: str, victim: Victim, command: subprocess.Popen[str]) -> bool:
        """Wait for the moment; give False if the study ended before it came."""
        after_start = self._rng.random() < 0.75
        wait = self._rng.expovariate(1 / MEAN_WAIT_S)
        if after_start and not _until(lambda: len(_workers(command.pid)) >= 1, command):
            return False
        if target.startswith("at "):
            return self._wait_for_write(target, victim, command)
        deadline = time.monotonic() + wait
        return _until(lambda: time.monotonic() >= deadline, command)

    def _wait_for_write(self, target: str, victim: Victim, command: subprocess.Popen[str]) -> bool:
        skipped = self._rng.randrange(6) if target == "at ledger" else 0
        delay = self._rng.uniform(0, 0.002)

        def state() -> object:
            if target == "at ledger":
                return _size(victim.ledger)
            if target == "at results":
                return any(".results.json" in name for name in _names(victim.root))
            return sum(_size(path) for path in victim.root.glob("trials/*/*/*/journal.jsonl"))

        for _ in range(skipped + 1):
            before = state()
            if not _until(lambda before=before: state() != before, command, pause=0.0):
                return False
        time.sleep(delay)
        return command.poll() is None

    def _kill(self, target: str, command: subprocess.Popen[str], faults: list[str]) -> bool:
        if target.startswith("at "):
            return _end(command.pid)
        server = _server(command.pid)
        workers = _workers(command.pid)
        if target == "worker":
            return bool(workers) and self._kill_worker(workers, server, command, faults)
        if target == "server":
            return server is not None and _end(server.pid)
        if target == "all":
            for process in workers:
                _end(process.pid)
            if server is not None:
                _end(server.pid)
        return _end(command.pid)

    def _kill_worker(
        self,
        workers: list[psutil.Process],
        server: psutil.Process | None,
        command: subprocess.Popen[str],
        faults: list[str],
    ) -> bool:
        victim = self._rng.choice(workers)
        others = [process for process in workers if process.pid != victim.pid]
        if not _end(victim.pid):
            return False
        time.sleep(0.1)
        if server is None or not _lives(server):
            return True  # the study ended in this moment, with everything
        for other in others:
            if _lives(other):
                self.report.survivors += 1
            elif _lives(server) and command.poll() is None:
                faults.append(f"worker {other.pid} went with worker {victim.pid}")
        return True


def _until(
    reached: Callable[[], bool], command: subprocess.Popen[str], *, pause: float = 0.01
) -> bool:
    while not reached():
        if command.poll() is not None:
            return False
        time.sleep(pause)
    return command.poll() is None


def _finish(command: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return command.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        command.kill()
        out, err = command.communicate()
        return out, f"{err}\nit did not end within 120 s"


def _server(coordinator: int) -> psutil.Process | None:
    with suppress(psutil.Error):
        for child in psutil.Process(coordinator).children():
            if "trialist.execute.server" in child.cmdline() and _lives(child):
                return child
    return None


def _workers(coordinator: int) -> list[psutil.Process]:
    server = _server(coordinator)
    with suppress(psutil.Error):
        if server is not None:
            return [child for child in server.children() if _lives(child)]
    return []


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _end(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def show(report: Report, *, seconds: float) -> None:
    """Print what happened."""
    kills = ", ".join(f"{count} x {target}" for target, count in sorted(report.kills.items()))
    rows = (
        ("kills", f"{report.kills.total()}  ({kills})"),
        ("studies", f"{report.studies}, in {report.commands} commands, {seconds:.0f} s"),
        ("runs", str(report.runs)),
        ("finished journals checked", str(report.acknowledged)),
        ("workers that lived on", f"{report.survivors} beside a killed one"),
        ("longest way to the end", f"{report.slowest_s:.1f} s after the last kill"),
        ("faults", str(len(report.faults))),
    )
    for name, text in rows:
        print(f"{name:<26} {text}")
    for fault in report.faults:
        print(f"FAULT  {fault}")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="where to work; kept for inspection")
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="torture-") as temporary:
        report = Torture(given.kills, given.seed, given.keep or Path(temporary)).run()
    show(report, seconds=time.monotonic() - began)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
