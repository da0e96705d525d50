"""Builders: commands, runs that keep what they are given, and pools that run a command."""

import json
import textwrap

import pytest

from trialist.execute.load import TrialSource
from trialist.execute.local import LocalPool, PoolSettings
from trialist.values.command import Command, goal_first, sources_of
from trialist.values.metric import Goal, Metric
from trialist.values.seeds import SeedSet

GOAL = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)


def command_of(template, *, metrics=None, **fields):
    """Give a command; `metrics` as in a study file."""
    return Command(
        template=template, sources=goal_first(sources_of(metrics or {}, GOAL), GOAL), **fields
    )


@pytest.fixture
def make_command():
    return command_of


class Kept:
    """A run that keeps what it is given."""

    def __init__(self, directory):
        self.directory = directory
        self.seed = SeedSet.of(3)
        self.rows = []
        self.findings = []
        self.events = []
        self.earlier = []

    def log(self, values, *, step=None):
        self.rows.append((step, dict(values)))

    def finding(self, message):
        self.findings.append(message)

    def relay(self, kind, fields):
        self.events.append((kind, fields))

    def earlier_rows(self):
        return self.earlier


@pytest.fixture
def kept(tmp_path):
    directory = tmp_path / "store" / "wide" / "seed-3" / "attempt-1"
    directory.mkdir(parents=True)
    return Kept(directory)


@pytest.fixture
def project(tmp_path):
    """Give the study's folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def write(project):
    def write(name, text):
        path = project / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def command_pool(project, tmp_path):
    pools = []

    def command_pool(template, *, workers=1, settings=None, **fields):
        command = command_of(template, **fields)
        pool = LocalPool(
            PoolSettings(
                trial=TrialSource.of_command(command, project),
                workers=workers,
                log=tmp_path / "workers.log",
                **(settings or {}),
            )
        )
        pools.append(pool)
        return pool

    yield command_pool
    for pool in pools:
        pool.close()


def rows_of(task):
    """Give the metric rows of a task's journal."""
    text = (task.directory / "journal.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    return [(line["step"], line["v"]) for line in lines if line["k"] == "metric"]


@pytest.fixture
def rows():
    return rows_of
