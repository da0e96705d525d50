"""A small study to be interrupted, and what the store and its witness say about it afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from trialist.ledger.protocol_log import LogKind, read_chain

MARK = "TRIALIST_TORTURE"

TRIAL = '''\
import math
import os
import random
import time
from pathlib import Path


def train(config, run):
    """Takes 0.1 to 0.3 s; its value depends on nothing but its seeds."""
    rng = random.Random(run.seed.train)
    pause = config["seconds"] * rng.uniform(0.5, 1.5) / 6
    value = 0.0
    for step in range(1, 7):
        time.sleep(pause)
        value = config["gain"] + rng.gauss(0, 0.004)
        run.log({"train/loss": 1 / step + rng.random(), "val/accuracy": value}, step=step)
    if config["diverges"] == run.seed.base:
        value = math.nan
    place = Path(__file__).parent / "finished.txt"
    witness = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(witness, f"{run.directory}\\n".encode())
    os.close(witness)
    return {"val/accuracy": value}
'''

STUDY = """\
name: victim
question: Does a killed study give the same answer?
trial: trial.py:train
metric: {{name: val/accuracy, goal: maximize, relevant: 0.005}}
config: {{gain: 0.9, seconds: {seconds}, diverges: {diverges}}}
variants: {{baseline: {{}}, better: {{gain: {gain}}}}}
seeds: {seeds}
paired: {paired}
resources: {{retries: 20}}
"""

FLAVOURS = (
    {"gain": 0.9005, "seeds": "{min: 3, max: 6}", "paired": "[]", "diverges": -1},
    {"gain": 0.93, "seeds": "{min: 3, max: 6}", "paired": "[split, order, init]", "diverges": -1},
    {"gain": 0.902, "seeds": "5", "paired": "[]", "diverges": 2},
)


@dataclass
class Victim:
    """A study in its own folder, run by the real command."""

    folder: Path
    flavour: int = 0
    seconds: float = 0.2
    acknowledged: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "trial.py").write_text(TRIAL)
        fields = {"seconds": self.seconds, **FLAVOURS[self.flavour % len(FLAVOURS)]}
        (self.folder / "study.yaml").write_text(STUDY.format(**fields))

    @property
    def root(self) -> Path:
        return self.folder / "experiments" / "victim"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        state = str(self.folder / "state")
        return {**os.environ, "XDG_STATE_HOME": state, MARK: str(self.folder), "NO_COLOR": "1"}

    def start(self, *words: str, workers: int = 2, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, "run", "study.yaml", "--workers", str(workers), *words],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *words: str, workers: int = 2, timeout: float = 120) -> tuple[int, str, str]:
        process = self.start(*words, workers=workers)
        out, err = process.communicate(timeout=timeout)
        return process.returncode, out, err

    def verify(self) -> tuple[int, str]:
        done = subprocess.run(
            [*COMMAND, "verify", "victim"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    def results(self) -> str:
        """results.json without what may differ by timing."""
        data = json.loads((self.root / "results.json").read_text())
        data.pop("extra_runs")
        return json.dumps(data, indent=1)

    # -- what was promised --------------------------------------------------

    def note_acknowledged(self) -> None:
        """Remember every journal that has its end line now."""
        for path in self.root.glob("trials/*/*/*/journal.jsonl"):
            data = path.read_bytes()
            if _ended(data) is not None:
                key = path.relative_to(self.root).as_posix()
                self.acknowledged.setdefault(key, hashlib.sha256(data).hexdigest())

    def processes(self) -> list[psutil.Process]:
        """Every living process that this study started."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                if process.environ().get(MARK) == str(self.folder):
                    found.append(process)
        return found

    def broken_promises(self) -> Iterator[str]:
        """Check the store and the witness of a finished study."""
        yield from self._lost()
        yield from self._doubled()
        yield from self._chain()
        yield from self._left_over()

    def _lost(self) -> Iterator[str]:
        for key, digest in self.acknowledged.items():
            path = self.root / key
            if not path.exists():
                yield f"{key} is gone"
            elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
                yield f"{key} was changed after its end line"

    def _doubled(self) -> Iterator[str]:
        results: dict[str, list[int]] = defaultdict(list)
        attempts: dict[str, list[int]] = defaultdict(list)
        for place in self.root.glob("trials/*/*/attempt-*"):
            run = place.parent.relative_to(self.root).as_posix()
            number = int(place.name.removeprefix("attempt-"))
            attempts[run].append(number)
            journal = place / "journal.jsonl"
            end = _ended(journal.read_bytes()) if journal.exists() else None
            if end is not None and end["status"] in ("finished", "diverged"):
                results[run].append(number)
        for run, numbers in results.items():
            if len(numbers) > 1:
                yield f"{run} has results of attempts {sorted(numbers)}"
            if max(attempts[run]) > min(numbers):
                yield f"{run} was started again after attempt {min(numbers)} had its result"
        yield from self._witnessed(results)

    def _witnessed(self, results: dict[str, list[int]]) -> Iterator[str]:
        lines = (self.folder / "finished.txt").read_text().splitlines()
        seen: dict[str, list[int]] = defaultdict(list)
        for line in lines:
            place = Path(line)
            run = place.parent.relative_to(self.root).as_posix()
            seen[run].append(int(place.name.removeprefix("attempt-")))
        for run, numbers in results.items():
            if seen[run].count(numbers[0]) != 1:
                count = seen[run].count(numbers[0])
                yield f"{run}: the function ended {count} times in attempt {numbers[0]}"
            if any(number > numbers[0] for number in seen[run]):
                yield f"{run}: the function ended again after its result was there"

    def _chain(self) -> Iterator[str]:
        chain = read_chain(self.ledger)
        yield from (f"ledger line {fault.line} {fault.message}" for fault in chain.faults)
        if chain.torn:
            yield "the ledger's last line is cut off"
        started = [
            (entry.fields["variant"], entry.fields["seed"], entry.fields["attempt"])
            for entry in chain.entries
            if entry.kind == LogKind.STARTED
        ]
        if len(set(started)) != len(started):
            yield "an attempt was started twice"
        for journal in self.root.glob("trials/*/*/*/journal.jsonl"):
            variant, seed, attempt = journal.parent.parts[-3:]
            key = (variant, int(seed.split("-")[1]), int(attempt.split("-")[1]))
            if key not in started:
                yield f"{variant}/{seed}/{attempt} has a journal and no line in the ledger"

    def _left_over(self) -> Iterator[str]:
        deadline = time.monotonic() + 3.0
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield from (f"process {process.pid} is left" for process in left)
        for path in self.root.glob(".results.json.*.tmp"):
            yield f"{path.name} is left"


COMMAND = (sys.executable, "-m", "trialist")


def _ended(data: bytes) -> dict[str, Any] | None:
    """Give the end event of a journal's bytes, if it is there."""
    if not data.endswith(b"\n"):
        return None
    last = json.loads(data.splitlines()[-1])
    return last if last["k"] == "end" else None
