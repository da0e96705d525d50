"""Faults of the system around a study: it says what is wrong, and goes on when that is mended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from benchmarks.torture.alone import scripts_alone
from benchmarks.torture.campaign import Campaign, as_undisturbed
from benchmarks.torture.targets import PLACES, end, workers_of
from benchmarks.torture.victim import NOT_REACHED_S, Victim
from benchmarks.torture.witness import broken_promises

_CANNOT = "not tried: this needs root"


def try_faults(names: list[str], campaign: Campaign, place: Path) -> None:
    """Try faults by name, and tell the tally what came of each."""
    for name in names:
        began = time.monotonic()
        faults = len(campaign.tally.faults)
        outcome = FAULTS[name](campaign, place / name)
        found = len(campaign.tally.faults) - faults
        said = f"{outcome}; {time.monotonic() - began:.0f} s"
        campaign.tally.trials.append((name, said if not found else f"{found} FAULTS; {said}"))


def _finish(
    campaign: Campaign, victim: Victim, faults: list[str], *, apart: tuple[str, ...] = ()
) -> None:
    """Run the same command until it is answered, and hold the study against an undisturbed one."""
    for _ in range(4):
        code, out, err = victim.run("--quiet")
        if code == 0 or "Traceback" in err:
            break
    if code or "Traceback" in err:
        faults.append(f"it does not go on, exit code {code}: {out}{err}")
    else:
        faults += as_undisturbed(victim, campaign.undisturbed(victim.kind), apart=apart)
        faults += broken_promises(victim)
    campaign.tally.count(victim)
    campaign.tally.blame(victim, faults)
    victim.end_all()


def _busy(victim: Victim, command: subprocess.Popen[str], *, runs: int = 3) -> None:
    """Wait until some runs have begun and two workers are there."""
    until = time.monotonic() + NOT_REACHED_S
    while command.poll() is None and time.monotonic() < until:
        begun = len(list(victim.root.glob("trials/*/*/*/journal.jsonl")))
        if begun >= runs and len(workers_of(command.pid)) == 2:
            return
        time.sleep(0.01)


def _plain_words(said: str, what: str) -> list[str]:
    return [f"{what}: a traceback: {said}"] if "Traceback" in said else []


# -- many at once -------------------------------------------------------------


def six_starts(campaign: Campaign, place: Path, *, locks: bool = True) -> str:
    """Six commands at once on a store that is not there yet."""
    refused = 0
    rounds = 1 if campaign.is_short else 2
    for number in range(rounds):
        victim = Victim(place / f"round-{number}", kind="paired")
        if not locks:
            victim.beside("no-locks").touch()
        commands = [victim.start("--quiet") for _ in range(6)]
        ends = [(one.communicate(timeout=NOT_REACHED_S), one.returncode) for one in commands]
        faults = [f"exit code {code}: {err}" for (_, err), code in ends if code not in (0, 2)]
        for (_, err), code in ends:
            faults += _plain_words(err, "six starts")
            if code == 2 and "is being run already" not in err:
                faults.append(f"refused for another reason: {err}")
        refused += sum(code == 2 for _, code in ends)
        if all(code for _, code in ends):
            faults.append("nobody ran it")
        _finish(campaign, victim, faults)
    return f"{rounds} x 6 commands, {refused} refused with the process that runs it"


def no_locks(campaign: Campaign, place: Path) -> str:
    """A file system without locks, as some network file systems: the leases are all there is."""
    victim = Victim(place / "killed", kind="paired")
    victim.beside("no-locks").touch()
    command = victim.start("--quiet")
    _busy(victim, command)
    victim.note_acknowledged()
    command.kill()
    command.communicate()
    _finish(campaign, victim, [])
    return "coordinator killed, went on; " + six_starts(campaign, place / "six", locks=False)


# -- disks --------------------------------------------------------------------

_KIB = 1024
_LEFT_KIB = (0, 24, 100, 250, 400, 500, 560, 600)


@contextmanager
def _small_disk(place: Path, *, size: str) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def full_disk(campaign: Campaign, place: Path) -> str:
    """A real disk that gets full: then there is room again."""
    if os.geteuid():
        return _CANNOT
    codes = []
    sizes = _LEFT_KIB[::3] if campaign.is_short else _LEFT_KIB
    for left in sizes:
        victim = Victim(place / f"left-{left}", kind="state")
        with _small_disk(victim.place, size="3m"):
            ballast = victim.place / "ballast"
            ballast.write_bytes(b"x" * (3 * _KIB - left) * _KIB)
            code, out, err = victim.run("--quiet")
            codes.append(code)
            faults = _plain_words(err, "a full disk")
            if code and "error" not in err:
                faults.append(f"exit code {code} without a reason: {out}{err}")
            victim.note_acknowledged()
            ballast.unlink()
            _finish(campaign, victim, faults)
    return f"{len(codes)} disks with {', '.join(map(str, sizes))} KiB left: exit codes {codes}"


def full_at_a_write(campaign: Campaign, place: Path) -> str:
    """No space is left in the middle of one write, at each place once or more."""
    places = tuple(name for name in PLACES if name != "index")  # SQLite writes by itself
    return _failing(campaign, place, "ENOSPC", places)


def broken_disk(campaign: Campaign, place: Path) -> str:
    """A write is refused as by a disk that was mounted read-only, or is broken."""
    places = ("ledger", "journal", "checkpoint", "results")
    return "; ".join(_failing(campaign, place / how, how, places) for how in ("EROFS", "EIO"))


def _failing(campaign: Campaign, place: Path, how: str, places: tuple[str, ...]) -> str:
    hit = 0
    for name in places:
        skips = (0, 5, 14) if name in ("ledger", "journal", "checkpoint") else (0,)
        for skip in skips:
            kind = "attached" if name == "spool" else "amended" if name == "amendment" else "state"
            victim = Victim(place / f"{name}-{skip}", kind=kind)
            victim.arm(PLACES[name], skip=skip, how=how)
            code, out, err = victim.run("--quiet")
            hit += victim.disarm()
            faults = _plain_words(err, how)
            if code and "error" not in err:
                faults.append(f"exit code {code} without a reason: {out}{err}")
            victim.note_acknowledged()
            _finish_all(campaign, victim, faults)
    return f"{how} at {hit} writes"


def _finish_all(campaign: Campaign, victim: Victim, faults: list[str]) -> None:
    if not victim.shape.amend:
        return _finish(campaign, victim, faults)
    code, out, err = victim.run("--quiet")
    victim.arm(PLACES["amendment"], how="ENOSPC")
    for _ in range(3):
        code, out, err = victim.run("--quiet", *victim.shape.amend)
        victim.disarm()
        faults += _plain_words(err, "an amendment")
        if code == 0:
            break
    faults += [f"exit code {code}: {out}{err}"] if code else []
    faults += as_undisturbed(victim, campaign.undisturbed(victim.kind)) if not code else []
    campaign.tally.count(victim)
    return campaign.tally.blame(victim, faults)


def read_only(campaign: Campaign, place: Path) -> str:
    """Folders and files that may be read only, by a user whom that stops."""
    victim = Victim(place / "study", kind="state", is_humble=True)
    faults = []
    tried: list[tuple[str, Callable[[], list[Path]]]] = [
        ("the study file's folder", lambda: [victim.folder]),
        ("the study", lambda: _folders(victim.root)),
        ("the log", lambda: [victim.ledger]),
    ]
    codes = []
    for name, paths in tried:
        if name == "the study":
            command = victim.start("--quiet")
            _busy(victim, command)
            command.kill()
            command.communicate()
        with _closed(paths()):
            code, out, err = victim.run("--quiet")
            faults += _plain_words(err, f"{name} is read-only")
            if code == 0:
                faults.append(f"{name} is read-only, and the command exits 0: {out}{err}")
            codes.append(code)
            for words in (("status", "victim"), ("store", "check", "victim")):
                asked, said = victim.ask(*words)
                faults += _plain_words(said, f"{' '.join(words)}, where {name} is read-only")
                if victim.root.exists() and asked:
                    faults.append(
                        f"{' '.join(words)} exits {asked} where {name} is read-only: {said}"
                    )
    _finish(campaign, victim, faults)
    return f"{', '.join(name for name, _ in tried)}: exit codes {codes}"


def _folders(root: Path) -> list[Path]:
    return [root, *(path for path in root.rglob("*") if path.is_dir())]


@contextmanager
def _closed(paths: list[Path]) -> Iterator[None]:
    modes = [(path, path.stat().st_mode) for path in paths]
    for path, mode in modes:
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes:
            path.chmod(mode)


# -- time ---------------------------------------------------------------------


def clock_back(campaign: Campaign, place: Path) -> str:
    """The clock goes back by an hour: between two commands, and while one runs."""
    told = 0
    for name in ("between", "while"):
        victim = Victim(place / name, kind="state")
        command = victim.start("--quiet")
        _busy(victim, command)
        if name == "between":
            command.kill()
        victim.beside("clock").write_text(".")
        out, err = command.communicate(timeout=NOT_REACHED_S)
        faults = _plain_words(err, "the clock went back")
        if name == "while" and command.returncode:
            faults.append(f"exit code {command.returncode}: {out}{err}")
        _finish(campaign, victim, faults, apart=("deviations", "methods"))
        said = json.loads((victim.root / "results.json").read_text())["deviations"]
        told += any("clock" in one.lower() for one in said)
        if not any("clock" in one.lower() for one in said):
            campaign.tally.blame(victim, [f"the clock went back, and deviations are {said}"])
    return f"one hour, twice; named in {told} reports"


def stopped(campaign: Campaign, place: Path) -> str:
    """SIGSTOP: a worker with a time limit, one whose coordinator dies, and a coordinator."""
    victim = Victim(place / "limit", kind="paired", resources="{retries: 20, timeout: 3}")
    command = victim.start("--quiet")
    _busy(victim, command)
    workers_of(command.pid)[0].send_signal(signal.SIGSTOP)
    out, err = command.communicate(timeout=NOT_REACHED_S)
    faults = [] if command.returncode == 0 else [f"exit code {command.returncode}: {out}{err}"]
    _finish(campaign, victim, faults, apart=("plan_hash", "methods"))

    victim = Victim(place / "orphan", kind="paired")
    command = victim.start("--quiet")
    _busy(victim, command)
    worker = workers_of(command.pid)[0]
    worker.send_signal(signal.SIGSTOP)
    end(command.pid)
    command.communicate()
    _finish(campaign, victim, [])

    victim = Victim(place / "coordinator", kind="paired")
    command = victim.start("--quiet")
    _busy(victim, command)
    psutil.Process(command.pid).send_signal(signal.SIGSTOP)
    code, _, err = victim.run("--quiet")
    faults = [] if code == 2 and "already" in err else [f"a second one exits {code}: {err}"]
    psutil.Process(command.pid).send_signal(signal.SIGCONT)
    out, err = command.communicate(timeout=NOT_REACHED_S)
    faults += [] if command.returncode == 0 else [f"exit code {command.returncode}: {out}{err}"]
    _finish(campaign, victim, faults)
    return (
        "a worker was ended by its time limit; one was ended by the next command; a stopped "
        "coordinator kept its study"
    )


FAULTS: dict[str, Callable[[Campaign, Path], str]] = {
    "six-starts": six_starts,
    "no-locks": no_locks,
    "full-disk": full_disk,
    "full-at-a-write": full_at_a_write,
    "broken-disk": broken_disk,
    "read-only": read_only,
    "clock": clock_back,
    "stopped": stopped,
    "scripts-alone": scripts_alone,
}
