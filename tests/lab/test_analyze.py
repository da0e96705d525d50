import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

import trialist
from trialist.cli.main import trialist as command
from trialist.values.errors import ConfigError, LedgerError, TableError
from trialist.values.playbook import Level

TRIAL = """
import math
import random


def train(config, run):
    place = math.log10(config["lr"])
    best = -1.2 if config["optimizer"] == "sgd" else -1.5
    rng = random.Random(f"{run.seed.train}/{sorted(config.items())}")
    for step in range(1, 11):
        rise = math.exp(-step / 3)
        value = 0.97 - 0.05 * (place - best) ** 2 - 0.5 * rise + rng.gauss(0, 0.002)
        run.log({"val/accuracy": value, "train/loss": 2 * rise}, step=step)
"""

STUDY = """
name: tuned
question: Which optimizer is better?
trial: trial.py:train
metric: {name: val/accuracy, goal: maximize}
config: {optimizer: sgd, lr: 0.1}
space:
  optimizer: {choices: [sgd, adam], role: scientific}
  lr: {low: 1e-3, high: 1.0, log: true, per: optimizer, ranges: {adam: {low: 1e-5, high: 1e-3}}}
search: {trials: 16, replicates: 2}
budget: {max_train_steps: 10}
"""


def rows(n=16):
    return [
        {"lr": 10 ** (-4 + 3 * k / (n - 1)), "batch_size": 2 ** (5 + k % 3), "loss": 1.0 - 0.05 * k}
        for k in range(n)
    ]


def run(*words):
    return CliRunner().invoke(command, ["analyze", *words], standalone_mode=False)


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ["lr,batch_size,loss", *(f"{r['lr']},{r['batch_size']},{r['loss']}" for r in rows())]
    Path("trials.csv").write_text("\n".join(lines) + "\n")
    return "trials.csv"


def test_a_table_of_trials_is_checked():
    found = trialist.analyze(rows(), metric="loss", goal="minimize", params=["lr:1e-4:0.1:log"])
    assert found.checks[0].level is Level.EDGE
    assert found.checks[0].change.high == pytest.approx(3.16, abs=0.01)
    assert not found.is_comparable
    assert not found.is_clean
    assert "EDGE" in str(found)
    assert found.to_dict()["variants"][0]["search_best"]["value"] == 0.25


def test_a_frame_and_its_file_give_the_same(table, tmp_path):
    pandas = pytest.importorskip("pandas")
    asked = {"metric": "loss", "goal": "minimize"}
    of_file = trialist.analyze(table, **asked)
    of_frame = trialist.analyze(pandas.read_csv(table), **asked)
    assert of_frame.checks == of_file.checks
    pytest.importorskip("pyarrow")
    pandas.read_csv(table).to_parquet("trials.parquet")
    assert trialist.analyze("trials.parquet", **asked).checks == of_file.checks


def test_the_trials_of_an_adaptive_sampler_are_not_judged_by_their_places():
    asked = {"metric": "loss", "goal": "minimize", "params": ["lr:1e-4:0.1:log"]}
    found = trialist.analyze(rows(), sampler="tpe", **asked)
    levels = {check.level for check in found.checks if check.check == "boundary"}
    assert levels == {Level.UNDECIDED}
    assert found.data.expected is None
    with pytest.raises(ConfigError, match="sampler is 'tep'"):
        trialist.analyze(rows(), sampler="tep", **asked)


def test_batch_sizes_and_rates_are_told_where_they_are_asked_for():
    asked = {"metric": "loss", "goal": "minimize"}
    found = trialist.analyze(rows(), batch_size="batch_size", **asked)
    assert {row["batch_size"] for row in found.to_dict()["rates_by_batch"]} == {32, 64, 128}
    with pytest.raises(ConfigError, match="'batchsize' is no parameter"):
        trialist.analyze(rows(), batch_size="batchsize", **asked)


def test_a_target_needs_curves():
    with pytest.raises(ConfigError, match="nobody knows when a trial reached"):
        trialist.analyze(rows(), metric="loss", goal="minimize", target=0.5)


