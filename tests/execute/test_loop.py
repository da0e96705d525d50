"""The loop: order, looks, retries, stopping, and going on where it stopped."""

import json
import shutil
import time
from dataclasses import dataclass, field

import pytest

from trialist.execute import making
from trialist.execute.attempt import run_attempt
from trialist.execute.executor import Died, Ended, IdleExecutor
from trialist.execute.inline import InlineExecutor
from trialist.execute.loop import LoopEnd, StudyLoop
from trialist.execute.making import LoopSetup
from trialist.ledger.attempts import read_attempts, read_records
from trialist.ledger.closing import read_closing
from trialist.ledger.history import History
from trialist.ledger.journal import JournalWriter, read_journal
from trialist.ledger.protocol_log import LogKind, ProtocolLog, read_chain
from trialist.values.events import FailureKind, RunStatus
from trialist.values.plan import Look

LOOKS = (Look(n=3, thresholds=(0.01,)), Look(n=5, thresholds=(0.04,)))


@dataclass
class Watched:
    """An observer that remembers what it was told."""

    began_: list = field(default_factory=list)
    settled_: list = field(default_factory=list)
    retried_: list = field(default_factory=list)
    looked_: list = field(default_factory=list)
    stopping_: list = field(default_factory=list)

    def began(self, task):
        self.began_.append((task.variant, task.seed, task.number))

    def settled(self, record):
        self.settled_.append(record)

    def retried(self, task, message):
        self.retried_.append((task.name, message))

    def looked(self, look, looks):
        self.looked_.append(look.n)

    def stopping(self, n_running):
        self.stopping_.append(n_running)

    def tick(self, board, looks):
        pass


class Scripted:
    """An executor whose workers do what a function says: run, die, or stay silent."""

    def __init__(self, act, workers=1):
        self.workers = workers
        self.act = act
        self.running = []
        self.cancelled = []
        self.killed = []
        self.most = 0

    def submit(self, task):
        self.running.append(task)
        self.most = max(self.most, len(self.running))

    def poll(self, timeout):
        events = []
        for task in tuple(self.running):
            event = self.act(self, task)
            if event is not None:
                events.append(event)
            if isinstance(event, (Ended, Died)):
                self.running.remove(task)
        return events

    def cancel(self, task):
        self.cancelled.append(task)

    def kill(self, task):
        self.killed.append(task)

    def close(self):
        pass


def value_of(variant, seed):
    return {"baseline": 0.5, "wide": 0.6}.get(variant, 0.5) + (seed * 7 % 5) / 1000


def finish(_executor, task):
    attempt = run_attempt(
        task,
        lambda config, run: value_of(task.variant, task.seed),
        stop=lambda: False,
        threads=1,
    )
    return Ended(task=task, attempt=attempt)


def begin_journal(task, *, last_step=4):
    path = task.directory / "journal.jsonl"
    if not path.exists():
        writer = JournalWriter(path, clock=lambda: 1.0)
        writer.start({"plan": task.plan_hash})
        if last_step is not None:
            writer.metric({"train/loss": 1.0}, last_step)


def die(task, failure=FailureKind.CRASHED, *, last_step=4):
    begin_journal(task, last_step=last_step)
    return Died(task=task, failure=failure, message="gone")


@pytest.fixture
def log(study):
    log = ProtocolLog(study.ledger, clock=lambda: 1.0)
    yield log
    log.close()


@pytest.fixture
def make_loop(study, log):
    def make_loop(plan, executor, *, settled=(), interrupts=lambda: 0, log=log):
        watched = Watched()
        anchored = []
        setup = LoopSetup(
            plan=plan,
            folder=study,
            log=log,
            executor=executor if hasattr(executor, "poll") else Scripted(executor),
            observer=watched,
            interrupts=interrupts,
            anchored=lambda log: anchored.append(len(log.entries)),
        )
        loop = StudyLoop(setup, settled)
        loop.watched, loop.anchored_at, loop.executor = watched, anchored, setup.executor
        return loop

    return make_loop


