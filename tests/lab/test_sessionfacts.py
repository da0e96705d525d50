"""What a session collects, and that a change of the data between two sessions is told."""

import json
import re
from pathlib import Path

import pytest

import trialist
from trialist.lab.registration import history_of
from trialist.lab.sessionfacts import last_facts
from trialist.ledger.attemptfacts import read_attempt_facts
from trialist.ledger.facts import FactsFolder
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.values.errors import ConfigError, RunsFailedError

STUDY = StudyFolder(Path("experiments/small"))
READS = """
from pathlib import Path


def train(config, run):
    if Path("stop").exists():
        raise ValueError("stopped")
    return 0.8 + len(Path("data.csv").read_text()) / 100 + run.seed.train % 97 / 1e4
"""


def test_every_attempt_names_the_facts_of_its_session(small):
    trialist.run(small(seeds="2"))
    history = history_of(STUDY)
    (session,) = [one.fields for one in history.entries if one.kind == "session"]
    facts = FactsFolder.of(STUDY.provenance, session["facts"])
    facts.check()
    for variant in ("baseline", "better", "same"):
        place = STUDY.attempt(variant, 1, 1)
        start = read_journal(place / "journal.jsonl").start
        found = read_attempt_facts(place, start["provenance"])
        assert found["facts"] == start["facts"] == session["facts"]
    assert set(facts.files()) == {"trial.py", "study.yaml"}
    assert last_facts(STUDY, history) == facts.read()


def test_sessions_that_are_alike_share_their_facts(small):
    study = small(seeds="2", metric="{name: val/accuracy, goal: maximize}")
    trialist.run(study)
    trialist.run(study, new=True)
    kept = [one.name for one in Path("experiments").glob("*/provenance/*")]
    assert len(kept) == 2
    assert len(set(kept)) == 1


def test_facts_that_are_gone_are_none(small):
    trialist.run(small(seeds="2"))
    (facts,) = STUDY.provenance.glob("*/facts.json")
    facts.unlink()
    assert last_facts(STUDY, history_of(STUDY)) is None


def with_data(path, patterns):
    path.write_text(f"{path.read_text()}data: {patterns}\n")
    return path


def test_data_that_change_between_two_sessions_are_a_deviation(small):
    Path("data.csv").write_text("1,2\n")
    study = with_data(small(trial=READS, seeds="2"), "[data.csv]")
    Path("stop").touch()
    with pytest.raises(RunsFailedError):
        trialist.run(study)
    Path("stop").unlink()
    Path("data.csv").write_text("1,2,3\n")
    (said,) = trialist.run(study).to_dict()["deviations"]
    assert re.fullmatch(
        r"Data changed between two sessions: data\.csv: sha256 \w{12} -> sha256 \w{12}\.", said
    )


def test_the_data_are_part_of_the_plan_and_their_digests_are_facts(small):
    Path("data.csv").write_text("1,2\n")
    trialist.run(with_data(small(trial=READS, seeds="2"), "[data.csv]"))
    plan = json.loads(STUDY.plan_file.read_text())
    assert plan["data"] == ["data.csv"]
    facts = last_facts(STUDY, history_of(STUDY))
    assert facts["data"]["data.csv"]["bytes"] == 4


def test_data_that_are_not_there_stop_the_study_before_it_is_registered(small):
    study = with_data(small(seeds="2"), "[nothing.csv]")
    with pytest.raises(ConfigError, match=r"nothing\.csv"):
        trialist.run(study)
    assert not STUDY.root.exists()


def test_a_study_in_python_takes_data_too(small):
    small()
    with pytest.raises(ConfigError, match="not a list"):
        trialist.Study(metric={"name": "val/x", "goal": "maximize"}, trial="a.py:b", data="x.csv")
