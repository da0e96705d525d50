"""Runs without a plan in `status` and `verify`."""

import json
import math
from pathlib import Path

import pytest

import trialist
from trialist.lab.freeruns import FreeStatus, metrics_of, shown_value

MINE = Path("experiments/mine")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIALIST_RUN_DIR", raising=False)


def recorded(seed, *, lr=0.1, loss=1.0, tags=("r1",)):
    with trialist.start_run("mine", config={"lr": lr}, seed=seed, tags=list(tags)) as run:
        run.log({"val/loss": loss}, step=5)
    return run.directory


def test_status_lists_them():
    recorded(0)
    recorded(1, loss=math.nan)
    recorded(1, loss=2.0)
    with pytest.raises(ZeroDivisionError), trialist.start_run("mine", seed=2) as run:
        run.log({"train/loss": 1 / 0}, step=1)
    found = trialist.status("mine")
    assert isinstance(found, FreeStatus)
    assert found.state == "free runs (no plan)"
    assert found.counts == {"finished": 2, "failed": 1}
    head, *rows = found.table()
    assert head == ("run", "tags", "status", "step", "val/loss")
    variant = recorded(0).parts[-3]
    assert (f"{variant}/seed-1", "r1", "finished (2 attempts)", "5", "2") in rows
    assert [row[2:] for row in rows if not row[1]] == [("failed (error)", "", "")]
    assert found.notes[0][1].endswith("ZeroDivisionError: division by zero")


def test_status_as_plain_data_is_json():
    recorded(0, loss=math.inf)
    recorded(None)
    data = trialist.status().to_dict()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    first, second = data["runs"]
    assert (first["seed"], first["last"]) == (0, {"val/loss": "Infinity"})
    assert (second["seed"], second["seed_missing"]) == (None, "no seed was given")
    assert (MINE / first["journal"]).is_file()


def test_many_failures_are_counted():
    for seed in range(7):
        with pytest.raises(KeyError), trialist.start_run("mine", seed=seed):
            raise KeyError("lr")
    assert trialist.status("mine").notes[-1] == ("", "and 2 more")


def test_a_damaged_journal_is_named_and_the_command_does_not_end():
    path = recorded(0) / "journal.jsonl"
    path.write_text(path.read_text().replace("finished", "finishes"))
    ((word, note),) = trialist.status("mine").notes
    assert word == "damaged"
    assert "its checksum does not fit" in note


def test_verify_says_that_there_is_no_plan():
    recorded(0)
    found = trialist.verify("mine")
    assert found.holds
    assert (found.n_entries, found.n_journals, found.has_verdict) == (1, 1, False)
    assert "free runs (no plan)" in found.remarks[0]


def messages():
    return [fault.message for fault in trialist.verify("mine").faults]


def test_verify_finds_a_changed_journal():
    path = recorded(0) / "journal.jsonl"
    path.write_text(path.read_text().replace("5", "6", 1))
    assert len(messages()) == 1


def test_verify_finds_a_run_that_was_removed():
    directory = recorded(0)
    recorded(1)
    for file in directory.iterdir():
        file.unlink()
    directory.rmdir()
    assert messages() == ["this attempt was started, and its folder was removed"]


def test_verify_finds_a_run_that_was_put_there():
    directory = recorded(0)
    directory.parent.rename(directory.parents[1] / "seed-9")
    assert messages() == [
        "this attempt was started, and its folder was removed",
        "a journal without a start in the log",
    ]


def test_verify_finds_a_changed_log():
    recorded(0)
    recorded(1)
    log = MINE / "ledger.jsonl"
    log.write_text(log.read_text().replace('"seed":0', '"seed":8'))
    assert messages() == ["line 1 was changed: its hash does not fit its content"]


def test_the_commonest_metrics_come_first():
    recorded(0)
    with trialist.start_run("mine", seed=1) as run:
        run.log({"val/accuracy": 0.5, "val/loss": 1.0}, step=1)
    assert metrics_of(trialist.status("mine").rows) == ("val/loss", "val/accuracy")


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (0.123456, "0.12346"), (math.nan, "nan"), (math.inf, "inf")]
)
def test_a_value_is_shown_short(value, text):
    assert shown_value(value) == text
