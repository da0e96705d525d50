"""Builders: tasks, plans, trial files, pools, and a deadline for everything that waits."""

import textwrap
import time

import pytest

from trialist.execute.load import TrialSource
from trialist.execute.local import LocalPool, PoolSettings
from trialist.execute.task import Task
from trialist.ledger.folder import StudyFolder
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.plan import Look, Plan, PlannedVariant
from trialist.values.seeds import SeedSet

DEADLINE_S = 180.0


def wait_until(condition, *, every=0.01):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(every)


def happens_within(condition, seconds, *, every=0.01):
    """Tell whether it happens within so many seconds of asking.

    They are counted by the times it was asked, not by the clock: a machine that stands still for a
    while, with this process and all others, does not use them up.
    """
    for _ in range(round(seconds / every)):
        if condition():
            return True
        time.sleep(every)
    return condition()


@pytest.fixture
def until():
    return wait_until


@pytest.fixture
def within():
    return happens_within


@pytest.fixture
def make_task(tmp_path):
    def make_task(variant="wide", seed=0, number=1, *, config=None, metric="val/accuracy"):
        directory = tmp_path / "store" / variant / f"seed-{seed}" / f"attempt-{number}"
        directory.mkdir(parents=True)
        return Task(
            variant=variant,
            seed=seed,
            number=number,
            config=config or {},
            seeds=SeedSet.of(seed),
            directory=directory,
            metric=metric,
            plan_hash="sha256:ab",
        )

    return make_task


def plan_of(*, variants=("baseline", "wide"), seeds=(0, 1, 2), looks=None, **changes):
    fields = {
        "study": "digits",
        "question": "",
        "trial": "train.py:train",
        "code": (),
        "metric": Metric(name="val/accuracy", goal=Goal.MAXIMIZE),
        "variants": tuple(PlannedVariant(name=name, config={"name": name}) for name in variants),
        "baseline": variants[0],
        "seeds": tuple(seeds),
        "looks": looks or (Look(n=len(seeds), thresholds=(0.05,) * (len(variants) - 1)),),
        "paired": (),
        "vary": ("order", "init", "train"),
        "mode": Mode.CONFIRM,
        "threads": 1,
        "retries": None,
        "timeout": None,
    }
    return Plan(**{**fields, **changes})


@pytest.fixture(scope="session")  # it only hands a function over
def make_plan():
    return plan_of


@pytest.fixture
def study(tmp_path):
    folder = StudyFolder(tmp_path / "experiments" / "digits")
    folder.root.mkdir(parents=True)
    return folder


@pytest.fixture
def trial_file(tmp_path):
    def trial_file(text, name="train.py"):
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return trial_file


@pytest.fixture
def start_pool(trial_file, tmp_path):
    pools = []

    def start_pool(text, *, workers=1, function="train", **settings):
        path = trial_file(text)
        pool = LocalPool(
            PoolSettings(
                trial=TrialSource.parse(f"{path.name}:{function}", path.parent),
                workers=workers,
                log=tmp_path / "workers.log",
                **settings,
            )
        )
        pools.append(pool)
        return pool

    yield start_pool
    for pool in pools:
        pool.close()
