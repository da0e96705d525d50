"""A small study to be interrupted, run by the real command in a folder of its own."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

from trialist.ledger.lock import read_holder

MARK = "TRIALIST_TORTURE"
HERE = Path(__file__).parent
COMMAND = (sys.executable, "-m", "trialist")
_PR_CAPBSET_DROP = 24
NOT_REACHED_S = 600.0
GONE_WITHIN_S = 2.0

STUDY = """\
name: victim
question: Does a killed study give the same answer?
{trial}
metric: {{name: val/accuracy, goal: maximize, relevant: 0.005{found}}}
config: {{gain: 0.9, seconds: {seconds}{more}}}
variants: {variants}
seeds: {seeds}
paired: {paired}
resources: {resources}
{extra}
"""


@dataclass(frozen=True)
class Kind:
    """A way to be a study: what it runs, and how it is judged.

    Attributes:
        ways: Variants by the `way` of a training, instead of by `gain`.
        workers: Data workers of a first attempt, and of a later one.
        extra: A line of the study file.
        as_kind: The kind whose undisturbed study says what its results must be; default: its own.
    """

    files: tuple[str, ...]
    trial: str
    found: str = ""
    gain: float = 0.93
    seeds: str = "{min: 3, max: 6}"
    paired: str = "[]"
    more: str = ""
    detached: bool = False
    amend: tuple[str, ...] = ()
    store: str = "experiments"
    ways: tuple[str, ...] = ()
    workers: str = ""
    extra: str = ""
    as_kind: str = ""

    @property
    def variants(self) -> str:
        """Give the variants as the study file says them; the first is the baseline."""
        if not self.ways:
            return f"{{baseline: {{}}, better: {{gain: {self.gain}}}}}"
        return f"{{{', '.join(f'{way}: {{way: {way}}}' for way in self.ways)}}}"


_PLAIN = ("plain.py",)
_FUNCTION = "trial: plain.py:train"
_OPTIONS = "--gain {gain} --seconds {seconds} --seed {seed}"
_TASK = Kind(
    ("task.py", "promises.py"),
    "trial: task.py:train",
    seeds="3",
    more=", lr: 0.02, steps: 60, way: accumulation",
    ways=("accumulation", "ema", "plateau"),
)
KINDS = {
    "open": Kind(_PLAIN, _FUNCTION, gain=0.9005, more=", diverges: -1"),
    "paired": Kind(_PLAIN, _FUNCTION, paired="[split, order, init]", more=", diverges: -1"),
    "diverging": Kind(_PLAIN, _FUNCTION, gain=0.902, seeds="5", more=", diverges: 2"),
    "state": Kind(
        ("state.py", "promises.py"), "trial: state.py:train", gain=0.94, more=", ballast: 100"
    ),
    "task": _TASK,
    "task, 0 data workers": replace(_TASK, workers="0 0"),
    "task, 2 data workers": replace(_TASK, workers="2 2", as_kind="task, 0 data workers"),
    "task, 0 then 2 data workers": replace(_TASK, workers="0 2", as_kind="task, 0 data workers"),
    "task, 3 replicates": replace(
        _TASK,
        files=("replicates.py", "task.py", "promises.py"),
        trial="trial: replicates.py:train",
        ways=("accumulation", "ema", "traced"),
    ),
    "task, runs together": replace(
        _TASK,
        files=("together.py", "task.py", "promises.py"),
        trial="trial: together.py:task",
        ways=("accumulation", "ema", "cycle"),
        extra="vectorize: require",
    ),
    "command": Kind(
        ("script.py",),
        f"command: python script.py {_OPTIONS}",
        found=", pattern: 'Acc: ([0-9.]+)'",
    ),
    "attached": Kind(
        ("attached.py", "promises.py"), f"command: python attached.py {_OPTIONS}", seeds="3"
    ),
    "detached": Kind(_PLAIN, _FUNCTION, more=", diverges: -1", detached=True),
    "amended": Kind(
        _PLAIN,
        _FUNCTION,
        gain=0.9005,
        seeds="{min: 3, max: 4}",
        more=", diverges: -1",
        amend=("seeds.max=6", "--amend", "the noise was larger than anybody thought"),
    ),
}
FLAVOURS = ("open", "paired", "diverging")


@dataclass
class Victim:
    """A study in its own folder, run by the real command."""

    folder: Path
    flavour: int = 0
    seconds: float = 0.2
    kind: str = ""
    store: str = "experiments"
    name: str = "victim"
    resources: str = "{retries: 20}"
    is_humble: bool = False
    acknowledged: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kind = self.kind or FLAVOURS[self.flavour % len(FLAVOURS)]
        self.folder.mkdir(parents=True)
        for name in self.shape.files:
            shutil.copy(HERE / "trials" / name, self.folder / name)
        keys = {name: getattr(self.shape, name) for name in self.shape.__dataclass_fields__}
        keys["variants"] = self.shape.variants
        self.beside("workers").write_text(self.shape.workers)
        text = STUDY.format(**keys, seconds=self.seconds, resources=self.resources)
        (self.folder / "study.yaml").write_text(text)

    @property
    def shape(self) -> Kind:
        return KINDS[self.kind]

    @property
    def place(self) -> Path:
        """The store."""
        return self.folder / self.store

    @property
    def root(self) -> Path:
        return self.place / self.name

    def beside(self, name: str) -> Path:
        """Give a file of the campaign: beside the study, where nobody looks for what runs write."""
        return self.folder.with_name(f"{self.folder.name}.{name}")

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "XDG_STATE_HOME": str(self.folder / "state"),
            MARK: str(self.folder),
            "NO_COLOR": "1",
            "PYTHONPATH": os.pathsep.join([str(HERE / "hook"), os.environ.get("PYTHONPATH", "")]),
        }

    def words(self, *more: str, workers: int = 2) -> list[str]:
        """Give the command that runs the study."""
        place = () if self.store == "experiments" else ("--store", self.store)
        return [*COMMAND, "run", "study.yaml", "--workers", str(workers), *place, *more]

    def start(self, *more: str, workers: int = 2, **options: Any) -> subprocess.Popen[str]:
        return self.open(self.words(*more, workers=workers), **options)

    def open(self, words: list[str], **options: Any) -> subprocess.Popen[str]:
        """Start a command in the study's folder."""
        streams = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
        }
        if self.is_humble:
            options = {"preexec_fn": _obey_permissions, **options}
        settings = {**streams, "cwd": self.folder, "env": self.environment, "text": True, **options}
        return subprocess.Popen(words, **settings)

    def run(
        self, *more: str, workers: int = 2, timeout: float = NOT_REACHED_S, **options: Any
    ) -> tuple[int, str, str]:
        process = self.start(*more, workers=workers, **options)
        out, err = process.communicate(timeout=timeout)
        return process.returncode, out, err

    def ask(self, *words: str) -> tuple[int, str]:
        """Run another command on the store; give its code and all that it said."""
        process = self.open([*COMMAND, *words, "--store", self.store])
        out, err = process.communicate(timeout=NOT_REACHED_S)
        return process.returncode, out + err

    def verify(self) -> tuple[int, str]:
        return self.ask("verify", "victim")

    def check(self) -> tuple[int, str]:
        """Check every file of the study."""
        return self.ask("store", "check", "victim")

    def coordinator(self) -> int | None:
        """Give the process that runs the study, as its lock says."""
        holder = read_holder(self.root / "lock")
        return holder.pid if holder is not None and psutil.pid_exists(holder.pid) else None

    def results(self) -> str:
        """results.json without what may differ by timing."""
        data = json.loads((self.root / "results.json").read_text())
        data.pop("extra_runs")
        return json.dumps(data, indent=1)

    # -- to stand still while something is done to it

    def hold(self, n: int) -> None:
        """Have two runs wait in their first step once `n` have begun, until `release`."""
        temporary = self.beside("holding")
        temporary.write_text(str(n))
        temporary.rename(self.beside("hold"))

    def release(self) -> None:
        """Have the runs go on."""
        self.beside("hold").unlink(missing_ok=True)

    # -- to be hit at a chosen place ------------------------------------------

    def arm(self, pattern: str, *, skip: int = 0, how: str = "before") -> None:
        """Have it happen at a write of a path like `pattern`, after `skip` others."""
        for name in ("fired", "passed"):
            self.beside(name).unlink(missing_ok=True)
        temporary = self.beside("arming")
        temporary.write_text(f"{how}\n{skip}\n{pattern}")
        temporary.rename(self.beside("arm"))

    @property
    def has_fired(self) -> bool:
        return self.beside("fired").exists()

    def disarm(self) -> bool:
        """Have nothing happen any more; tell whether it has."""
        with suppress(FileNotFoundError):
            self.beside("arm").rename(self.beside("passed"))
        return self.has_fired

    # -- what was promised, and what is left ----------------------------------

    def note_acknowledged(self) -> None:
        """Remember every journal that has its end line now."""
        for path in self.root.glob("trials/*/*/*/journal.jsonl"):
            data = path.read_bytes()
            if ended(data) is not None:
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

    def gone_after(self, *, within: float = GONE_WITHIN_S) -> float | None:
        """Give after how many seconds no process is left; None where one is after `within`.

        Whether it took too long is counted by the times it was asked: a machine that stands still
        does not use them up.
        """
        began = time.monotonic()
        for _ in range(round(within / 0.05)):
            if not self.processes():
                return time.monotonic() - began
            time.sleep(0.05)
        return None if self.processes() else time.monotonic() - began

    def end_all(self) -> None:
        """Leave nothing behind."""
        for process in self.processes():
            with suppress(psutil.Error):
                process.send_signal(signal.SIGKILL)


def _obey_permissions() -> None:
    """Have root ask for permission like everybody else, from the next program on."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


def ended(data: bytes) -> dict[str, Any] | None:
    """Give the end event of a journal's bytes, if it is there."""
    if not data.endswith(b"\n"):
        return None
    try:
        last = json.loads(data.splitlines()[-1])
    except ValueError:  # damaged: `trialist verify` will say it
        return None
    return last if last["k"] == "end" else None
