"""Tasks travel as plain data."""

import json
from dataclasses import replace

from trialist.execute.task import Task
from trialist.values.metric import Goal


def test_a_task_survives_the_way_to_a_worker(make_task):
    task = make_task(config={"lr": 0.1, "layers": [1, 2], "deep": {"a": None}})
    assert Task.from_dict(json.loads(json.dumps(task.to_dict()))) == task


def test_what_it_goes_on_from_travels_with_it(make_task):
    before = make_task(number=1)
    task = replace(make_task(number=2), resume=(before.directory,), goal=Goal.MINIMIZE)
    assert Task.from_dict(json.loads(json.dumps(task.to_dict()))) == task


def test_a_run_is_called_as_a_person_writes_it(make_task):
    assert make_task("dropout", 3).name == "dropout/seed-3"
