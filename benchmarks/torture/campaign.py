"""Studies one after the other, killed at random moments and at chosen writes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from benchmarks.torture.bits import Bits, bits_of, differing
from benchmarks.torture.tally import Tally
from benchmarks.torture.targets import (
    EVERYWHERE,
    PLACES,
    end,
    guards_of,
    is_task,
    is_training,
    lets_pass,
    lives,
    loaders_of,
    parts_of,
    scripts_of,
    server_of,
    workers_of,
    writes_of,
)
from benchmarks.torture.victim import GONE_WITHIN_S, KINDS, NOT_REACHED_S, Victim
from benchmarks.torture.witness import broken_promises

from trialist.ledger.protocol_log import LogKind, read_chain

MEAN_WAIT_S = 0.6
ORDER = (
    *("state", "command", "open", "amended", "attached"),
    *("task", "state", "paired", "detached", "attached", "diverging", "command"),
)
TASKS = tuple(filter(is_task, KINDS))
"""Trainings by `trialist.train`: each number that they leave behind is compared, bit by bit."""
_BELOW = {"script": scripts_of, "guard": guards_of, "data worker": loaders_of}


class Campaign:
    """Runs studies until there were enough kills, or the time is up."""

    def __init__(
        self, *, kills: int, seed: int, place: Path, seconds: float, tally: Tally | None = None
    ) -> None:
        self._wanted = kills
        self._rng = random.Random(seed)
        self._place = place
        self._until = time.monotonic() + seconds
        self._expected: dict[str, str] = {}
        self._bits: dict[str, dict[str, Bits]] = {}
        self.order: tuple[str, ...] = ORDER
        self.is_short = False
        self.tally = tally or Tally()

    def run(self) -> Tally:
        """Give what happened."""
        while self.left > 0:
            self._one_study(self.order[self.tally.studies % len(self.order)])
        return self.tally

    @property
    def left(self) -> int:
        """How many kills are still to come."""
        is_over = time.monotonic() > self._until
        return 0 if is_over else self._wanted - self.tally.kills.total()

    def _one_study(self, kind: str) -> None:
        expected = self.undisturbed(kind)
        victim = Victim(self._place / f"{self.tally.studies:03d}-{kind}", kind=kind)
        self.tally.studies += 1
        wanted = self._rng.randint(6, 10) if kind in TASKS else self._rng.randint(3, 6)
        kills = max(1, min(wanted, self.left))
        faults = Ordeal(victim, self.tally, self._rng, kills=kills).run()
        if not faults:
            faults += as_undisturbed(victim, expected)
        if not faults and kind in TASKS:
            found = bits_of(victim)
            self.tally.count_bits(victim, found)
            faults += differing(found, self._bits[_reference_of(kind)])
        self.tally.count(victim)
        faults += broken_promises(victim)
        self.tally.blame(victim, faults)
        victim.end_all()

    def undisturbed(self, kind: str) -> str:
        """Give the results of a study that nobody disturbed."""
        kind = _reference_of(kind)
        if kind not in self._expected:
            victim = Victim(self._place / f"undisturbed-{kind}", kind=kind)
            for words in steps_of(victim):
                code, out, err = victim.run(*words)
                if code:
                    raise RuntimeError(f"the undisturbed study exits {code}: {out}{err}")
            self._expected[kind] = victim.results()
            self._bits[kind] = bits_of(victim) if kind in TASKS else {}
        return self._expected[kind]


def _reference_of(kind: str) -> str:
    return KINDS[kind].as_kind or kind


def as_undisturbed(victim: Victim, expected: str, *, apart: tuple[str, ...] = ()) -> list[str]:
    """Give how a finished study is not as one that nobody disturbed."""
    faults = []
    for name, ask in (("verify", victim.verify), ("store check", victim.check)):
        code, words = ask()
        if code or "Traceback" in words:
            faults.append(f"{name} exits {code}: {words}")
    found = without(victim.results(), apart)
    expected = without(expected, apart)
    if found != expected:
        faults.append(f"results.json differs from the undisturbed one: {_differs(found, expected)}")
    return faults


def without(results: str, apart: tuple[str, ...]) -> str:
    """Give results without some of their keys."""
    data = json.loads(results)
    return json.dumps({key: data[key] for key in data if key not in apart}, indent=1)


def _differs(found: str, expected: str) -> str:
    here, there = json.loads(found), json.loads(expected)
    return "; ".join(
        f"{key}: {here.get(key)} and not {there.get(key)}"
        for key in here | there
        if here.get(key) != there.get(key)
    )


def steps_of(victim: Victim) -> list[tuple[str, ...]]:
    """Give the words of the commands that the study takes, one after the other."""
    return [(), victim.shape.amend] if victim.shape.amend else [()]


class Ordeal:
    """One study, killed a few times."""

    def __init__(self, victim: Victim, tally: Tally, rng: random.Random, *, kills: int) -> None:
        self._victim = victim
        self._tally = tally
        self._rng = rng
        self._left = kills
        self._kills: list[tuple[float, str]] = []
        self._faults: list[str] = []
        self._command: subprocess.Popen[str] | None = None
        self._pid = 0

    def run(self) -> list[str]:
        """Kill and go on until the study is finished; give what was wrong on the way."""
        steps = steps_of(self._victim)
        for number, words in enumerate(steps):
            spared = self._rng.randint(1, max(1, self._left)) if number < len(steps) - 1 else 0
            self._left -= spared
            self._to_the_end(words)
            self._left += spared
            if self._faults:
                break
        self._note_times()
        return self._faults

    def _to_the_end(self, words: tuple[str, ...]) -> None:
        while True:
            was_detached = self._begin(words)
            while self._left and self._is_there():
                target = self._rng.choice(("part", "part", "write", "write", "write"))
                killed = self._kill_part() if target == "part" else self._kill_at_write()
                if killed is None:
                    break
                if killed:
                    self._count(killed)
            code = self._ended(was_detached=was_detached)
            if code == 0 or self._faults:
                return
            self._wait_until_gone()

    # -- one command ----------------------------------------------------------

    def _begin(self, words: tuple[str, ...]) -> bool:
        """Start the command; tell whether it went on without us."""
        self._tally.commands += 1
        if self._kills and self._kills[-1][1] == "":
            self._kills.pop()
        self._kills.append((time.time(), ""))
        victim = self._victim
        if not victim.shape.detached:
            self._command = victim.start("--quiet", *words)
            self._pid = self._command.pid
            return False
        self._command = victim.start("--quiet", "--detach", "--json", *words)
        while self._command.poll() is None and victim.coordinator() is None:
            time.sleep(0.01)
        self._pid = victim.coordinator() or self._command.pid
        return True

    def _is_there(self) -> bool:
        if self._victim.shape.detached:
            return psutil.pid_exists(self._pid) and lives(psutil.Process(self._pid))
        return self._command is not None and self._command.poll() is None

    def _ended(self, *, was_detached: bool) -> int:
        """Wait for the end of the command; give 0 where the study is answered."""
        command = self._command
        if command is None:
            raise RuntimeError("no command was started")
        try:
            out, err = command.communicate(timeout=NOT_REACHED_S)
        except subprocess.TimeoutExpired:
            self._faults.append(f"it did not end within {NOT_REACHED_S:.0f} s")
            self._victim.end_all()
            return 1
        self._victim.disarm()
        if "Traceback" in err:
            self._faults.append(f"a traceback: {err}")
        code = command.returncode
        if was_detached and code == 0:
            code, said = self._victim.ask("wait", "victim")
            return 0 if code == 0 else self._not_answered(code, said)
        expected = (0, -signal.SIGKILL, *((137,) if was_detached else ()))
        if code not in expected and not (was_detached and not out.strip()):
            self._faults.append(f"exit code {code}: {out}{err}")
        return code

    def _not_answered(self, code: int, said: str) -> int:
        if code != 4:
            self._faults.append(f"wait exits {code}: {said}")
        return code

    def _wait_until_gone(self) -> None:
        """Half of the time nothing of the killed command may be left when the next one comes."""
        if self._rng.random() < 0.5:
            return
        took = self._victim.gone_after()
        if took is None:
            names = [" ".join(one.cmdline()[:6]) for one in self._victim.processes()]
            self._faults.append(f"left {GONE_WITHIN_S:.0f} s after the kill: {names}")
        else:
            self._tally.gone.append(took)

    # -- kills ----------------------------------------------------------------

    def _kill_part(self) -> str | None:
        """Kill a process at a random moment; None where the study ended before, "" for nobody."""
        parts = parts_of(self._victim.kind)
        target = self._rng.choices(list(parts), list(parts.values()))[0]
        if self._rng.random() < 0.75 and not self._until(self._is_busy, pause=0.03):
            return None
        deadline = time.monotonic() + self._rng.expovariate(1 / MEAN_WAIT_S)
        self._victim.note_acknowledged()
        if not self._until(lambda: time.monotonic() >= deadline):
            return None
        self._victim.note_acknowledged()
        return target if self._kill(target) else ""

    def _is_busy(self) -> bool:
        is_task = self._victim.kind in TASKS
        return bool(workers_of(self._pid)) and (not is_task or is_training(self._victim.root))

    def _kill_at_write(self) -> str | None:
        """Have a process die at a chosen write; None where the study ended before."""
        own = writes_of(self._victim.kind)
        share = 0.85 if self._victim.kind in TASKS else 0.6
        place = self._rng.choice(own if own and self._rng.random() < share else EVERYWHERE)
        how = self._rng.choice(("before", "after", "torn"))
        self._victim.note_acknowledged()
        skip = self._rng.randrange(lets_pass(self._victim.kind, place))
        self._victim.arm(PLACES[place], skip=skip, how=how)
        deadline = time.monotonic() + 8.0
        self._until(lambda: self._victim.has_fired or time.monotonic() > deadline)
        return f"at {place}" if self._victim.disarm() else ("" if self._is_there() else None)

    def _kill(self, target: str) -> bool:
        pid, server = self._pid, server_of(self._pid)
        workers = workers_of(pid)
        if target == "worker":
            return bool(workers) and self._kill_worker(workers, server)
        if target == "server":
            return server is not None and end(server.pid)
        if target in _BELOW:
            found = _BELOW[target](pid)
            return bool(found) and end(self._rng.choice(found).pid)
        if target == "all":
            for process in (*workers, *([server] if server is not None else [])):
                end(process.pid)
        return end(pid)

    def _kill_worker(self, workers: list[psutil.Process], server: psutil.Process | None) -> bool:
        chosen = self._rng.choice(workers)
        others = [process for process in workers if process.pid != chosen.pid]
        if not end(chosen.pid):
            return False
        time.sleep(0.1)
        if server is None or not lives(server):
            return True  # the study ended in this moment, with everything
        for other in others:
            if lives(other):
                self._tally.survivors += 1
            elif lives(server) and self._is_there():
                self._faults.append(f"worker {other.pid} went with worker {chosen.pid}")
        return True

    def _count(self, target: str) -> None:
        self._tally.kills[target] += 1
        self._tally.kinds[self._victim.kind] += 1
        self._left -= 1
        self._kills.append((time.time(), target))

    def _until(self, reached: Callable[[], bool], *, pause: float = 0.01) -> bool:
        while not reached():
            if not self._is_there():
                return False
            time.sleep(pause)
        return self._is_there()

    def _note_times(self) -> None:
        """Say how long it took from each kill, or new command, to the next start of a run."""
        starts = [
            float(entry.fields["time"])
            for entry in read_chain(self._victim.ledger).entries
            if entry.kind == LogKind.STARTED
        ]
        for number, (at, target) in enumerate(self._kills):
            after = next((start for start in starts if start >= at), None)
            later = self._kills[number + 1][0] if number + 1 < len(self._kills) else None
            if after is None or (later is not None and after > later):
                continue
            if target == "" and number:
                self._tally.going_on["the next command"].append(after - at)
            elif target in ("worker", "server", "script"):
                self._tally.going_on[target].append(after - at)
