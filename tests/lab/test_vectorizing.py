"""How replicates train: tried once, kept in the plan, shown with its reason."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip("torch")

import torch
from torch import nn

import trialist
from trialist.execute import taskprobe
from trialist.lab import vectorizing
from trialist.ledger.journal import read_journal
from trialist.render.live import Silent
from trialist.train import SGD, Task, TensorData
from trialist.train.replicates import probing
from trialist.values.errors import ConfigError, PlanChangedError, TrialError, VectorizeError
from trialist.values.vectorization import Decision, Vectorize

TASK = """
import torch
from torch import nn
from torch.nn import functional
from trialist.train import AdamW, Task, TensorData

x = torch.randn(130, 4, generator=torch.Generator().manual_seed(0))
y = (x[:, 0] > 0).long()


def loss(model, batch):
    return functional.cross_entropy(model(batch.x), batch.y)


def model(hp):
    return nn.Sequential(nn.Linear(4, hp.width), nn.ReLU(), nn.Linear(hp.width, 2))


task = Task(
    model=model, loss=loss, data=TensorData(train=(x[:99], y[:99]), val=(x[99:], y[99:])),
    optimizer=AdamW(lr="lr"), steps="steps", batch_size=16,
)


def train(config, run):
    return task(config, run)
"""
STUDY = """
trial: train.py:{trial}
metric: {{name: val/accuracy, goal: maximize}}
config: {{lr: 0.01, width: 8, steps: 20}}
variants: {{baseline: {{}}, faster: {{lr: 0.1}}, wide: {{width: 12}}}}
seeds: {{min: 3, max: 4}}
resources: {{workers: 2}}
{more}
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def study(more="", *, trial="task", code=TASK):
        Path("train.py").write_text(code, encoding="utf-8")
        Path("study.yaml").write_text(STUDY.format(trial=trial, more=more), encoding="utf-8")
        return Path("study.yaml")

    return study


def planned(folder="study"):
    return json.loads(Path(f"experiments/{folder}/plan.json").read_text(encoding="utf-8"))


def decided(backend="vmap", chunk=4, groups=((0, 1), (2,)), asked=Vectorize.AUTO):
    return Decision(backend=backend, chunk=chunk, reason="so it was", groups=groups, asked=asked)


class Notes(Silent):
    """A display that keeps what it is told."""

    def __init__(self):
        self.notes = []

    def note(self, text):
        self.notes.append(text)


@pytest.mark.slow
def test_a_study_that_is_required_to_trains_together_and_says_so(study):
    path = study("vectorize: require")
    result = trialist.run(path)
    made = Decision.from_dict(planned()["vectorize"])
    assert (made.is_vectorized, made.asked, made.groups) == (True, "require", ((0, 1), (2,)))
    assert made.difference < 1e-9
    assert {one.replicates for one in made.speedups} == {made.chunk}
    assert "replicates" in result.data.provenance
    journal = read_journal(Path("experiments/study/trials/wide/seed-1/attempt-1/journal.jsonl"))
    assert journal.start["together"]["lead"] == "wide/seed-0"
    told = json.loads((journal.path.parent / "provenance.json").read_text(encoding="utf-8"))
    assert told["together"] == journal.start["together"]
    found = trialist.reproduce("study/wide/seed-1")
    assert found.is_equal
    text = str(trialist.plan(path))
    assert made.backend in text
    assert "replicates up to" in text
    assert trialist.plan(path).hash == result.data.plan.hash


@pytest.mark.slow
def test_a_short_study_is_not_tried_and_says_why(study):
    notes = Notes()
    trialist.run(study(), display=lambda _study: notes)
    assert planned()["vectorize"]["backend"] == "processes"
    assert notes.notes[0].startswith("trying once whether")
    assert "of training, too little to gain by it" in notes.notes[1]
    again = Notes()
    trialist.run(Path("study.yaml"), display=lambda _study: again)
    assert len(again.notes) == 1  # it is known by now


def test_it_is_decided_once_and_kept(study, monkeypatch):
    asked = []
    monkeypatch.setattr(vectorizing, "_tried", lambda *_: asked.append(1) or decided())
    path = study()
    assert "is tried at registration" in str(trialist.plan(path))
    first = trialist.run(path)
    assert "is tried at" not in str(trialist.plan(path))
    assert trialist.run(Path("study.yaml")).data.plan.hash == first.data.plan.hash
    assert asked == [1]
    with pytest.raises(PlanChangedError, match="config of wide: width 12 -> 13"):
        trialist.run(Path("study.yaml"), overrides=["variants.wide.width=13"])
    assert asked == [1]  # the error needs no probe
    with pytest.raises(PlanChangedError, match=r"vectorize '.*so it was' -> not set"):
        trialist.run(Path("study.yaml"), overrides=["vectorize=off"])
    trialist.run(Path("study.yaml"), new=True)
    assert asked == [1, 1]
    trialist.run(
        Path("study.yaml"), overrides=["variants.wide.width=13"], amend="a wider one, after all"
    )
    assert asked == [1, 1, 1]