@pytest.fixture
def two_looks(make_plan):
    return make_plan(seeds=range(5), looks=LOOKS)


def settled_in(study, plan):
    history = History(read_chain(study.ledger).entries)
    return history.settled(read_records(study, plan, history), plan.hash)


def entries(log, kind):
    return [entry.fields for entry in log.entries if entry.kind == kind]


# -- the straight way -----------------------------------------------------


def test_runs_are_made_by_seed_until_the_question_is_answered(make_loop, two_looks):
    loop = make_loop(two_looks, finish)
    assert loop.run() is LoopEnd.ANSWERED
    began = loop.watched.began_
    assert [seed for _, seed, _ in began] == [0, 0, 1, 1, 2, 2]
    # Within a seed the longest goes first, and which of the two that was is the machine's.
    assert sorted(began, key=lambda one: (one[1], one[0])) == [
        (variant, seed, 1) for seed in range(3) for variant in ("baseline", "wide")
    ]
    assert loop.watched.looked_ == [3]
    assert [one.name.value for one in loop.looks.judgement.verdicts] == ["improvement"]
    assert len(loop.watched.settled_) == 6


def test_a_question_that_stays_open_takes_every_look(make_loop, make_plan):
    plan = make_plan(variants=("baseline", "same"), seeds=range(5), looks=LOOKS)
    loop = make_loop(plan, finish)
    assert loop.run() is LoopEnd.ANSWERED
    assert loop.watched.looked_ == [3, 5]
    assert len(loop.watched.began_) == 10


def test_an_attempt_is_in_the_log_before_it_begins(make_loop, two_looks, log):
    seen = []

    def act(executor, task):
        if task.first_evaluation_only:  # the repeat is no attempt at a run
            return finish(executor, task)
        started = entries(log, LogKind.STARTED)
        seen.append(
            {"variant": task.variant, "seed": task.seed, "attempt": 1}.items()
            <= started[-1].items()
        )
        return finish(executor, task)

    make_loop(two_looks, act).run()
    assert seen == [True] * 6


def test_a_look_lists_every_run_it_used_with_its_journals_digest(make_loop, two_looks, log, study):
    loop = make_loop(two_looks, finish)
    loop.run()
    (look,) = entries(log, LogKind.LOOK)
    assert (look["plan"], look["index"], look["n"], look["open"]) == (two_looks.hash, 1, 3, [])
    assert [(run["seed"], run["variant"]) for run in look["runs"]] == [
        (seed, variant) for seed in range(3) for variant in ("baseline", "wide")
    ]
    for run in look["runs"]:
        assert read_journal(study.root / run["journal"]).digest == run["sha256"]
    assert loop.anchored_at == [len(log.entries)]


def test_no_more_runs_are_started_than_there_are_workers(make_loop, make_plan):
    plan = make_plan(variants=("baseline", "same"))
    executor = Scripted(finish, workers=4)
    make_loop(plan, executor).run()
    assert executor.most == 4


def test_the_runs_get_the_configuration_and_the_seeds_of_the_plan(make_loop, make_plan):
    tasks = []

    def act(executor, task):
        tasks.append(task)
        return finish(executor, task)

    plan = make_plan(seeds=(4, 7, 9), vary=("init",))
    make_loop(plan, act).run()
    assert {task.variant: task.config["name"] for task in tasks} == {
        "baseline": "baseline",
        "wide": "wide",
    }
    assert {task.seed: task.seeds.base for task in tasks} == {4: 4, 7: 7, 9: 9}
    assert len({task.seeds.model for task in tasks}) == 3
    assert len({task.seeds.train for task in tasks}) == 1


