"""An executor for a study whose runs are all there."""

import pytest

from trialist.execute.executor import IdleExecutor


def test_nothing_is_run_and_nothing_happens(make_task):
    idle = IdleExecutor()
    task = make_task()
    assert (idle.workers, idle.poll(100.0)) == (0, [])
    idle.cancel(task)
    idle.kill(task)
    with pytest.raises(RuntimeError, match="wide/seed-0"):
        idle.submit(task)
    idle.close()
