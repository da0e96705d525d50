"""Evaluating trained runs on as many workers as there are."""

from __future__ import annotations

from types import SimpleNamespace

from trialist.execute.evaluating import evaluate_all
from trialist.execute.executor import Died, Ended
from trialist.ledger.attempts import Attempt
from trialist.ledger.closing import read_closing
from trialist.values.events import FailureKind, RunStatus


class Workers:
    """An executor that gives what is asked of it, the latest first."""

    def __init__(self, ends, *, workers=2):
        self.workers, self._ends, self._running, self.most = workers, ends, [], 0

    def submit(self, task):
        self._running.append(task)
        self.most = max(self.most, len(self._running))

    def poll(self, timeout):
        del timeout
        task = self._running.pop()
        end = self._ends[task.name]
        if type(end) is str:
            return [Died(task=task, failure=FailureKind.CRASHED, message=end)]
        return [Ended(task=task, attempt=Attempt(number=1, status=end, message="told"))]


def tasks(place, *names):
    return [SimpleNamespace(name=name, directory=place / name) for name in names]


def test_every_task_is_made_and_no_more_run_than_there_are_workers(tmp_path):
    told = []
    executor = Workers(dict.fromkeys("abcde", RunStatus.FINISHED))
    failed = evaluate_all(executor, tasks(tmp_path, *"abcde"), told=told.append)
    assert failed == ()
    assert sorted(one.name for one in told) == list("abcde")
    assert executor.most == 2


def test_a_value_that_is_not_a_number_is_a_result():
    assert evaluate_all(Workers({"a": RunStatus.DIVERGED}), tasks_of("a"), told=_nobody) == ()


def tasks_of(name):
    return [SimpleNamespace(name=name, directory=None)]


def _nobody(task):
    del task


def test_failures_are_told_after_the_others_are_through(tmp_path):
    ends = {"a": "was killed", "b": RunStatus.FAILED, "c": RunStatus.FINISHED}
    failed = evaluate_all(Workers(ends), tasks(tmp_path, *"abc"), told=_nobody)
    assert {(one.task.name, one.message) for one in failed} == {("a", "was killed"), ("b", "told")}
    assert read_closing(tmp_path / "a").failure is FailureKind.CRASHED