def test_a_late_word_of_a_run_that_is_over_changes_nothing(make_loop, make_plan):
    said = []

    def act(executor, task):
        event = finish(executor, task)
        said.append(event)
        return event

    executor = Scripted(act)
    poll = executor.poll
    executor.poll = lambda timeout: [*said[:1], *poll(timeout)]
    loop = make_loop(make_plan(), executor)
    loop.run()
    assert len(loop.watched.settled_) == 6


# -- failures -------------------------------------------------------------


def test_a_killed_run_is_tried_again_and_counts_once(make_loop, make_plan, study, log):
    def act(executor, task):
        if (task.variant, task.seed, task.number) == ("wide", 1, 1):
            return die(task)
        return finish(executor, task)

    plan = make_plan()
    loop = make_loop(plan, act)
    assert loop.run() is LoopEnd.ANSWERED
    assert loop.watched.retried_ == [("wide/seed-1", "gone, after step 4")]
    assert ("wide", 1, 2) in loop.watched.began_
    first, second = read_attempts(study, "wide", 1)
    assert (first.status, first.failure) == (RunStatus.FAILED, FailureKind.CRASHED)
    assert second.status is RunStatus.FINISHED
    assert entries(log, LogKind.GAVE_UP) == []
    assert loop.board.settled[("wide", 1)].attempts == 2


def test_a_run_that_hung_has_taken_the_time_until_it_was_ended(make_loop, make_plan, study):
    def act(executor, task):
        if (task.variant, task.seed) != ("wide", 1):
            return finish(executor, task)
        time.sleep(0.02)  # its journal says nothing of this
        return die(task, failure=FailureKind.TIMEOUT)

    loop = make_loop(make_plan(), act)
    assert loop.run() is LoopEnd.ANSWERED
    assert loop.board.settled[("wide", 1)].seconds >= 0.02


def test_a_worker_that_died_after_its_end_line_is_not_run_again(make_loop, make_plan, study):
    def act(executor, task):
        finish(executor, task)
        return Died(task=task, failure=FailureKind.CRASHED, message="gone")

    loop = make_loop(make_plan(), act)
    assert loop.run() is LoopEnd.ANSWERED
    assert {number for _, _, number in loop.watched.began_} == {1}
    assert loop.watched.retried_ == []
    assert read_closing(study.attempt("wide", 0, 1)) is None


def test_a_run_that_always_fails_is_given_up_and_the_study_goes_on(
    make_loop, make_plan, log, study
):
    def act(executor, task):
        if (task.variant, task.seed) == ("wide", 1):
            return die(task, last_step=None)
        return finish(executor, task)

    plan = make_plan(seeds=range(4))
    loop = make_loop(plan, act)
    assert loop.run() is LoopEnd.ANSWERED
    (given_up,) = entries(log, LogKind.GAVE_UP)
    assert (given_up["variant"], given_up["seed"], given_up["attempts"]) == ("wide", 1, 3)
    assert (given_up["failure"], given_up["plan"]) == ("crashed", plan.hash)
    assert loop.looks.evidence[0].samples["wide"].n_failed == 1
    closing = read_closing(study.attempt("wide", 1, 1))
    assert closing.message == "gone, after step 0 (nothing was logged)"


def test_three_equal_failures_end_the_study_at_once(make_loop, make_plan):
    def act(executor, task):
        attempt = run_attempt(task, lambda config, run: 1 / 0, stop=lambda: False, threads=1)
        return Ended(task=task, attempt=attempt)

    loop = make_loop(make_plan(seeds=range(8)), act)
    assert loop.run() is LoopEnd.FAILED_ALIKE
    assert loop.failure.error.startswith("ZeroDivisionError")
    assert len(loop.watched.began_) == 3


def test_equal_failures_after_a_result_do_not_end_it(make_loop, make_plan):
    def act(executor, task):
        if task.seed == 0:
            return finish(executor, task)
        return die(task, FailureKind.OOM)

    loop = make_loop(make_plan(seeds=range(4)), act)
    assert loop.run() is LoopEnd.ANSWERED
    assert len(loop.watched.settled_) == 8


# -- stopping -------------------------------------------------------------