def test_what_is_no_source_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LedgerError, match="no study"):
        trialist.analyze("nothing")
    with pytest.raises(TableError, match="no file"):
        trialist.analyze("nothing.csv")
    with pytest.raises(ConfigError, match="is a higher loss better"):
        trialist.analyze(rows(), metric="loss")


def test_the_command_writes_only_where_it_is_told(table, tmp_path):
    asked = [table, "--metric", "loss", "--goal", "minimize"]
    done = run(*asked)
    assert done.exit_code == 0
    assert "This search is not done: EDGE: lr" in done.output
    assert not (tmp_path / "analysis.html").exists()
    done = run(*asked, "--out", "found")
    assert done.output.rstrip().endswith("page  found/analysis.html")
    told = json.loads((tmp_path / "found" / "analysis.json").read_text())
    assert json.loads(run(*asked, "--json").output) == told


@pytest.mark.parametrize(("wanted", "code"), [("comparable", 1), ("clean", 1)])
def test_what_is_required_decides_the_exit_code(table, wanted, code):
    done = run(table, "--metric", "loss", "--goal", "minimize", "--quiet", "--require", wanted)
    assert done.return_value == code
    assert f"required {wanted}, found EDGE" in done.stderr


def test_what_holds_exits_with_zero(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = random.Random(0)
    places = [rng.random() for _ in range(64)]
    lines = [f"{10 ** (-4 + 3 * u)},{(u - 0.5) ** 2 + rng.gauss(0, 0.002)}" for u in places]
    Path("t.csv").write_text("lr,loss\n" + "\n".join(lines) + "\n")
    done = run("t.csv", "--metric", "loss", "--goal", "minimize", "--require", "comparable")
    assert done.return_value == 0


@pytest.fixture(scope="module")
def studied(tmp_path_factory):
    place = tmp_path_factory.mktemp("studied")
    (place / "trial.py").write_text(TRIAL)
    (place / "study.yaml").write_text(STUDY)
    trialist.run(place / "study.yaml", store=place / "experiments")
    return place


@pytest.mark.slow
def test_a_study_is_analyzed_with_its_ranges_and_its_curves(studied):
    found = trialist.analyze("tuned", store=studied / "experiments", target=0.9)
    assert [arm.variant for arm in found.table.arms] == ["sgd", "adam"]
    assert found.data.search.replicates == 2
    assert found.data.finished
    assert found.table.max_steps == 10
    assert any(check.check == "curve" for check in found.checks) or found.data.curves
    assert found.data.targets["sgd"].n_reached > 0
    assert found.data.targets["adam"].n_reached == 0
    edge = next(check for check in found.checks if check.level is Level.EDGE)
    assert edge.subject == "adam.lr"


@pytest.mark.slow
def test_the_analysis_of_a_study_lies_beside_its_report(studied, monkeypatch):
    monkeypatch.chdir(studied)
    done = run("study.yaml")
    assert "page  experiments/tuned/analysis.html" in done.output
    assert (studied / "experiments" / "tuned" / "analysis.json").exists()
    assert trialist.open("experiments").check("tuned").is_sound
    page = (studied / "experiments" / "tuned" / "report.html").read_text()
    for title in ("What was searched", "What the checks say", "History of the baseline"):
        assert f"<h2>{title}</h2>" in page


@pytest.mark.slow
def test_a_study_that_searched_nothing_is_refused(small):
    trialist.run(small())
    with pytest.raises(LedgerError, match="small searched nothing"):
        trialist.analyze("small")


def test_an_optuna_study_is_analyzed_with_what_it_reported():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        place = trial.suggest_float("lr", 1e-5, 1e-2, log=True)
        for step in range(10):
            trial.report(place + 1 / (step + 1), step)
        return place

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), study_name="digits")
    study.optimize(objective, n_trials=12)
    found = trialist.analyze(study, target=0.2)
    assert found.data.name == "digits"
    assert found.data.targets["digits"].n == 12
    assert not any(trial.adaptive for trial in found.table.trials)
