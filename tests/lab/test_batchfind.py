"""`trialist batch-find`: sizes that fit and pay, loading processes, and what cannot be asked."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from trialist.analysis.throughput import BatchTiming, throughput_of
from trialist.cli.batch_find import command
from trialist.lab.batchfind import _parts, batch_find
from trialist.render.batchtext import Ended
from trialist.values.errors import ConfigError, InsufficientDataError

pytest.importorskip("torch")

TRAIN = """
import torch
from torch import nn
from trialist.train import SGD, LoaderData, Task, TensorData

class Some(torch.utils.data.Dataset):
    def __len__(self):
        return 300
    def __getitem__(self, number):
        return torch.ones(6), torch.ones(1)

def model(hp):
    if BIG:
        raise MemoryError
    return nn.Linear(6, 1)

data = LoaderData(Some()) if LOADED else TensorData((torch.ones(300, 6), torch.ones(300, 1)))
task = Task(model=model, data=data, steps=10, batch_size=32,
            loss=lambda model, batch: (model(batch.x) - batch.y).square().mean(),
            optimizer=SGD(lr="lr"))
"""
STUDY = """
trial: train.py:task
metric: {name: val/loss, goal: minimize}
config: {lr: 0.01}
resources: {workers: 1}
seeds: 3
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(*, loaded=False, big=False):
        text = TRAIN.replace("LOADED", str(loaded)).replace("BIG", str(big))
        Path("train.py").write_text(text, encoding="utf-8")
        Path("study.yaml").write_text(STUDY, encoding="utf-8")
        return Path("study.yaml")

    return write


@pytest.mark.slow
def test_sizes_are_tried_each_twice_the_last(study):
    report = batch_find(study(), first=16, most=40)
    data = report.to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert [row["batch_size"] for row in data["rows"]] == [16, 32]
    assert (data["largest"], data["ended"], data["micro_batch"]) == (32, "most", None)
    assert data["rows"][0]["efficiency"] > 0
    assert data["augmentation"] is None
    assert report.largest == 32
    assert report.micro_batch is None
    assert str(report).startswith("Batches up to 32 fit: no larger one was asked for.")
    assert not Path("experiments").exists()


@pytest.mark.slow
def test_loading_processes_are_counted(study, monkeypatch):
    monkeypatch.setattr("trialist.lab.batchfind.candidates", lambda cores: (0,))
    found = CliRunner().invoke(
        command, [str(study(loaded=True)), "--workers", "--json"], standalone_mode=False
    )
    data = json.loads(found.output)
    assert [row["workers"] for row in data["rows"]] == [0]
    assert (data["workers"], data["now"], data["parallel_runs"]) == (0, 0, 1)


@pytest.mark.slow
def test_not_even_the_first_size_fits(study):
    with pytest.raises(InsufficientDataError, match="a batch of 8 takes more memory"):
        batch_find(study(big=True))


def test_sizes_that_cannot_be_are_refused(study):
    with pytest.raises(ConfigError, match="batch sizes go from 64 to 32"):
        batch_find(study(), first=64, most=32)


def test_a_first_size_of_0_is_refused_not_taken_for_none(study):
    found = CliRunner().invoke(command, [str(study()), "--first", "0"])
    assert isinstance(found.exception, ConfigError)
    assert "0" in str(found.exception)


def test_options_of_the_two_searches_do_not_mix(study):
    found = CliRunner().invoke(command, [str(study()), "--workers", "--to-limit"])
    assert isinstance(found.exception, ConfigError)
    assert str(found.exception).startswith("--to-limit is about batch sizes")


@pytest.mark.parametrize(
    ("size", "ended", "expected"),
    [
        (100, Ended.MEMORY, (25, "")),
        (32, Ended.MEMORY, (None, "")),
        (100, Ended.SETTLED, (None, "")),
    ],
)
def test_a_batch_that_does_not_fit_is_made_in_equal_parts(size, ended, expected):
    table = throughput_of([BatchTiming(batch_size=32, seconds=1.0, peak_bytes=1)], limit=10)
    assert _parts({"batch_size": size}, table, ended) == expected


def test_a_batch_without_equal_parts_says_so():
    table = throughput_of([BatchTiming(batch_size=32, seconds=1.0, peak_bytes=1)], limit=10)
    micro, remark = _parts({"batch_size": 101}, table, Ended.MEMORY)
    assert micro is None
    assert remark.startswith("a batch of 101 has no equal parts between 9 and 32")
