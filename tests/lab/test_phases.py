"""Studies whose variants are tuned, from the study file to the verdict, and after a kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

import trialist
from trialist.values.errors import ConfigError, MetricError, TrialistError
from trialist.values.events import RunStatus
from trialist.values.verdict import VerdictCode

TRIAL = """
import math
import random


def train(config, run):
    u = (math.log10(config["lr"]) + 4) / 4
    best = {"sgd": 0.75, "adam": 0.4}[config["optimizer"]]
    noise = random.Random(f"{run.seed.train}/{config['lr']}").gauss(0, 0.002)
    end = 0.9 + config.get("gain", 0.0) * (config["optimizer"] == "adam") - (u - best) ** 2 + noise
    value = 0.0
    for step in range(10, config["max_train_steps"] + 1, 10):
        value = end * step / config["max_train_steps"]
        run.log({"train/loss": 1 / step, "val/accuracy": value, "val/loss": 1 - value}, step=step)
        if run.should_stop():
            break
    return {"val/accuracy": value, "val/loss": 1 - value}
"""

STUDY = """
name: tuned
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize, relevant: 0.005}
config: {optimizer: sgd, gain: 0.08, max_train_steps: 40}
space:
  optimizer: {choices: [sgd, adam], role: scientific}
  lr: {per: optimizer, low: 1e-4, high: 1.0, log: true}
search: {trials: 32, replicates: 4}
resources: {workers: 2}
"""

ONE = """
name: one
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize}
config: {optimizer: sgd, lr: 0.001, max_train_steps: 40}
space:
  lr: {low: 1e-4, high: 1.0, log: true}
search: SEARCH
seeds: 3
resources: {workers: 2}
"""


SLOW = TRIAL.replace("    value = 0.0\n", "    value = 0.0\n    import time; time.sleep(0.05)\n")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Give a function that writes a study file beside the trial, in the working folder."""
    monkeypatch.chdir(tmp_path)

    def write(text=STUDY, name="study.yaml", trial=TRIAL):
        Path("trial.py").write_text(textwrap.dedent(trial), encoding="utf-8")
        Path(name).write_text(text, encoding="utf-8")
        return name

    return write


def one(search):
    return ONE.replace("SEARCH", search)


