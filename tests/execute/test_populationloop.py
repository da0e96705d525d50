"""Populations: parts, rounds, takeovers, and the schedule that is replayed bit by bit."""

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from trialist.execute.attempt import run_attempt
from trialist.execute.executor import Ended
from trialist.execute.loop import LoopEnd
from trialist.execute.making import LoopSetup
from trialist.execute.populationloop import PopulationLoop
from trialist.execute.proposing import Samplers
from trialist.execute.schedules import segments_of
from trialist.execute.task import Task
from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.ledger.trialrecords import searches_in
from trialist.values.errors import CheckpointError
from trialist.values.plan import PlannedVariant
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.seeds import SeedSet
from trialist.values.space import Arm, Parameter, Scale

LR = Parameter(name="lr", low=1e-3, high=1.0, scale=Scale.LOG)
STEPS, INTERVAL = 50, 10


class Quiet:
    def __getattr__(self, name):
        return lambda *_args, **_more: None


class KilledError(Exception):
    pass


def train(config, run):
    """A walk that depends on its whole past: the state, and the random numbers drawn so far."""
    state = run.restore() or {"x": 5.0, "step": 0}
    x = state["x"]
    for step in range(state["step"] + 1, config["max_train_steps"] + 1):
        x -= config["lr"] * x * 0.2 - random.gauss(0, 0.01)
        if step % INTERVAL == 0:
            run.log({"val/accuracy": -abs(x)}, step=step)
            run.checkpoint({"x": x, "step": step}, step=step)
        if run.should_stop():
            break
    return {"val/accuracy": -abs(x)}


class Here:
    """An executor that makes each attempt when it is polled, and may be killed."""

    workers = 2

    def __init__(self, function=train, left=10**9):
        self.function, self.left, self.running = function, left, []

    def submit(self, task):
        self.left -= 1
        if self.left < 0:
            raise KilledError
        self.running.append(task)

    def poll(self, timeout):
        tasks, self.running = self.running, []
        return [
            Ended(task=task, attempt=run_attempt(task, self.function, stop=bool, threads=1))
            for task in tasks
        ]

    def cancel(self, task):
        pass

    def kill(self, task):
        pass

    def close(self):
        pass


@pytest.fixture
def plan(make_plan):
    search = SearchPlan(
        method=Method.PBT,
        arms=(Arm(variant="baseline"), Arm(variant="tuned", parameters=(LR,))),
        trials=8,
        replicates=1,
        seed=3,
        tuned=Tuned.CONFIGURATION,
        options={"interval": INTERVAL},
    )
    config = {"lr": 0.01, "max_train_steps": STEPS}
    variants = tuple(PlannedVariant(name=name, config=config) for name in ("baseline", "tuned"))
    made = make_plan(variants=("baseline", "tuned"), seeds=(1, 2, 3), search=search)
    return replace(made, variants=variants)


@pytest.fixture
def make_loop(study, plan):
    def make(executor):
        log = ProtocolLog(study.ledger, clock=lambda: 1.0)
        if History(log.entries).plan_hash is None:
            log.append(LogKind.REGISTERED, plan=plan.hash)
        found = searches_in(study, plan, History(log.entries))
        setup = LoopSetup(
            plan=plan,
            folder=study,
            log=log,
            executor=executor,
            observer=Quiet(),
            interrupts=lambda: 0,
            anchored=lambda _log: None,
        )
        return PopulationLoop(setup, found, proposer=Samplers(plan, study, found)), log

    return make


def kinds(log, kind):
    return [entry.fields for entry in log.entries if entry.kind == kind]


def test_every_member_trains_every_part_and_the_worst_take_over(make_loop):
    loop, log = make_loop(Here())
    assert loop.run() is LoopEnd.ANSWERED
    parts = kinds(log, LogKind.PART)
    assert len(parts) == 8 * 4  # the last part ends the run itself
    evolved = kinds(log, LogKind.EVOLVED)
    assert [one["step"] for one in evolved] == [10, 20, 30, 40]
    assert all(len(one["exploits"]) <= 2 for one in evolved)
    assert any(one["exploits"] for one in evolved)
    for one in evolved:
        scores = {p["trial"][2]: p["value"] for p in parts if p["step"] == one["step"]}
        for exploit in one["exploits"]:
            assert scores[exploit["donor"]] > scores[exploit["target"]]
            assert LR.low <= exploit["new"]["lr"] <= LR.high
    assert len(kinds(log, LogKind.TOLD)) == 8
    log.close()


def test_a_member_s_schedule_replayed_from_step_0_gives_the_same_bits(
    make_loop, study, plan, tmp_path
):
    loop, log = make_loop(Here())
    loop.run()
    found = searches_in(study, plan, History(log.entries))
    assert len(found.told) == 8
    for number, (key, told) in enumerate(sorted(found.told.items())):
        directory = Path(tmp_path, f"again-{number}")
        directory.mkdir()
        task = Task(
            variant="again",
            seed=0,
            number=1,
            config=found.trials[key].config,
            seeds=SeedSet.of(0, vary=plan.vary),
            directory=directory,
            metric="val/accuracy",
            plan_hash=plan.hash,
            segments=segments_of(plan, found, key),
        )
        made = run_attempt(Task.from_dict(task.to_dict()), train, stop=bool, threads=1)
        assert made.value == told.values[0]
    log.close()


@pytest.mark.parametrize("after", [9, 21])
def test_a_population_that_was_killed_goes_on_as_if_nothing_had_happened(
    make_loop, study, plan, after
):
    loop, log = make_loop(Here())
    loop.run()
    wanted = (
        [one["exploits"] for one in kinds(log, LogKind.EVOLVED)],
        {tuple(one["trial"]): one["values"] for one in kinds(log, LogKind.TOLD)},
    )
    log.close()
    shutil.rmtree(study.root)
    study.root.mkdir()
    loop, log = make_loop(Here(left=after))
    with pytest.raises(KilledError):
        loop.run()
    log.close()
    loop, log = make_loop(Here())
    assert loop.run() is LoopEnd.ANSWERED
    assert (
        [one["exploits"] for one in kinds(log, LogKind.EVOLVED)],
        {tuple(one["trial"]): one["values"] for one in kinds(log, LogKind.TOLD)},
    ) == wanted
    log.close()


def test_a_member_without_a_checkpoint_ends_the_search_with_a_cure(make_loop):
    def forgets(config, run):
        for step in range(1, STEPS + 1):
            if step % INTERVAL == 0:
                run.log({"val/accuracy": 0.5}, step=step)
            if run.should_stop():
                break
        return {"val/accuracy": 0.5}

    loop, log = make_loop(Here(forgets))
    with pytest.raises(CheckpointError, match="saved no checkpoint at step 10") as found:
        loop.run()
    assert "run.checkpoint" in found.value.mistakes[0].todo
    log.close()


def test_a_member_that_diverges_is_replaced(make_loop):
    def diverges(config, run):
        if config["lr"] > 0.05 and run.restore() is None:
            return float("nan")
        return train(config, run)

    loop, log = make_loop(Here(diverges))
    assert loop.run() is LoopEnd.ANSWERED
    first = kinds(log, LogKind.EVOLVED)[0]["exploits"]
    lost = [p["trial"][2] for p in kinds(log, LogKind.PART) if p["value"] is None]
    assert lost
    assert set(lost) <= {one["target"] for one in first}
    log.close()
