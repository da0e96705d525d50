"""Questions to a task in a process of its own, which may take too much or end badly."""

import json
import time

import pytest

pytest.importorskip("torch")

from trialist.execute.load import TrialSource
from trialist.execute.taskprobe import Question, _told, ask
from trialist.values.errors import TrialError
from trialist.values.seeds import SeedSet

TASK = """
import torch
from torch import nn
from trialist.train import SGD, Task, TensorData

def model(hp):
    {inside}
    return nn.Linear(4, 1)

task = Task(model=model, loss=lambda model, batch: model(batch.x).square().mean(),
            data=TensorData(torch.ones(64, 4)), optimizer=SGD(lr="lr"), steps=10, batch_size=16)

def train(config, run):
    return 1.0
"""


def source(folder, inside="pass", *, name="task"):
    path = folder / f"{name}_trial.py"
    path.write_text(TASK.format(inside=inside), encoding="utf-8")
    return TrialSource.parse(f"{path.name}:{name}", folder)


def question(given, **options):
    settings = {"device": "cpu", "batch_size": 16, **options.pop("settings", {})}
    common = {"name": "batch", "config": {"lr": 0.1}, "seeds": (SeedSet.of(0),), "threads": 1}
    return Question(source=given, settings=settings, **{**common, **options})


def told(given, **options):
    """Answer in this process, as the new one would."""
    asked = question(given, **options)
    return _told(
        {
            "trial": given.to_dict(),
            "question": asked.name,
            "config": asked.config,
            "seeds": [{"base": 0, "split": 1, "data": 2, "model": 3, "train": 4}],
            "settings": asked.settings,
            "threads": 1,
            "determinism": "auto",
        }
    )


@pytest.mark.slow
def test_a_process_that_takes_too_much_is_ended(tmp_path):
    hungry = "held = [torch.ones(10_000_000) for _ in range(200)]; __import__('time').sleep(600)"
    began = time.monotonic()
    answer = ask(question(source(tmp_path, hungry), limit=700 * 1024**2))
    assert answer.is_out_of_memory
    assert time.monotonic() - began < 500


@pytest.mark.slow
def test_a_task_that_ends_its_process_is_an_error_with_its_last_words(tmp_path):
    with pytest.raises(TrialError, match=r"task_trial.py:task ended with code 7") as caught:
        ask(
            question(
                source(
                    tmp_path,
                    "import sys, os; print('odd', file=sys.stderr, flush=True); os._exit(7)",
                )
            )
        )
    (mistake,) = caught.value.mistakes
    assert "odd" in mistake.todo
    assert mistake.where.endswith("task_trial.py")


def test_answers_are_plain_data(tmp_path):
    assert json.loads(json.dumps(told(source(tmp_path))))["answer"]["timing"]["batch_size"] == 16


def test_a_function_is_no_task(tmp_path):
    (mistake,) = told(source(tmp_path, name="train"))["mistakes"]
    assert (
        mistake[0]
        == "train_trial.py:train is a function: nobody but itself knows its training steps"
    )
    assert "trialist.train.Task" in mistake[2]


def test_a_task_s_own_mistakes_are_told(tmp_path):
    (mistake,) = told(source(tmp_path), config={})["mistakes"]
    assert "takes its lr from 'lr'" in mistake[0]


def test_a_missing_file_is_told(tmp_path):
    gone = TrialSource.parse("gone.py:task", tmp_path)
    (mistake,) = told(gone)["mistakes"]
    assert "gone.py" in mistake[0] or "gone.py" in mistake[1]


def test_want_of_memory_is_told(tmp_path):
    given = source(tmp_path, "raise MemoryError")
    assert told(given) == {"is_out_of_memory": True}


def test_another_error_ends_the_process_with_its_traceback(tmp_path, capfd):
    with pytest.raises(SystemExit) as ended:
        told(source(tmp_path, "raise ValueError('shapes')"))
    assert ended.value.code == 1
    assert "ValueError: shapes" in capfd.readouterr().err