def test_an_interrupt_asks_the_running_ones_and_starts_nothing_new(make_loop, make_plan):
    count = [0]

    def act(executor, task):
        if task in executor.cancelled:
            attempt = run_attempt(
                task,
                lambda config, run: [run.log({"train/loss": 1.0}, step=s) for s in range(9)],
                stop=lambda: True,
                threads=1,
            )
            return Ended(task=task, attempt=attempt)
        if task.seed == 1:
            count[0] = 1
            return None
        return finish(executor, task)

    executor = Scripted(act, workers=2)
    loop = make_loop(make_plan(), executor, interrupts=lambda: count[0])
    assert loop.run() is LoopEnd.INTERRUPTED
    assert {(task.variant, task.seed) for task in executor.cancelled} == {
        ("baseline", 1),
        ("wide", 1),
    }
    assert executor.killed == []
    assert {seed for _, seed, _ in loop.watched.began_} == {0, 1}
    assert set(loop.board.settled) == {("baseline", 0), ("wide", 0)}
    assert loop.board.running == {}


@pytest.mark.parametrize("interrupts", [1, 2])
def test_who_does_not_stop_is_ended_after_a_grace_or_at_the_second_interrupt(
    make_loop, make_plan, study, monkeypatch, interrupts
):
    monkeypatch.setattr(making, "GRACE_S", 0.05 if interrupts == 1 else 1e9)
    count = [0]

    def act(executor, task):
        begin_journal(task)
        count[0] = interrupts

    executor = Scripted(act)
    loop = make_loop(make_plan(), executor, interrupts=lambda: count[0])
    assert loop.run() is LoopEnd.INTERRUPTED
    assert [task.name for task in executor.killed] == ["baseline/seed-0"]
    (attempt,) = read_attempts(study, "baseline", 0)
    assert (attempt.status, attempt.failure) == (RunStatus.STOPPED, None)
    assert loop.board.running == {}


def test_a_run_that_ended_while_it_was_killed_keeps_its_end(
    make_loop, make_plan, study, monkeypatch
):
    monkeypatch.setattr(making, "GRACE_S", 0.0)
    count = [0]

    class Ending(Scripted):
        def kill(self, task):
            finish(self, task)

    def act(executor, task):
        count[0] = 1

    loop = make_loop(make_plan(), Ending(act), interrupts=lambda: count[0])
    loop.run()
    assert read_attempts(study, "baseline", 0)[0].status is RunStatus.FINISHED
    assert read_closing(study.attempt("baseline", 0, 1)) is None


# -- going on -------------------------------------------------------------


def test_a_study_that_is_answered_runs_nothing(make_loop, two_looks, study, log):
    make_loop(two_looks, finish).run()
    n_entries = len(log.entries)
    again = make_loop(two_looks, IdleExecutor(), settled=settled_in(study, two_looks))
    assert again.run() is LoopEnd.ANSWERED
    assert again.watched.began_ == []
    assert len(log.entries) == n_entries
    assert again.anchored_at == []


def test_an_interrupted_study_goes_on_and_ends_as_if_it_had_not_been(
    make_loop, make_plan, study, log
):
    plan = make_plan(variants=("baseline", "same"), seeds=range(5), looks=LOOKS)
    whole = make_loop(plan, finish)
    whole.run()
    expected = whole.looks.evidence
    shutil.rmtree(study.root)
    study.root.mkdir()
    fresh = ProtocolLog(study.ledger, clock=lambda: 2.0)
    for stop_after in (1, 4, 7):
        done = []

        def act(executor, task, done=done):
            done.append(task)
            return finish(executor, task)

        part = make_loop(
            plan,
            act,
            settled=settled_in(study, plan),
            interrupts=lambda done=done, limit=stop_after: int(len(done) >= limit),
            log=fresh,
        )
        assert part.run() in (LoopEnd.INTERRUPTED, LoopEnd.ANSWERED)
    last = make_loop(plan, finish, settled=settled_in(study, plan), log=fresh)
    assert last.run() is LoopEnd.ANSWERED
    assert [one.samples for one in last.looks.evidence] == [one.samples for one in expected]
    assert [one["n"] for one in entries(fresh, LogKind.LOOK)] == [3, 5]
    assert len(entries(fresh, LogKind.STARTED)) == 10
    fresh.close()
    assert not read_chain(study.ledger).faults


