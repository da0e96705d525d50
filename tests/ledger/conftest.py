"""A small plan and a clock that only moves when a test moves it."""

from pathlib import Path

import pytest

from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import JournalWriter
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import CodeFile, Look, Plan, PlannedVariant


class FakeClock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def plan() -> Plan:
    return Plan(
        study="digits",
        question="",
        trial="train.py:train",
        code=(CodeFile(path="train.py", digest="ab"),),
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        variants=(
            PlannedVariant(name="baseline", config={}),
            PlannedVariant(name="wide", config={"width": 64}),
        ),
        baseline="baseline",
        seeds=(0, 1),
        looks=(Look(n=2, thresholds=(0.05,)),),
        paired=(),
        vary=("init", "train"),
        mode=Mode.CONFIRM,
        threads=1,
        retries=None,
        timeout=None,
    )


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    folder = StudyFolder(tmp_path / "experiments" / "digits")
    folder.root.mkdir(parents=True)
    return folder


@pytest.fixture
def log_path(study: StudyFolder, clock: FakeClock) -> Path:
    """Give a log with six entries, one of them with letters beyond ASCII."""
    log = ProtocolLog(study.ledger, clock=clock)
    log.append(LogKind.REGISTERED, plan="sha256:ab")
    log.append(LogKind.SESSION, command=["trialist", "run", "größe.yaml"])
    for attempt in (1, 2, 3):
        log.append(LogKind.STARTED, variant="wide", seed=0, attempt=attempt)
    log.append(LogKind.LOOK, runs=[{"seed": 0, "sha256": "cd"}], n=1)
    log.close()
    return study.ledger


@pytest.fixture
def write_run(study, clock, plan):
    """Give a function that writes the journal of one attempt, and gives its digest."""

    def write(variant="wide", seed=0, number=1, *, rows=3, end=True, values=None, events=()):
        place = study.attempt(variant, seed, number)
        place.mkdir(parents=True, exist_ok=True)
        writer = JournalWriter(place / "journal.jsonl", clock=clock)
        writer.start(
            {"plan": plan.hash, "config": {"width": 64}, "environment": {"python": "3.11"}}
        )
        for kind, fields in events:
            writer.event(kind, fields)
        for step in range(rows):
            clock.now += 0.5
            row = values(step) if values else {"train/loss": 1.0 / (step + 1), "val/accuracy": 0.5}
            writer.metric(row, step)
        if not end:
            return None
        return writer.end(
            {"status": "finished", "value": 0.5, "failure": None, "message": None, "seconds": 2.0}
        )

    return write
