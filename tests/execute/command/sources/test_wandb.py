"""Offline W&B files, written by the real package."""

import math
import struct
import subprocess
import sys
import time

import pytest

from trialist.execute.command.sources.source import Place
from trialist.execute.command.sources.wandb import reader
from trialist.execute.executor import Ended
from trialist.values.errors import ConfigError
from trialist.values.events import RunStatus

pytestmark = pytest.mark.slow

SCRIPT = """
import wandb

run = wandb.init(project="p", config={"lr": 1.0, "model": {"width": 1, "depth": 2}})
wandb.config.update({"lr": 5.0}, allow_val_change=True)
for step in range(3):
    wandb.log({"val/acc": step / 4, "deep": {"a": step}, "train/loss": float("nan")})
wandb.log({"text": "x" * 100_000, "val/acc": wandb.config.lr}, step=7)
wandb.summary["best"] = wandb.config.model["width"] + wandb.config.model["depth"]
"""
CONFIG = {"lr": 1e-05, "model": {"width": 64}}


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """Give the folder of a run that W&B recorded."""
    pytest.importorskip("wandb", reason="the files are read by W&B's own messages")
    folder = tmp_path_factory.mktemp("run")
    for path, text in reader.files(folder, CONFIG, 3).items():
        path.write_text(text, encoding="utf-8")
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **reader.environment(folder, CONFIG, 3)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=False,
        env=env,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""
    return folder


def place_of(folder, **fields):
    return Place(**{"run_dir": folder, "cwd": folder, "path": None, "began": 0.0, **fields})


def file_in(folder):
    (path,) = folder.glob("wandb/offline-run-*/run-*.wandb")
    return path


def test_history_comes_with_its_steps_and_a_summary_with_what_is_only_there(recorded):
    rows = reader.collect(place_of(recorded), {}, ended=True).rows
    *first, last, summary = rows
    assert [(row.step, row.values["val/acc"]) for row in first] == [(0, 0), (1, 0.25), (2, 0.5)]
    assert [row.values["deep.a"] for row in first] == [0, 1, 2]
    assert all(math.isnan(row.values["train/loss"]) for row in first)
    assert last.step == 7
    assert not any(name.startswith("_") for row in rows for name in row.values)
    assert summary.step is None
    assert summary.values.keys() == {"best"}


def test_the_studys_configuration_wins_as_that_of_a_sweep(recorded):
    rows = reader.collect(place_of(recorded), {}, ended=True).rows
    assert rows[-2].values["val/acc"] == 1e-05
    assert rows[-1].values["best"] == 64 + 2


def test_rows_are_given_once(recorded):
    first = reader.collect(place_of(recorded), {}, ended=False)
    assert len(first.rows) == 4
    second = reader.collect(place_of(recorded), first.since, ended=True)
    assert [row.values for row in second.rows] == [{"best": 66}]
    assert reader.collect(place_of(recorded), second.since, ended=True).rows == []


def test_a_file_cut_anywhere_gives_its_whole_rows_and_goes_on(recorded, tmp_path):
    whole = file_in(recorded)
    data = whole.read_bytes()
    assert len(data) > 3 * 32768  # a record in several parts
    path = tmp_path / whole.relative_to(recorded)
    path.parent.mkdir(parents=True)
    expected = [(row.step, row.values) for row in reader.collect(
        place_of(recorded), {}, ended=False).rows]  # fmt: skip
    since, found = {}, []
    for end in [*range(1, len(data), 1777), len(data)]:
        path.write_bytes(data[:end])
        got = reader.collect(place_of(tmp_path), since, ended=False)
        since = got.since
        found += [(row.step, row.values) for row in got.rows]
    assert [step for step, _ in found] == [step for step, _ in expected]
    assert [set(values) for _, values in found] == [set(values) for _, values in expected]


def test_a_file_of_something_else_is_refused(recorded, tmp_path):
    path = tmp_path / "wandb" / "offline-run-1" / "run-1.wandb"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\0" * 7 + struct.pack("<IHB", 0, 3, 1) + b"\xff\xff\xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        reader.collect(place_of(tmp_path), {}, ended=True)


def test_a_folder_may_be_named_and_files_of_an_earlier_run_are_not_read(recorded, tmp_path):
    there = place_of(tmp_path, path=recorded)
    assert len(reader.collect(there, {}, ended=True).rows) == 5
    late = place_of(recorded, began=time.time() + 60)
    assert reader.collect(late, {}, ended=True).rows == []


def test_a_script_of_wandb_is_a_trial_as_it_is(
    recorded, command_pool, write, make_task, rows, until
):
    write("train.py", SCRIPT)
    pool = command_pool(
        "python train.py", metrics={"val/accuracy": {"from": "wandb", "key": "val/acc"}}
    )
    task = make_task("a", config={"lr": 0.25})
    pool.submit(task)
    ended = []
    until(lambda: ended.extend(e for e in pool.poll(0.02) if isinstance(e, Ended)) or ended)
    assert ended[0].attempt.status is RunStatus.FINISHED
    assert rows(task) == [
        (0, {"val/accuracy": 0.0}),
        (1, {"val/accuracy": 0.25}),
        (2, {"val/accuracy": 0.5}),
        (7, {"val/accuracy": 0.25}),
    ]
