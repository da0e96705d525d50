"""`trialist.open`: what a store holds, in Python."""

import pytest

import trialist
from trialist.lab.compact import compact_store
from trialist.ledger.folder import StudyFolder
from trialist.ledger.lock import StudyLock
from trialist.values.errors import LedgerError, MetricError


def test_studies_are_listed_with_their_state(stored):
    mixed, other = trialist.open(stored).studies()
    assert (mixed.name, mixed.state, mixed.n_started) == ("mixed", "judged", 12)
    assert other.plan_hash.startswith("sha256:")
    lock = StudyLock(stored / "other" / "lock")
    try:
        assert trialist.open(stored).studies()[1].state == "running"
    finally:
        lock.release()
    (stored / "other" / "ledger.jsonl").write_bytes(b"")
    assert trialist.open(stored).studies()[1].state == "open"


def test_runs_without_a_plan_are_listed_as_such(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with trialist.start_run("mine", config={}, seed=0) as run:
        run.log({"train/loss": 0.5}, step=1)
    (line,) = trialist.open().studies()
    assert (line.name, line.state, line.plan_hash) == ("mine", "runs without a plan", None)
    assert trialist.open().configs() == (
        {"study": "mine", "variant": trialist.open().runs()[0].variant, "config": {}},
    )


def test_one_study_gives_its_own(stored):
    study = trialist.open(stored).study("other")
    assert {run.study for run in study.runs()} == {"other"}
    assert {curve.metric for curve in study.curves()} == {"train/loss", "val/accuracy"}
    assert [one["variant"] for one in study.configs()] == ["baseline", "better"]


def test_a_study_that_is_not_there_names_the_nearest(stored):
    with pytest.raises(LedgerError, match="no study 'mixd'") as caught:
        trialist.open(stored).study("mixd")
    assert "mixed" in caught.value.mistakes[0].todo


def test_a_store_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="there is no store here"):
        trialist.open(tmp_path / "gone")


def test_a_metric_that_no_run_has_logged_names_the_nearest(stored):
    with pytest.raises(MetricError, match="no run has logged 'train/los'") as caught:
        trialist.open(stored).curves("val/accuracy", "train/los")
    assert "train/loss" in caught.value.mistakes[0].todo


def test_a_goal_metric_that_was_only_returned_is_said_to_be_so(tmp_path):
    def train(config, run):
        run.log({"train/loss": 1.0 + run.seed.train}, step=1)
        return {"val/accuracy": run.seed.train / 2**64}

    metric = {"name": "val/accuracy", "goal": "maximize"}
    trialist.run(trialist.Study(trial=train, name="one", metric=metric, seeds=3), store=tmp_path)
    with pytest.raises(MetricError, match="only returned at the end"):
        trialist.open(tmp_path).curves("val/accuracy")


def test_the_commands_of_the_store_are_its_methods(stored, tmp_path):
    pytest.importorskip("pyarrow")
    store = trialist.open(stored)
    assert [one.study for one in store.check().studies] == ["mixed", "other"]
    assert [one.study for one in store.compact("other")] == ["other"]
    store.copy(tmp_path / "copied", "other")
    assert [line.name for line in trialist.open(tmp_path / "copied").studies()] == ["other"]
    assert store.artifacts() == ()


def test_an_open_store_says_which(stored):
    assert repr(trialist.open(stored)) == f"OpenStore({str(stored)!r})"


def rows(curves):
    return [repr(row) for row in curves.to_dicts()]


@pytest.mark.parametrize("metrics", [(), ("val/accuracy",), ("val/accuracy", "train/loss")])
def test_curves_are_the_same_from_the_compacted_file(stored, metrics):
    pytest.importorskip("pyarrow")
    wanted = rows(trialist.open(stored).curves(*metrics, study="mixed"))
    compact_store("mixed", store=stored)
    assert rows(trialist.open(stored).curves(*metrics, study="mixed")) == wanted


def test_a_run_that_changed_since_is_read_from_its_journal(stored, monkeypatch):
    pytest.importorskip("pyarrow")
    compact_store("mixed", store=stored)
    path = StudyFolder(stored / "mixed").attempt("baseline", 0, 1) / "journal.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    curves = trialist.open(stored).curves("train/loss", study="mixed")
    first = next(one for one in curves if (one.variant, one.seed) == ("baseline", 0))
    assert list(first.steps) == [1, 2]
