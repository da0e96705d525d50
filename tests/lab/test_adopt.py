"""A variant becomes the baseline: what allows it, what is written, and what a kill leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import trialist
from trialist.lab import adopt as journey
from trialist.lab.adopt import adopt
from trialist.lab.baselines import baseline_histories
from trialist.ledger.protocol_log import LogKind, read_chain
from trialist.ledger.storelog import BASELINES, remembered
from trialist.values.errors import AdoptionRefusedError, ConfigError, LedgerError


def trial(config, run):
    return {"val/accuracy": 0.8 + config["gain"] + (run.seed.base * 7 % 5) / 1000 * config["noise"]}


def study(name="first", gains=(0.05, 0.0), *, seeds=5, **more):
    def train(config, run):  # made in this process
        return trial(config, run)

    names = ("better", "same", "third")
    return trialist.Study(
        name=name,
        trial=train,
        metric={"name": "val/accuracy", "goal": "maximize", "relevant": 0.01},
        config={"gain": 0.0, "noise": 1.0, **more.pop("config", {})},
        variants={
            "baseline": {},
            **{
                key: {"gain": gain, "noise": 1.01 + k / 100}
                for k, (key, gain) in enumerate(zip(names, gains, strict=False))
            },
        },
        seeds=seeds,
        **more,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    place = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        trialist.run(study(), store=place / "experiments")
    return place / "experiments"


@pytest.fixture
def store(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(made, tmp_path / "experiments", ignore=shutil.ignore_patterns(".index*"))
    return tmp_path / "experiments"


def kinds(store, name="first"):
    return [one.kind for one in read_chain(store / name / "ledger.jsonl").entries]


def test_what_the_rule_adopts_becomes_the_baseline(store):
    found = adopt(store=store)
    assert (found.round.variant, found.round.number, found.is_new) == ("better", 1, True)
    assert kinds(store)[-1] == LogKind.ADOPTED
    text = Path("baseline.yaml").read_text()
    assert "since round 1" in text
    assert [str(one) for one in found.round.changes] == ["gain 0.0 -> 0.05", "noise 1.0 -> 1.01"]
    assert found.round.is_validated
    assert found.round.validation.n == 5
    assert found.round.learned.startswith("better helps")
    assert trialist.verify("first", store=store).holds


def test_the_file_is_what_another_study_includes(store):
    adopt(store=store)
    Path("trial.py").write_text("def train(config, run):\n    return 1.0\n")
    Path("next.yaml").write_text(
        "include: baseline.yaml\ntrial: trial.py:train\n"
        "metric: {name: val/accuracy, goal: maximize}\nvariants: {more: {gain: 0.1}}\n"
    )
    assert trialist.load_study("next.yaml").config == {"gain": 0.05, "noise": 1.01}


def test_the_rule_refuses_and_says_what_to_do(store):
    with pytest.raises(AdoptionRefusedError, match="REJECT same") as caught:
        adopt("first", "same", store=store)
    assert caught.value.exit_code == 1
    assert "trialist next first" in caught.value.mistakes[0].todo
    assert LogKind.ADOPTED not in kinds(store)
    assert not Path("baseline.yaml").exists()


def test_a_person_may_adopt_anyway_and_the_record_says_so(store):
    found = adopt("first", "same", store=store, reason="  it is\nsimpler ")
    assert (found.round.decision, found.round.reason) == ("reject", "it is simpler")
    line = read_chain(store / "first" / "ledger.jsonl").entries[-1].fields
    assert (line["kind"], line["reason"]) == ("adopted", "it is simpler")


def test_an_empty_reason_is_none(store):
    with pytest.raises(ConfigError, match="no reason"):
        adopt("first", "same", store=store, reason=" ")


def test_adopting_again_changes_nothing_but_brings_the_file_back(store):
    adopt(store=store)
    before = kinds(store)
    Path("baseline.yaml").unlink()
    found = adopt(store=store)
    assert not found.is_new
    assert kinds(store) == before
    assert Path("baseline.yaml").exists()
    assert len(remembered(store, BASELINES)) == 1


def test_a_file_of_somebody_else_is_not_written_over(store):
    Path("baseline.yaml").write_text("mine: 1\n")
    with pytest.raises(ConfigError, match="is there already"):
        adopt(store=store)
    assert LogKind.ADOPTED not in kinds(store)
    assert adopt(store=store, to="other.yaml").file == Path("other.yaml")


def test_a_baseline_that_was_edited_is_not_written_over(store):
    adopt(store=store)
    path = Path("baseline.yaml")
    path.write_text(path.read_text() + "# mine\n")
    with pytest.raises(ConfigError, match="was changed since"):
        adopt("first", "same", store=store, reason="simpler")


def test_a_later_baseline_takes_the_place_of_an_earlier_one(store):
    adopt(store=store)
    found = adopt("first", "same", store=store, reason="simpler")
    assert "since round 2" in found.file.read_text()


@pytest.mark.parametrize(
    ("to", "said"), [("no/baseline.yaml", "there is no folder"), (".", "is a folder")]
)
def test_a_place_that_cannot_be_written_is_refused_before_anything_else(store, to, said):
    with pytest.raises(ConfigError, match=said):
        adopt(store=store, to=to)
    assert LogKind.ADOPTED not in kinds(store)


def test_a_variant_that_does_not_exist_is_named_with_the_near_one(store):
    with pytest.raises(ConfigError, match="'bettr' is not a variant") as caught:
        adopt("first", "bettr", store=store)
    assert "did you mean 'better'" in caught.value.mistakes[0].todo
    with pytest.raises(ConfigError, match="is the baseline already"):
        adopt("first", "baseline", store=store)


def test_of_two_that_are_better_the_person_chooses(store):
    trialist.run(study("two", gains=(0.05, 0.06)), store=store)
    with pytest.raises(ConfigError, match="2 variants are better") as caught:
        adopt("two", store=store)
    assert "trialist adopt two better" in caught.value.mistakes[0].todo


def test_where_nothing_is_better_all_sentences_are_told(store):
    trialist.run(study("none", gains=(0.0, -0.05)), store=store)
    with pytest.raises(AdoptionRefusedError, match="no variant is to be adopted") as caught:
        adopt("none", store=store)
    assert "REJECT same" in str(caught.value)
    assert "REJECT better" in str(caught.value)


def test_a_study_of_one_variant_has_nothing_to_adopt(store):
    trialist.run(study("alone", gains=()), store=store)
    with pytest.raises(AdoptionRefusedError, match="compares nothing"):
        adopt("alone", store=store)
    with pytest.raises(ConfigError, match="not a variant"):
        adopt("alone", "better", store=store)


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("place", ["remember", "history_for", "write_baseline"])
def test_a_kill_between_two_writes_is_made_good_by_the_same_command(store, place, monkeypatch):
    def dies(*_args, **_more):
        raise _Killed

    with monkeypatch.context() as patch:
        patch.setattr(journey, place, dies)
        with pytest.raises(_Killed):
            adopt(store=store)
    assert kinds(store).count(LogKind.ADOPTED) == 1
    found = adopt(store=store)
    assert not found.is_new
    assert kinds(store).count(LogKind.ADOPTED) == 1
    assert len(remembered(store, BASELINES)) == 1
    assert "since round 1" in Path("baseline.yaml").read_text()
    assert len(baseline_histories(store)[0].rounds) == 1


def test_a_study_that_is_being_run_is_not_adopted_from(store):
    from trialist.ledger.lock import StudyLock

    lock = StudyLock(store / "first" / "lock")
    try:
        with pytest.raises(LedgerError):
            adopt(store=store)
    finally:
        lock.release()
