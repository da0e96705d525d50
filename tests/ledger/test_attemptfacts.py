"""provenance.json of an attempt."""

import hashlib
import json

import pytest

from trialist.ledger.attemptfacts import NAME, read_attempt_facts, write_attempt_facts
from trialist.values.canonical import digest_of
from trialist.values.errors import LedgerError

SESSION = {"command": ["trialist", "run", "größe.yaml"], "facts": "ab" * 32}
OWN = {"run": "wide/seed-0", "config": {"lr": 0.1}, "seeds": {"base": 0}, "threads": 1}


def test_it_is_read_back_as_it_was_written(tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    digest = write_attempt_facts(tmp_path, SESSION, OWN)
    found = read_attempt_facts(tmp_path, digest)
    assert found["command"] == SESSION["command"]
    assert found["config_digest"] == digest_of(OWN["config"])
    assert found["variables"]["OMP_NUM_THREADS"] == "3"
    assert found["backend"] == "processes"
    assert digest == hashlib.sha256((tmp_path / NAME).read_bytes()).hexdigest()


def test_a_word_that_is_no_text_is_written_too(tmp_path):
    digest = write_attempt_facts(tmp_path, {"command": ["\udcff"]}, OWN)
    assert read_attempt_facts(tmp_path, digest)["command"] == ["\udcff"]


def test_an_edit_is_found(tmp_path):
    digest = write_attempt_facts(tmp_path, SESSION, OWN)
    data = json.loads((tmp_path / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps({**data, "threads": 2}))
    with pytest.raises(LedgerError, match="its digest differs"):
        read_attempt_facts(tmp_path, digest)


def test_its_absence_is_found(tmp_path):
    with pytest.raises(LedgerError, match="missing"):
        read_attempt_facts(tmp_path, "ab")
