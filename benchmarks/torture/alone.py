"""Scripts that record their runs themselves, killed at random moments and at writes."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.torture.targets import PLACES
from benchmarks.torture.victim import NOT_REACHED_S, Victim, ended
from benchmarks.torture.witness import faults_of_attempts

SEEDS = 5
KILLS = 12
_PLACES = ("ledger", "journal", "checkpoint", "lease", "provenance")


def scripts_alone(campaign: Any, place: Path) -> str:
    """Five scripts at once in an empty store; each is started again until it has ended."""
    rng = random.Random(3)
    victim = Victim(place / "study", kind="attached", name="free")
    faults: list[str] = []
    n_kills = n_starts = 0
    running: dict[int, subprocess.Popen[str]] = {}
    waiting = list(range(SEEDS))
    until = time.monotonic() + NOT_REACHED_S
    while (running or waiting) and time.monotonic() < until:
        for seed in waiting:
            words = ["attached.py", "--gain", "0.9", "--seconds", "2.4", "--seed", str(seed)]
            running[seed] = victim.open([sys.executable, *words])
            n_starts += 1
        waiting = []
        if n_kills < KILLS and rng.random() < 0.5:
            victim.arm(PLACES[rng.choice(_PLACES)], skip=rng.randrange(12), how="torn")
            time.sleep(rng.uniform(0.1, 0.9))
            victim.disarm()
        elif n_kills < KILLS:
            time.sleep(rng.uniform(0.1, 0.9))
            rng.choice(list(running.values())).kill()
        for seed, process in list(running.items()):
            if process.poll() is None:
                continue
            out, err = process.communicate()
            del running[seed]
            if process.returncode == -signal.SIGKILL:
                n_kills += 1
                if not _n_finished(victim, seed):  # else it was killed after its end
                    waiting.append(seed)
            elif process.returncode:
                faults.append(f"seed {seed} exits {process.returncode}: {out}{err}")
        time.sleep(0.02)
    faults += list(faults_of_attempts(victim))
    faults += _unfinished(victim)
    for words in (("status", "free"), ("store", "check", "free")):
        code, said = victim.ask(*words)
        if code or "Traceback" in said:
            faults.append(f"{' '.join(words)} exits {code}: {said}")
    campaign.tally.kills["script alone"] += n_kills
    campaign.tally.kinds["scripts alone"] += n_kills
    campaign.tally.count(victim)
    campaign.tally.blame(victim, faults)
    victim.end_all()
    return f"{n_kills} kills, {n_starts} starts of {SEEDS} scripts"


def _unfinished(victim: Victim) -> list[str]:
    counts = {seed: _n_finished(victim, seed) for seed in range(SEEDS)}
    return [f"seed {seed} has {n} finished attempts" for seed, n in counts.items() if n != 1]


def _n_finished(victim: Victim, seed: int) -> int:
    journals = victim.root.glob(f"trials/*/seed-{seed}/attempt-*/journal.jsonl")
    ends = [ended(path.read_bytes()) for path in journals]
    return sum(one is not None and one["status"] == "finished" for one in ends)