def test_an_attempt_number_is_never_used_twice_even_if_its_folder_was_removed(
    make_loop, make_plan, study, log
):
    plan = make_plan()
    log.append(LogKind.STARTED, variant="wide", seed=0, attempt=1)
    log.append(LogKind.STARTED, variant="wide", seed=0, attempt=2)
    study.attempt("baseline", 0, 5).mkdir(parents=True)
    loop = make_loop(plan, finish)
    loop.run()
    assert ("wide", 0, 3) in loop.watched.began_
    assert ("baseline", 0, 6) in loop.watched.began_


def test_looks_of_another_plan_are_not_this_plans(make_loop, make_plan, log):
    log.append(LogKind.LOOK, plan="sha256:other", n=3)
    loop = make_loop(make_plan(), finish)
    loop.run()
    assert [one["plan"] for one in entries(log, LogKind.LOOK)][1:] == [loop.board.plan.hash]


# -- with the executors of the house --------------------------------------


def test_the_inline_executor_runs_a_whole_study(make_loop, make_plan):
    inline = InlineExecutor(
        lambda config, run: value_of(config["name"], run.seed.base),
        threads=1,
        interrupted=lambda: False,
    )
    loop = make_loop(make_plan(), inline)
    assert loop.run() is LoopEnd.ANSWERED
    assert len(loop.watched.settled_) == 6


@pytest.mark.slow
def test_the_pool_runs_a_whole_study_with_a_crash_in_it(
    make_loop, make_plan, start_pool, study, log, tmp_path
):
    marker = tmp_path / "crashed"
    pool = start_pool(
        f"""
        import os
        from pathlib import Path

        def train(config, run):
            run.log({{"train/loss": 1.0}}, step=3)
            marker = Path({str(marker)!r})
            if (config["name"], run.seed.base) == ("wide", 1) and not marker.exists():
                marker.touch()
                os.kill(os.getpid(), 9)
            return 0.5 + 0.1 * (config["name"] == "wide") + (run.seed.base * 7 % 5) / 1000
        """,
        workers=2,
    )
    plan = make_plan()
    loop = make_loop(plan, pool)
    assert loop.run() is LoopEnd.ANSWERED
    records = read_records(study, plan, History(read_chain(study.ledger).entries))
    assert [record.value for record in records] == [
        value_of(record.variant, record.seed) for record in records
    ]
    assert {(one.variant, one.seed): one.attempts for one in records}[("wide", 1)] == 2
    assert [name for name, _ in loop.watched.retried_] == ["wide/seed-1"]


# -- answered variants ------------------------------------------------------


