"""Damaged files are set aside, with a line for each before it moves."""

import json
from pathlib import Path

import pytest

from trialist.ledger.setaside import set_aside


def filled(study, *names):
    for name in names:
        path = study.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return [(study.root / name, f"{name} is damaged") for name in names]


def lines_in(study):
    text = (study.root / ".damaged" / "log.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_nothing_to_do_leaves_no_trace(study):
    assert set_aside(study, [], clock=lambda: 0.0) == ()
    assert not (study.root / ".damaged").exists()


def test_files_keep_their_way_and_their_content(study):
    files = filled(study, "trials/wide/seed-0/attempt-1/journal.jsonl", "results.json")
    moved = set_aside(study, files, clock=lambda: 86400.5)
    for one, (path, _) in zip(moved, files, strict=True):
        assert not path.exists()
        assert one.to.read_text() == str(path.relative_to(study.root))
        assert one.to.is_relative_to(study.root / ".damaged" / "19700102T000000.500000Z")
    assert [line["message"] for line in lines_in(study)] == [message for _, message in files]
    assert [study.root / line["to"] for line in lines_in(study)] == [one.to for one in moved]


@pytest.mark.parametrize("killed_at", range(3))
def test_killed_between_two_files_the_same_call_goes_on(study, monkeypatch, killed_at):
    files = filled(study, "a", "b", "c")
    renamed = []
    rename = Path.rename

    def dying(path, target):
        if len(renamed) == killed_at:
            raise KeyboardInterrupt
        renamed.append(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(KeyboardInterrupt):
        set_aside(study, files, clock=lambda: 1.0)
    monkeypatch.undo()
    left = [(path, message) for path, message in files if path.exists()]
    assert len(left) == 3 - killed_at
    set_aside(study, left, clock=lambda: 2.0)
    kept = {path.read_text() for path in (study.root / ".damaged").rglob("[abc]")}
    assert kept == {"a", "b", "c"}
    assert {line["file"] for line in lines_in(study)} == {"a", "b", "c"}
