"""Trials and distributions of real Optuna studies."""

import math

import optuna
import pytest

from trialist.search.optunatrials import is_even, objectives_of, parameters_of, trials_of
from trialist.values.events import RunStatus
from trialist.values.metric import Goal
from trialist.values.space import Scale

optuna.logging.set_verbosity(optuna.logging.ERROR)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning"),
]


def made(*trials, directions=("minimize",), sampler=None):
    """Give a study with trials of (params, distributions, values, more)."""
    study = optuna.create_study(directions=list(directions), sampler=sampler, study_name="s")
    for params, distributions, values, more in trials:
        study.add_trial(
            optuna.trial.create_trial(
                params=params, distributions=distributions, values=values, **more
            )
        )
    return study


FLOAT = optuna.distributions.FloatDistribution
INT = optuna.distributions.IntDistribution
CHOICE = optuna.distributions.CategoricalDistribution


def test_distributions_become_parameters():
    kinds = {
        "lr": FLOAT(1e-4, 1.0, log=True),
        "x": FLOAT(0.0, 1.0, step=0.25),
        "odd": FLOAT(0.1, 1.0, step=0.3),
        "n": INT(2, 9),
        "even": INT(2, 8, step=2),
        "wide": INT(1, 64, log=True),
        "opt": CHOICE(["sgd", "adam", None]),
        "held": FLOAT(3.0, 3.0),
    }
    params = {"lr": 0.1, "x": 0.5, "odd": 0.4, "n": 3, "even": 4, "wide": 8, "opt": None,
              "held": 3.0}  # fmt: skip
    found, notes = parameters_of(made((params, kinds, [1.0], {})).trials)
    by_name = {one.name: one for one in found}
    assert notes == ()
    assert list(by_name) == ["lr", "x", "odd", "n", "even", "wide", "opt"]
    assert (by_name["lr"].low, by_name["lr"].scale) == (1e-4, Scale.LOG)
    assert (by_name["x"].step, by_name["odd"].step) == (0.25, None)
    assert (by_name["n"].integer, by_name["n"].step) == (True, None)
    assert (by_name["even"].step, by_name["wide"].scale) == (2.0, Scale.LOG)
    assert by_name["opt"].choices == ("sgd", "adam", None)


def test_a_range_that_changed_is_taken_as_large_as_it_was():
    found, notes = parameters_of(
        made(
            ({"x": 0.5}, {"x": FLOAT(0.0, 1.0)}, [1.0], {}),
            ({"x": 2.0}, {"x": FLOAT(0.5, 3.0)}, [1.0], {}),
        ).trials
    )
    assert (found[0].low, found[0].high) == (0.0, 3.0)
    assert notes == ("The range of x changed between trials; it is taken as large as it ever was.",)


def test_conditions_are_told_by_the_choice_that_goes_with_them():
    opt, lr = CHOICE(["sgd", "adam", "lion"]), FLOAT(0.0, 1.0)
    trials = [
        ({"opt": "sgd", "m": 0.5}, {"opt": opt, "m": lr}, [1.0], {}),
        ({"opt": "adam", "b": 0.5}, {"opt": opt, "b": lr}, [1.0], {}),
        ({"opt": "lion", "b": 0.1}, {"opt": opt, "b": lr}, [1.0], {}),
    ]
    found, notes = parameters_of(made(*trials).trials)
    whens = {one.name: one.when for one in found}
    assert whens == {"opt": {}, "m": {"opt": "sgd"}, "b": {"opt": ("adam", "lion")}}
    assert notes == ()
    trials.append(({"opt": "sgd", "b": 0.1}, {"opt": opt, "b": lr}, [1.0], {}))
    found, notes = parameters_of(made(*trials).trials)
    assert {one.name: one.when for one in found}["b"] == {}
    assert notes == ("Some trials lack m, b, and no choice tells which.",)


def test_states_become_those_of_runs():
    def run(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.report(1.0, 3)
        if trial.number == 0:
            return x
        if trial.number == 1:
            return math.inf
        if trial.number == 2:
            trial.report(math.nan, 4)
            return math.nan
        if trial.number == 3:
            raise optuna.TrialPruned
        raise RuntimeError

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(run, n_trials=5, catch=RuntimeError)
    study.ask().suggest_float("x", 0, 1)
    study.enqueue_trial({"x": 0.5})
    found = list(trials_of(study, 0, sampler="RandomSampler"))
    assert [one.status for one in found] == [
        RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.DIVERGED, RunStatus.PRUNED,
        RunStatus.FAILED, RunStatus.RUNNING,
    ]  # fmt: skip
    first, _, _, pruned, _, running = found
    assert first.value == study.trials[0].value == first.values[0]
    assert (pruned.rung, pruned.value, first.rung) == (3, None, None)
    assert (first.steps, running.steps, running.seconds) == (3, None, None)
    assert first.seconds >= 0
    assert not any(one.adaptive for one in found)


def test_several_objectives_have_names():
    study = made(
        ({"x": 0.5}, {"x": FLOAT(0, 1)}, [1.0, 2.0], {}), directions=("minimize", "maximize")
    )
    assert [(one.name, one.goal) for one in objectives_of(study)] == [
        ("value_0", Goal.MINIMIZE), ("value_1", Goal.MAXIMIZE),
    ]  # fmt: skip
    study.set_metric_names(["loss", "acc"])
    (trial,) = trials_of(study, 1, sampler=None)
    assert (trial.value, trial.objectives) == (2.0, {"loss": 1.0})
    assert objectives_of(made())[0].name == "value"


def drawn(sampler, n):
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=n)
    return study


@pytest.mark.parametrize(
    ("name", "options", "even"),
    [
        ("GridSampler", {"search_space": {"x": [0.1, 0.2, 0.3]}}, True),
        ("TPESampler", {}, False),
        ("RandomSampler", {}, False),  # it leaves no trace
    ],
)
def test_traces_in_the_study_tell_grids_and_sobol_sequences(name, options, even):
    study = drawn(getattr(optuna.samplers, name)(seed=1, **options), 3)
    assert {one.adaptive for one in trials_of(study, 0, sampler=None)} == {not even}


def test_a_sobol_sequence_leaves_a_trace_and_only_its_start_makes_no_even_search():
    study = drawn(optuna.samplers.QMCSampler(seed=1, warn_independent_sampling=False), 3)
    assert not any(one.adaptive for one in trials_of(study, 0, sampler=None))
    study.sampler = optuna.samplers.TPESampler(seed=1)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    assert all(one.adaptive for one in trials_of(study, 0, sampler=None))


def test_what_was_enqueued_was_chosen_by_hand():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.enqueue_trial({"x": 0.5})
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    found = [is_even(one, "RandomSampler") for one in study.trials]
    assert found == [False, True]
