"""An Optuna study as a table of trials."""

from dataclasses import dataclass

import optuna
import pytest
from optuna.storages.journal import JournalFileBackend

from trialist.lab.optunastudy import SAMPLERS, optuna_table, read_optuna
from trialist.search.optunatrials import EVEN
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal

optuna.logging.set_verbosity(optuna.logging.ERROR)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning"),
]


def objective(trial):
    lr = trial.suggest_float("lr", 1e-4, 1.0, log=True)
    for step in (10, 20, 30):
        trial.report(lr / step, step)
    return lr


@pytest.fixture
def study():
    made = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3), study_name="s")
    made.optimize(objective, n_trials=6)
    return made


def test_a_study_is_a_table_with_one_arm(study):
    found = read_optuna(study)
    table = found.table
    assert (found.name, found.notes) == ("s", ())
    assert (table.metric.name, table.metric.goal) == ("value", Goal.MINIMIZE)
    (arm,) = table.arms
    assert arm.variant == "s"
    assert [(one.name, one.low, one.high) for one in arm.parameters] == [("lr", 1e-4, 1.0)]
    assert [one.value for one in table.of("s")] == [one.value for one in study.trials]
    assert table.max_steps == 30
    steps, values = found.points["trial 2"]
    assert steps == (10, 20, 30)
    assert values == tuple(study.trials[2].intermediate_values.values())
    assert not any(one.adaptive for one in table.trials)


def test_a_storage_does_not_know_its_sampler_so_one_says_it(tmp_path):
    path = tmp_path / "j.log"
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(path)))
    optuna.create_study(
        storage=storage, sampler=optuna.samplers.RandomSampler(seed=1)
    ).optimize(lambda trial: trial.suggest_int("n", 1, 9), n_trials=3)  # fmt: skip
    unknown = read_optuna(path)
    assert all(one.adaptive for one in unknown.table.trials)
    assert "--sampler random says otherwise" in unknown.notes[0]
    assert unknown.points == {}
    assert unknown.table.max_steps is None
    known = read_optuna(path, sampler="random")
    assert not any(one.adaptive for one in known.table.trials)
    assert known.notes == ()


def test_an_objective_is_chosen_by_name():
    study = optuna.create_study(directions=["minimize", "maximize"])
    study.set_metric_names(["loss", "acc"])
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), 2.0), n_trials=2)
    found = read_optuna(study, metric="acc")
    assert (found.table.metric.name, found.table.metric.goal) == ("acc", Goal.MAXIMIZE)
    assert found.notes[0] == "The study has several objectives; judged is acc, beside it loss."
    assert read_optuna(study).table.metric.name == "loss"
    with pytest.raises(ConfigError, match="no objective 'acx'") as caught:
        read_optuna(study, metric="acx")
    assert "did you mean 'acc'" in caught.value.mistakes[0].todo


def test_an_empty_study_and_an_unknown_sampler_are_told(study):
    with pytest.raises(ConfigError, match="no trials yet"):
        read_optuna(optuna.create_study())
    with pytest.raises(ConfigError, match="sampler is 'randm'"):
        read_optuna(study, sampler="randm")


def test_samplers_are_optunas():
    for name in [*SAMPLERS.values(), *EVEN]:
        assert hasattr(optuna.samplers, name)


@dataclass
class Asked:
    metric: str | None = None
    adaptive: bool = False


def test_the_command_hands_its_options_on(study):
    name, table, notes = optuna_table(study, Asked())
    assert (name, notes) == ("s", ())
    assert not any(one.adaptive for one in table.trials)
    _, table, _ = optuna_table(study, Asked(adaptive=True))
    assert all(one.adaptive for one in table.trials)
