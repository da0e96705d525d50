"""Runs made in the calling process."""

import os
import time

from trialist.execute.executor import Ended
from trialist.execute.inline import InlineExecutor
from trialist.values.events import RunStatus


def executor(function, *, interrupted=lambda: False):
    return InlineExecutor(function, threads=1, interrupted=interrupted)


def test_a_poll_makes_one_attempt_in_this_process(make_task):
    inline = executor(lambda config, run: float(os.getpid()))
    tasks = [make_task(seed=seed) for seed in (0, 1)]
    for task in tasks:
        inline.submit(task)
    events = [inline.poll(10.0) for _ in tasks]
    assert [[event.task for event in got] for got in events] == [[tasks[0]], [tasks[1]]]
    assert isinstance(events[0][0], Ended)
    assert events[0][0].attempt.value == os.getpid()
    assert inline.workers == 1
    inline.close()


def test_without_a_task_a_poll_returns_soon():
    began = time.monotonic()
    assert executor(lambda config, run: 1.0).poll(600.0) == []
    assert time.monotonic() - began < 300


def test_a_task_that_has_not_begun_can_be_forgotten(make_task):
    inline = executor(lambda config, run: 1.0)
    one, two, three = (make_task(seed=seed) for seed in (0, 1, 2))
    for task in (one, two, three):
        inline.submit(task)
    inline.cancel(one)
    inline.kill(two)
    assert [event.task for event in inline.poll(0.0)] == [three]
    assert inline.poll(0.0) == []


def test_an_interrupt_stops_the_run_at_its_next_step(make_task):
    came = []

    def train(config, run):
        for step in range(100):
            came.append(step)
            run.log({"val/accuracy": 0.5}, step=step)

    inline = executor(train, interrupted=lambda: len(came) > 3)
    inline.submit(make_task())
    (event,) = inline.poll(0.0)
    assert event.attempt.status is RunStatus.STOPPED
    assert event.attempt.last_step == 3


def test_an_exception_is_a_failure_and_not_the_end_of_the_program(make_task):
    def train(config, run):
        raise SystemExit("stop it all")

    inline = executor(train)
    inline.submit(make_task())
    (event,) = inline.poll(0.0)
    assert event.attempt.status is RunStatus.FAILED