def entries(study, kind, store="experiments"):
    lines = Path(store, study, "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if entry["kind"] == kind]


def test_a_recipe_is_judged_by_one_fresh_run_of_the_winner_of_every_search(write):
    result = trialist.run(write())
    verdict = result.verdicts["adam"]
    assert verdict.name is VerdictCode.RELEVANT_IMPROVEMENT
    assert (verdict.n, verdict.design, verdict.replicate.value) == (4, "paired", "search")
    assert verdict.scope.startswith("these recipes: tuning included")
    assert result.results.searches.claim.value == "recipes"
    assert [one.seeds for one in (s.sample for s in result.results.variants)] == [(4, 5, 6, 7)] * 2
    assert len(entries("tuned", "told")) == 64
    assert len(entries("tuned", "selected")) == 8
    assert trialist.verify("tuned").holds


def test_search_minima_are_never_reported_as_performance(write):
    result = trialist.run(write())
    for search in result.results.searches.searches:
        summary = next(one for one in result.results.variants if one.name == search.variant)
        assert search.score not in summary.sample.values


def test_the_winner_s_configuration_is_what_the_fresh_run_ran(write):
    trialist.run(write())
    told = {tuple(one["trial"]): one for one in entries("tuned", "told")}
    design = json.loads(Path("experiments/tuned/plan.json").read_text())["search"]["design"]
    trials = {(one["variant"], one["search"], one["number"]): one for one in design}
    for chosen in entries("tuned", "selected"):
        variant, search = chosen["search"]
        journal = Path(f"experiments/tuned/trials/{variant}/seed-{4 + search}/attempt-1")
        start = json.loads((journal / "journal.jsonl").read_text().splitlines()[0])
        winner = trials[tuple(chosen["trial"])]
        assert start["config"] == winner["config"]
        own = [one["values"][0] for key, one in told.items() if key[:2] == (variant, search)]
        assert told[tuple(chosen["trial"])]["values"][0] == max(own)


def test_a_range_that_ends_before_the_best_value_forbids_the_comparison(write):
    narrow = STUDY.replace(
        "lr: {per: optimizer, low: 1e-4, high: 1.0, log: true}",
        "lr: {per: optimizer, log: true, ranges: {sgd: {low: 1e-4, high: 0.003}, "
        "adam: {low: 1e-4, high: 1.0}}}",
    )
    result = trialist.run(write(narrow))
    verdict = result.verdicts["adam"]
    assert verdict.name is VerdictCode.NOT_COMPARABLE
    assert "sgd.lr" in verdict.sentence
    assert "EDGE" in verdict.sentence
    assert "trialist next" in verdict.sentence
    assert trialist.verify("tuned").holds
    assert json.loads(Path("experiments/tuned/results.json").read_text())["checks"]


def test_a_search_goes_on_from_another_one_and_its_trials_are_kept(write):
    narrow = "sgd: {low: 1e-4, high: 0.003}, adam: {low: 1e-4, high: 1.0}"
    ranged = "lr: {per: optimizer, log: true, ranges: {RANGES}}"
    text = STUDY.replace("lr: {per: optimizer, low: 1e-4, high: 1.0, log: true}", ranged)
    trialist.run(write(text.replace("RANGES", narrow)))
    wider = text.replace("RANGES", narrow.replace("0.003", "1.0"))
    wider = wider.replace("trials: 32, replicates: 4", "extends: tuned")
    result = trialist.run(write(wider.replace("name: tuned", "name: wider"), "wider.yaml"))
    told = entries("wider", "told")
    assert Counter("source" in one for one in told) == {True: 64, False: 32}
    before = {tuple(one["trial"]): one["values"] for one in entries("tuned", "told")}
    assert all(before[tuple(o["trial"])] == o["values"] for o in told if "source" in o)
    fresh = {seed for s in result.results.variants for seed in s.sample.seeds}
    assert fresh == {8, 9, 10, 11}
    assert result.verdicts["adam"].name is VerdictCode.RELEVANT_IMPROVEMENT
    assert trialist.verify("wider").holds


def test_what_cannot_be_gone_on_from_is_refused(write):
    with pytest.raises(ConfigError, match="no such study in the store"):
        trialist.run(write(STUDY.replace("trials: 32, replicates: 4", "extends: nobody")))


def test_a_configuration_is_judged_by_fresh_seeds_of_the_one_winner(write):
    result = trialist.run(write(one("{trials: 8}")))
    verdict = result.verdicts["tuned"]
    assert verdict.replicate.value == "fresh seed"
    assert (verdict.baseline, verdict.n) == ("baseline", 3)
    winner = entries("one", "selected")[0]["trial"]
    configs = {
        json.loads(path.read_text().splitlines()[0])["config"]["lr"]
        for path in Path("experiments/one/trials/tuned").glob("seed-*/attempt-1/journal.jsonl")
    }
    assert len(configs) == 1
    assert winner[0] == "tuned"


@pytest.mark.parametrize("method", ["random", "tpe", "grid"])
def test_every_method_comes_to_a_winner(write, method):
    space = "lr: {low: 1e-4, high: 1.0, log: true}"
    text = one(f"{{method: {method}, trials: 12}}")
    if method == "grid":
        text = one("{method: grid}").replace(space, "lr: {choices: [1e-3, 1e-2, 1e-1, 1.0]}")
    result = trialist.run(write(text))
    n = 4 if method == "grid" else 12
    assert len(entries("one", "told")) == n
    assert len(entries("one", "proposed")) == (12 if method == "tpe" else 0)
    assert result.finished


def test_a_trial_that_diverges_is_no_winner_and_is_told(write):
    trial = TRIAL.replace("    value = 0.0\n", "    value = 0.0\n    if u > 0.9: end = math.nan\n")
    result = trialist.run(write(trial=trial))
    states = Counter(one["status"] for one in entries("tuned", "told"))
    assert states[RunStatus.DIVERGED.value] > 0
    assert result.verdicts["adam"].name is VerdictCode.RELEVANT_IMPROVEMENT


def test_a_metric_that_is_always_infeasible_gives_no_claim(write):
    trial = TRIAL.replace(
        "    value = 0.0\n",
        "    value = 0.0\n    if config['optimizer'] == 'adam': end = math.nan\n",
    )
    result = trialist.run(write(trial=trial))
    verdict = result.verdicts["adam"]
    assert verdict.name in (VerdictCode.NOT_COMPARABLE, VerdictCode.REFUSED)
    assert trialist.verify("tuned").holds


def test_one_search_without_any_value_says_what_is_wrong(write):
    nothing = "def train(config, run):\n    return {'val/accuracy': float('nan')}\n"
    result = trialist.run(write(one("{trials: 8}"), trial=nothing))
    verdict = result.verdicts["tuned"]
    assert verdict.name is VerdictCode.NOT_COMPARABLE
    assert "8 of 8 trials of tuned diverged" in verdict.sentence
    assert trialist.verify("one").holds


def test_trials_are_cut_at_rungs_and_never_win(write):
    search = "{method: random, trials: 40, pruner: {name: asha, first: 0.25, startup: 5}}"
    result = trialist.run(write(one(search)))
    states = Counter(one["status"] for one in entries("one", "told"))
    rungs = entries("one", "rung")
    assert rungs
    assert {one["rung"] for one in rungs} <= {10, 30}
    assert states["pruned"] == sum(one["fate"] == "cut" for one in rungs)
    pruned = {tuple(o["trial"]) for o in entries("one", "told") if o["status"] == "pruned"}
    assert tuple(entries("one", "selected")[0]["trial"]) not in pruned
    (said,) = [one for one in result.to_dict()["caveats"] if one.startswith("asha ended")]
    assert said.startswith(f"asha ended {states['pruned']} of 40 trials early. ")
    n_audited = sum(one["fate"] == "audit" for one in rungs)
    assert f" {n_audited} further trial" in said
    assert said in trialist.analyze("one").data.notes
    assert trialist.verify("one").holds
    assert "46 of at most 46 runs" in Path("experiments/one/report.html").read_text()


def test_a_search_with_two_objectives_keeps_both(write):
    search = "{method: tpe, trials: 12, objectives: {val/loss: minimize}}"
    file = write(one(search))
    assert "12 trials, for val/loss too" in str(trialist.plan(file))
    result = trialist.run(file)
    told = entries("one", "told")
    assert all(set(one["objectives"]) == {"val/loss"} for one in told)
    one_of = told[0]
    assert one_of["objectives"]["val/loss"] == pytest.approx(1 - one_of["values"][0])
    assert any("looked for low val/loss" in said for said in result.to_dict()["caveats"])
    found = trialist.analyze("one")
    (best,) = found.data.fronts["tuned"]  # the loss is 1 - accuracy: one trial is best in both
    assert best.value == max(one["values"][0] for one in told)
    assert "Pareto front of val/accuracy and val/loss, 1 of 12 trials: tuned-" in str(found)
    (shown,) = found.to_dict()["fronts"]["tuned"]
    assert shown["objectives"]["val/loss"] == pytest.approx(1 - shown["value"])
    asked = {check.numbers.get("objective") for check in found.checks if check.check == "boundary"}
    assert asked >= {None, "val/loss"}


def test_an_objective_that_no_trial_logs_is_told_with_its_cure(write):
    search = "{method: random, trials: 4, objectives: {val/f1: maximize}}"
    with pytest.raises(
        MetricError, match="gave no val/f1, and the search looks for it too"
    ) as told:
        trialist.run(write(one(search)))
    assert "search.objectives" in str(told.value.mistakes)
    assert not entries("one", "told")


def test_a_trial_with_several_seeds_is_their_mean(write):
    trialist.run(write(one("{trials: 8, seeds: 3}")))
    told = entries("one", "told")
    assert all(len(one["values"]) == 3 for one in told)
    plan = json.loads(Path("experiments/one/plan.json").read_text())
    assert plan["seeds"] == [3, 4, 5]  # behind those of the search


def test_a_run_of_a_trial_is_reproduced(write):
    trialist.run(write(one("{trials: 8}")))
    name = next(path.name for path in Path("experiments/one/trials").glob("tuned-*"))
    assert trialist.reproduce(f"{name}/seed-0").likeness.is_equal
    assert trialist.reproduce("tuned/seed-1").likeness.is_equal


def test_a_changed_search_is_no_amendment(write):
    trialist.run(write(one("{trials: 8}")))
    with pytest.raises(TrialistError, match="search"):
        trialist.run(write(one("{trials: 16}")), amend="more trials")
    with pytest.raises(TrialistError) as found:  # and it is not offered either
        trialist.run(write(one("{trials: 16}")))
    assert "amend" not in str(found.value)
    assert "search: {extends: one}" in str(found.value)


def test_a_changed_search_that_learned_is_not_offered_to_go_on_from(write):
    trialist.run(write(one("{trials: 8, method: tpe}")))
    with pytest.raises(TrialistError) as found:
        trialist.run(write(one("{trials: 9, method: tpe}")))
    assert "extends" not in str(found.value)
    assert "new study" in str(found.value)


def test_trials_of_another_metric_are_not_gone_on_from(write):
    trialist.run(write(one("{trials: 8}")))
    other = one("{extends: one, trials: 16}").replace("goal: maximize", "goal: minimize")
    with pytest.raises(ConfigError, match="as their metric"):
        trialist.run(write(other.replace("name: one", "name: two"), "two.yaml"))


def test_status_tells_of_the_searches_while_they_run(write):
    write(one("{trials: 400, method: random}"), trial=SLOW)
    trialist.run("study.yaml", max_seconds=4)
    status = trialist.status("one")
    assert status.progress.counts == "trials"
    (row,) = status.progress.rows
    assert 0 < row.n_done < 400
    assert row.text.startswith("best so far")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["quasi_random", "tpe"])
def test_a_killed_study_goes_on_with_the_same_points(write, method):
    search = f"{{method: {method}, trials: 24}}"
    text = one(search).replace("workers: 2", "workers: 1")
    write(text, trial=SLOW)
    trialist.run("study.yaml", store="whole")
    command = [sys.executable, "-m", "trialist", "run", "study.yaml", "--store", "cut"]
    for told in (3, 15):
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + 120
        ledger = Path("cut/one/ledger.jsonl")
        while time.monotonic() < deadline and process.poll() is None:
            if ledger.exists() and ledger.read_text().count('"kind":"told"') >= told:
                break
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    trialist.run("study.yaml", store="cut")

    def points(store):
        return {tuple(one["trial"]): one["values"] for one in entries("one", "told", store)}

    assert points("cut") == points("whole")
    assert trialist.verify("one", store="cut").holds
    shutil.rmtree("cut")
