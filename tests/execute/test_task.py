"""Tasks travel as plain data."""

import json

from trialist.execute.task import Task


def test_a_task_survives_the_way_to_a_worker(make_task):
    task = make_task(config={"lr": 0.1, "layers": [1, 2], "deep": {"a": None}})
    assert Task.from_dict(json.loads(json.dumps(task.to_dict()))) == task


def test_a_run_is_called_as_a_person_writes_it(make_task):
    assert make_task("dropout", 3).name == "dropout/seed-3"
