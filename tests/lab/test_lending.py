"""`variance: history` without a table: the store's own finished studies lend their noise."""

import json
import random
import shutil
from pathlib import Path

import pytest

import trialist
from trialist.lab.lending import lenders_in
from trialist.lab.registration import history_of
from trialist.ledger.folder import StudyFolder
from trialist.stats.moderated import fit_prior
from trialist.stats.spread import sd_of
from trialist.values.errors import InsufficientDataError, PlanChangedError

METRIC = {"name": "val/accuracy", "goal": "maximize", "relevant": 0.05}


def trial():
    """Give a function that no worker can import: it runs here, which is quick."""

    def train(config, run):
        rng = random.Random(f"{run.seed.train}/{config['kind']}")
        run.log({"val/accuracy": config["gain"] + rng.gauss(0.5, 0.01)}, step=1)

    return train


def study(name, *, kind=None, metric=METRIC, seeds=3, **more):
    return trialist.Study(
        name=name,
        trial=trial(),
        metric=metric,
        config={"kind": kind or name, "gain": 0.0},
        variants={"baseline": {}, "better": {"gain": 0.1}},
        seeds=seeds,
        **more,
    )


@pytest.fixture(scope="module")
def five(tmp_path_factory):
    """Give a store with five finished studies of two variants and three seeds."""
    place = tmp_path_factory.mktemp("five")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for name in "abcde":
            trialist.run(study(name))
    return place


@pytest.fixture
def store(five, tmp_path, monkeypatch):
    """Stand in a copy of the store."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(five, tmp_path, dirs_exist_ok=True)
    return tmp_path


def values(name):
    found = json.loads(Path(f"experiments/{name}/results.json").read_text())
    return [variant["values"] for variant in found["variants"]]


def run_assisted(name="new", **more):
    return trialist.run(study(name, variance="history", seeds=2, **more))


def test_the_finished_studies_of_a_store_lend_their_noise(store):
    groups = [group for name in "abcde" for group in values(name)]
    wanted = fit_prior([sd_of(one) for one in groups], [3] * 10)
    result = run_assisted()
    verdict = result.verdicts["better"]
    assert (verdict.test, verdict.n) == ("moderated t", 2)
    assert "assisted" in verdict.flags
    assert result.data.plan.prior == wanted
    history = history_of(StudyFolder(Path("experiments/new")))
    lent = lenders_in(history)
    assert [(one.study, one.n_groups) for one in lent] == [(name, 2) for name in "abcde"]
    of_a = history_of(StudyFolder(Path("experiments/a")))
    assert (lent[0].plan_hash, lent[0].head) == (of_a.plan_hash, of_a.entries[-1].hash)
    assert any("10 groups of runs in 5 earlier studies" in one for one in result.results.caveats)
    assert trialist.verify("new").holds
    assert trialist.plan(study("newer", variance="history")).plan.prior == wanted


def test_the_noise_is_fixed_when_the_plan_is_registered(store):
    first = run_assisted()
    trialist.run(study("f"))
    assert run_assisted().to_dict() == first.to_dict()
    with pytest.raises(PlanChangedError) as caught:
        run_assisted(question="reworded")
    assert "prior" not in str(caught.value)
    amended = trialist.run(study("new", variance="history", seeds=3), amend="one more seed")
    assert amended.data.plan.prior == first.data.plan.prior
    assert any("5 earlier studies" in one for one in amended.results.caveats)
    assert trialist.verify("new").holds


def test_a_new_study_of_the_name_asks_the_store_again(store):
    first = run_assisted()
    trialist.run(study("f"))
    again = trialist.run(study("new", variance="history", seeds=2), new=True)
    assert again.results.study == "new-2"
    assert (first.data.plan.prior.n_groups, again.data.plan.prior.n_groups) == (10, 12)


def test_too_few_groups_say_how_many_there_are(store):
    shutil.rmtree("experiments/e")
    with pytest.raises(InsufficientDataError, match=r"lends 8 groups .* from 4 finished studies"):
        run_assisted()
    assert not Path("experiments/new").exists()


@pytest.mark.parametrize(
    ("more", "n"),
    [
        ({"metric": {**METRIC, "goal": "minimize"}}, 0),
        ({"metric": {**METRIC, "name": "val/f1"}}, 0),
        ({"kind": "a"}, 8),
        ({"name": "b"}, 8),
    ],
    ids=["another goal", "another metric", "the same runs", "the same study"],
)
def test_what_is_not_an_earlier_group_of_its_kind_lends_nothing(store, more, n):
    asked = {"name": "new", "variance": "history", "seeds": 2, **more}
    with pytest.raises(InsufficientDataError, match=f"lends {n} groups"):
        trialist.plan(study(**asked))


def test_an_unfinished_or_damaged_study_lends_nothing(store):
    log = Path("experiments/a/ledger.jsonl")
    log.write_text("".join(log.read_text().splitlines(keepends=True)[:-1]))
    journal = Path("experiments/b/trials/better/seed-1/attempt-1/journal.jsonl")
    journal.write_text(journal.read_text().replace("0.", "1.", 1))
    with pytest.raises(InsufficientDataError, match="lends 6 groups"):
        run_assisted()


def test_a_study_does_not_lend_to_those_that_follow_it_up(store):
    child = study("child", kind="e", parent="e", variance="history")
    with pytest.raises(InsufficientDataError, match="lends 8 groups"):
        trialist.run(child)


def test_a_table_is_used_where_one_is_named(store):
    rows = "".join(f"g{k},0.0{k + 1},5\n" for k in range(10))
    Path("spreads.csv").write_text(f"group,sd,n\n{rows}", encoding="utf-8")
    result = run_assisted(history="spreads.csv")
    assert lenders_in(history_of(StudyFolder(Path("experiments/new")))) == ()
    assert not any("earlier studies" in one for one in result.results.caveats)