def test_the_runs_of_an_answered_variant_are_asked_to_stop_and_its_seeds_are_not_needed(
    make_loop, make_plan, log, study
):
    """`wide` is answered at 3 seeds; a run of it beyond them is stopped, `same` goes on."""

    def act(executor, task):
        if task.variant == "wide" and task.seed >= 3:
            if task not in executor.cancelled:
                return None
            attempt = run_attempt(
                task,
                lambda config, run: [run.log({"train/loss": 1.0}, step=s) for s in range(9)],
                stop=lambda: True,
                threads=1,
            )
            return Ended(task=task, attempt=attempt)
        if (
            task.variant == "same"
            and task.seed == 2
            and not any(one.variant == "wide" and one.seed == 3 for one in executor.running)
        ):
            return None  # the look waits until a run beyond it has begun
        return finish(executor, task)

    looks = (Look(n=3, thresholds=(0.01, 0.005)), Look(n=5, thresholds=(0.04, 0.02)))
    plan = make_plan(variants=("baseline", "wide", "same"), seeds=range(5), looks=looks)
    executor = Scripted(act, workers=3)
    loop = make_loop(plan, executor)
    assert loop.run() is LoopEnd.ANSWERED
    first, second = entries(log, LogKind.LOOK)
    began = {(one["variant"], one["seed"]) for one in entries(log, LogKind.STARTED)}
    assert {task.variant for task in executor.cancelled} == {"wide"}
    stopped = [task.seed for task in executor.cancelled]
    assert stopped
    for seed in stopped:
        (attempt,) = read_attempts(study, "wide", seed)
        assert attempt.status is RunStatus.STOPPED
    assert first["open"] == ["same"]
    assert first["not_needed"] == {"wide": 5 - len({key for key in began if key[0] == "wide"})}
    assert "not_needed" not in second
    assert {seed for variant, seed in began if variant == "baseline"} == set(range(5))
    assert loop.watched.stopping_ == []


def test_a_look_that_leaves_every_comparison_open_drops_nothing(make_loop, make_plan, log):
    plan = make_plan(variants=("baseline", "same"), seeds=range(5), looks=LOOKS)
    make_loop(plan, finish).run()
    assert all("not_needed" not in one for one in entries(log, LogKind.LOOK))


def test_an_interrupt_is_said_before_the_running_ones_end(make_loop, make_plan):
    loop = make_loop(make_plan(), Scripted(finish, workers=2), interrupts=lambda: 1)
    assert loop.run() is LoopEnd.INTERRUPTED
    assert loop.watched.stopping_ == [0]


def test_the_end_of_a_dead_runs_stderr_is_kept_beside_its_message(make_loop, make_plan, study):
    def act(executor, task):
        if (task.variant, task.seed, task.number) == ("wide", 1, 1):
            (task.directory / "stderr.log").write_text("out of luck\n")
            return die(task)
        return finish(executor, task)

    make_loop(make_plan(), act).run()
    closed = json.loads((study.attempt("wide", 1, 1) / "closed.json").read_text())
    assert closed["stderr"] == ["out of luck"]


# -- going on from checkpoints --------------------------------------------


def save_and_die(task):
    def train(config, run):
        run.checkpoint([], step=3)
        raise RuntimeError("gone")

    attempt = run_attempt(task, train, stop=lambda: False, threads=1)
    return Ended(task=task, attempt=attempt)


def test_a_new_attempt_is_told_of_the_earlier_ones_that_saved_something(make_loop, make_plan):
    told = []

    def act(executor, task):
        if (task.variant, task.seed) != ("wide", 0):
            return finish(executor, task)
        told.append((task.number, [folder.name for folder in task.resume], task.goal))
        return {1: save_and_die, 2: die, 3: save_and_die}.get(task.number, die_or_finish)(task)

    def die_or_finish(task):
        return finish(None, task)

    loop = make_loop(make_plan(retries=5), act)
    assert loop.run() is LoopEnd.ANSWERED
    goal = make_plan().metric.goal
    assert told == [
        (1, [], goal),
        (2, ["attempt-1"], goal),
        (3, ["attempt-1"], goal),
        (4, ["attempt-3", "attempt-1"], goal),
    ]


def test_an_attempt_that_the_log_does_not_know_is_not_gone_on_from(make_loop, make_plan, study):
    plan = make_plan()
    planted = study.attempt("wide", 0, 1)
    planted.mkdir(parents=True)
    writer = JournalWriter(planted / "journal.jsonl", clock=lambda: 1.0)
    writer.start({"plan": plan.hash})
    (planted / "checkpoints").mkdir()
    told = []

    def act(executor, task):
        told.append((task.number, task.resume))
        return finish(executor, task)

    make_loop(plan, act).run()
    assert (2, ()) in told
    assert all(resume == () for _, resume in told)