def test_together_and_apart_give_the_same_to_rounding(study, monkeypatch):
    monkeypatch.setattr(vectorizing, "_tried", lambda *_: decided(backend="traced"))
    trialist.run(study(), store="together")
    trialist.run(Path("study.yaml"), store="apart", overrides=["vectorize=off"])
    losses = {}
    for store in ("together", "apart"):
        for path in sorted(Path(store).glob("study/trials/*/*/attempt-1/journal.jsonl")):
            last = [e for e in read_journal(path).events if e["k"] == "metric"][-1]["v"]
            losses.setdefault(path.relative_to(store), []).append(last["val/loss"])
    assert len(losses) >= 9
    for one, other in losses.values():
        assert one == pytest.approx(other, rel=1e-3)


@pytest.mark.slow
def test_a_worker_that_is_killed_takes_its_stack_along_and_all_go_on_to_the_same_bits(
    study, monkeypatch
):
    monkeypatch.setattr(vectorizing, "_tried", lambda *_: decided(chunk=16))
    long = "steps: 20", "steps: 900"
    path = study()
    path.write_text(path.read_text().replace(*long).replace("max: 4", "max: 3"))
    trialist.run(path, store="whole")
    killed = []

    def kill(folder):
        """End the process of a stack in the middle of its training, once."""
        place = folder.attempt("baseline", 0, 1) / "checkpoints"
        for _ in range(4000):
            journal = place.parent / "journal.jsonl"
            if place.is_dir() and any(place.glob("*.pt")):
                killed.append(read_journal(journal).start["pid"])
                os.kill(killed[0], signal.SIGKILL)
                return
            time.sleep(0.005)

    def begun(folder):
        threading.Thread(target=kill, args=(folder,)).start()

    trialist.run(path, store="disturbed", begun=begun)
    assert killed
    attempts = list(Path("disturbed/study/trials").glob("baseline/seed-0/attempt-*"))
    assert len(attempts) == 2
    for run in sorted(Path("whole/study/trials").glob("*/seed-*")):
        other = Path("disturbed/study") / run.relative_to("whole/study")
        ends = [
            read_journal(max(one.glob("attempt-*/journal.jsonl"))).end["returned"]
            for one in (run, other)
        ]
        assert ends[0] == ends[1]


def test_a_function_is_not_asked(study, monkeypatch):
    monkeypatch.setattr(vectorizing, "ask", lambda _: pytest.fail("asked"))
    trialist.run(study(trial="train"))
    assert "vectorize" not in planned()
    with pytest.raises(VectorizeError, match=r"train\.py:train is no trialist\.train\.Task"):
        trialist.run(Path("study.yaml"), store="other", overrides=["vectorize=require"])


@pytest.mark.slow
def test_what_only_looks_like_a_task_is_asked_and_trains_in_processes(study):
    code = TASK + "\nother = print if False else train\n"
    trialist.run(study(trial="other", code=code))
    assert "vectorize" not in planned()
    with pytest.raises(VectorizeError, match="is a function"):
        trialist.run(Path("study.yaml"), store="other", overrides=["vectorize=require"])


@pytest.mark.slow
def test_what_is_impossible_is_an_error_where_it_is_required(study):
    code = TASK.replace("nn.ReLU()", "nn.GRU(hp.width, hp.width)")
    with pytest.raises(VectorizeError, match=r"gru|GRU|tuple"):
        trialist.run(study("vectorize: require", code=code))
    assert not Path("experiments/study").exists()


@pytest.mark.parametrize("mode", ["auto", "require"])
def test_a_probe_that_fails_leaves_the_study_to_processes(study, monkeypatch, mode):
    def failing(_question):
        raise ConfigError("no such layer", where="train.py:3")

    monkeypatch.setattr(vectorizing, "ask", failing)
    path = study(f"vectorize: {mode}")
    if mode == "require":
        with pytest.raises(VectorizeError, match="trying it failed: no such layer"):
            trialist.run(path)
        return
    trialist.run(path)
    assert planned()["vectorize"]["reason"] == "trying it failed: no such layer"


def test_the_last_line_that_a_failing_probe_printed_is_in_the_reason():
    error = TrialError("it ended with code 1", todo="mend it\n| Traceback\n| ValueError: no layer")
    assert vectorizing._words(error) == "it ended with code 1: ValueError: no layer"


def test_too_little_memory_is_told(study, monkeypatch):
    short = taskprobe.Answer(told={}, is_out_of_memory=True)
    monkeypatch.setattr(vectorizing, "ask", lambda _: short)
    trialist.run(study())
    assert planned()["vectorize"]["reason"] == "there is too little memory for several at once"


def test_a_task_of_a_notebook_is_tried_in_this_process(study, monkeypatch):
    study()
    x = torch.ones(40, 4)
    task = Task(
        model=lambda hp: nn.Linear(4, 1), loss=lambda model, batch: model(batch.x).square().mean(),
        data=TensorData(train=(x,), val=(x,)), optimizer=SGD(lr="lr"), steps=5, batch_size=8,
    )  # fmt: skip
    monkeypatch.setattr(probing, "WORTH_S", 0.0)
    monkeypatch.setattr(probing, "LEAST", 0.0)
    result = trialist.run(
        trialist.Study(
            trial=task, metric={"name": "val/loss", "goal": "minimize"}, name="notebook",
            config={"lr": 0.1}, variants={"baseline": {}, "slow": {"lr": 0.01}}, seeds=3,
        )
    )  # fmt: skip
    made = result.data.plan.vectorize
    assert made.is_vectorized
    assert made.groups == ((0, 1),)
    journal = Path("experiments/notebook/trials/slow/seed-2/attempt-1/journal.jsonl")
    assert read_journal(journal).start["together"]["size"] == made.chunk or 6 % made.chunk
