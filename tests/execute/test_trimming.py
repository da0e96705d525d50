"""Watching curves and ending trials, by the rule of a sweep file."""

from dataclasses import replace

import pytest

from trialist.execute.making import LoopSetup
from trialist.execute.searchloop import SearchLoop
from trialist.execute.trimming import RungWatch
from trialist.ledger.history import History
from trialist.ledger.journal import JournalWriter
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.searchlog import log_rung
from trialist.ledger.trialrecords import searches_in
from trialist.values.plan import Look
from trialist.values.searchplan import Method, PlannedTrial, Pruner, SearchPlan, Tuned
from trialist.values.space import Arm, Parameter

LR = Parameter(name="lr", low=0.0, high=1.0)


def search():
    plan = SearchPlan(
        method=Method.RANDOM, arms=(Arm(variant="wide", parameters=(LR,)),), trials=4,
        replicates=1, seed=0, tuned=Tuned.CONFIGURATION,
        pruner=Pruner(name="wandb", rungs=(2,), eta=3),
    )  # fmt: skip
    design = tuple(
        PlannedTrial(variant="wide", search=0, number=number, units=(number / 4,),
                     params={"lr": number / 4}, config={"lr": number / 4}, seeds=(0,))
        for number in range(4)
    )  # fmt: skip
    return replace(plan, design=design)


class Waiting:
    """An executor whose runs go on for ever."""

    workers = 4

    def __init__(self):
        self.tasks = []
        self.writers = {}

    def submit(self, task):
        task.directory.mkdir(parents=True, exist_ok=True)
        self.tasks.append(task)


class Silent:
    def began(self, task):
        pass


@pytest.fixture
def running(study, make_plan):
    """Give a study with four running trials."""
    plan = make_plan(seeds=(1,), looks=(Look(n=1, thresholds=(0.05,)),), search=search())
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    log.append(LogKind.REGISTERED, plan=plan.hash)
    executor = Waiting()
    setup = LoopSetup(
        plan=plan, folder=study, log=log, executor=executor, observer=Silent(),
        interrupts=lambda: 0, anchored=lambda _log: None,
    )  # fmt: skip
    found = searches_in(study, plan, History(log.entries))
    loop = SearchLoop(setup, found, {})
    loop._fill()
    yield setup, loop, plan
    log.close()


def say(setup, number, *values):
    """Let a trial log values of the goal metric; higher is better."""
    task = setup.executor.tasks[number]
    writer, step = setup.executor.writers.setdefault(number, (None, 0))
    if writer is None:
        writer = JournalWriter(task.directory / "journal.jsonl", clock=lambda: 1.0)
        writer.start({"variant": task.variant, "seed": task.seed})
    for value in values:
        step += 1
        writer.metric({setup.plan.metric.name: value}, step)
    writer.sync()
    setup.executor.writers[number] = (writer, step)


def watched(setup, loop, plan):
    found = searches_in(setup.folder, plan, History(setup.log.entries))
    return RungWatch(plan, found)


def looked(watch, setup, loop):
    lines = list(watch.look(loop._maker.tasks, loop.board))
    for line in lines:
        log_rung(setup.log, setup.plan.hash, line)
    return [(line.key[2], line.rung, line.is_cut, line.n) for line in lines]


def test_a_trial_is_ended_that_is_worse_than_those_before_it(running):
    setup, loop, _ = running
    watch = watched(*running)
    say(setup, 0, 0.1, 0.9)
    assert looked(watch, setup, loop) == [(0, 2, False, 1)]
    say(setup, 1, 0.8, 0.2)
    assert looked(watch, setup, loop) == [(1, 2, True, 2)]
    assert looked(watch, setup, loop) == []


def test_a_trial_may_end_between_two_bands_when_others_come_by(running):
    setup, loop, _ = running
    watch = watched(*running)
    say(setup, 0, 0.1, 0.3)
    say(setup, 1, 0.1, 0.9)
    assert looked(watch, setup, loop) == [(0, 2, False, 1), (1, 2, False, 2)]
    say(setup, 0, 0.4)
    assert looked(watch, setup, loop) == [(0, 2, True, 2)]
    say(setup, 0, 0.5)
    assert looked(watch, setup, loop) == []  # it is told once


def test_after_an_interruption_trials_are_held_against_what_was_recorded(running):
    setup, loop, _ = running
    watch = watched(*running)
    say(setup, 0, 0.1, 0.9)
    say(setup, 1, 0.1, 0.8)
    assert len(looked(watch, setup, loop)) == 2
    again = watched(*running)
    assert looked(again, setup, loop) == []
    say(setup, 2, 0.1, 0.85)
    assert looked(again, setup, loop) == [(2, 2, False, 3)]
