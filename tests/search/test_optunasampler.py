"""Our loop asks Optuna's samplers as Optuna's own loop does."""

import logging
import math
import warnings

import optuna
import pytest

from trialist.search.factory import sampler_for, seed_of
from trialist.search.optunasampler import quiet
from trialist.search.protocol import Told
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.searchplan import Method

LOSS = Metric(name="val/loss", goal=Goal.MINIMIZE)
SCORE = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)


def value_of(params: dict[str, object]) -> float:
    bonus = {"batch": 0.0, "layer": 0.5, None: 1.0}[params["norm"]]
    width = math.log(params["width"]) / 10
    return (math.log10(params["lr"]) + 2) ** 2 + params["dropout"] - width + bonus


def suggested(trial: optuna.Trial) -> dict[str, object]:
    return {
        "lr": trial.suggest_float("lr", 1e-4, 1.0, log=True),
        "dropout": trial.suggest_float("dropout", 0.0, 0.5),
        "depth": trial.suggest_int("depth", 1, 6),
        "width": trial.suggest_int("width", 8, 512, log=True),
        "norm": trial.suggest_categorical("norm", ("batch", "layer", None)),
    }


def theirs(sampler: optuna.samplers.BaseSampler, n: int, sign: int = 1) -> list[dict[str, object]]:
    with quiet():
        study = optuna.create_study(
            sampler=sampler, direction="minimize" if sign == 1 else "maximize"
        )
        study.optimize(lambda trial: sign * value_of(suggested(trial)), n_trials=n, n_jobs=1)
    return [trial.params for trial in study.trials]


def ours(plan, arm, metric, sign: int = 1) -> list[dict[str, object]]:
    sampler = sampler_for(plan, arm, 0, metric)
    found = []
    while (proposal := sampler.ask()) is not None:
        found.append(dict(proposal.params))
        value = sign * value_of(proposal.params)
        sampler.tell(Told(number=proposal.number, state=RunStatus.FINISHED, values=(value,)))
    return found


def plain(method: Method, seed: int) -> optuna.samplers.BaseSampler:
    if method is Method.TPE:
        return optuna.samplers.TPESampler(multivariate=True, n_startup_trials=10, seed=seed)
    if method is Method.NSGA_II:
        return optuna.samplers.NSGAIISampler(population_size=8, seed=seed)
    if method is Method.CMA_ES:
        return optuna.samplers.CmaEsSampler(warn_independent_sampling=False, seed=seed)
    return optuna.samplers.GPSampler(seed=seed)


@pytest.mark.parametrize(
    "method",
    [Method.TPE, Method.NSGA_II, Method.CMA_ES, pytest.param(Method.GP, marks=pytest.mark.slow)],
)
def test_proposes_what_study_optimize_proposes(plain_arm, plan_of, method) -> None:
    if method is Method.GP:
        pytest.importorskip("torch")
    if method is Method.CMA_ES:
        pytest.importorskip("cmaes")
    n = 14 if method is Method.GP else 40
    plan = plan_of(plain_arm, method, trials=n, seed=11)
    assert ours(plan, plain_arm, LOSS) == theirs(plain(method, seed_of(plan, 0)), n)


def test_a_score_is_maximized(plain_arm, plan_of) -> None:
    plan = plan_of(plain_arm, Method.TPE, trials=30)
    mirrored = ours(plan, plain_arm, SCORE, sign=-1)
    assert mirrored == theirs(plain(Method.TPE, seed_of(plan, 0)), 30, sign=-1)
    assert mirrored == ours(plan, plain_arm, LOSS)


def told_all(plan, arm, ends) -> list[optuna.trial.FrozenTrial]:
    sampler = sampler_for(plan, arm, 0, LOSS)
    for end in ends:
        sampler.tell(end(sampler.ask().number))
    return sampler._study.trials


def test_tells_optuna_how_each_trial_ended(plain_arm, plan_of) -> None:
    done, diverged, cut, blind, lost = told_all(
        plan_of(plain_arm, Method.TPE),
        plain_arm,
        [
            lambda n: Told(number=n, state=RunStatus.FINISHED, values=(0.25,)),
            lambda n: Told(number=n, state=RunStatus.DIVERGED),
            lambda n: Told(number=n, state=RunStatus.PRUNED, values=(0.5,), step=30),
            lambda n: Told(number=n, state=RunStatus.PRUNED, step=30),
            lambda n: Told(number=n, state=RunStatus.FAILED),
        ],
    )
    assert done.value == 0.25
    assert (diverged.state.name, diverged.value) == ("COMPLETE", math.inf)
    assert (cut.state.name, cut.intermediate_values) == ("PRUNED", {30: 0.5})
    assert (blind.state.name, blind.intermediate_values) == ("PRUNED", {})
    assert lost.state.name == "FAIL"


def test_tpe_leaves_where_trials_diverge(plain_arm, plan_of) -> None:
    sampler = sampler_for(plan_of(plain_arm, Method.TPE, trials=80), plain_arm, 0, LOSS)
    diverged = []
    for number in range(80):
        params = sampler.ask().params
        diverged.append(params["lr"] > 0.01)
        state = RunStatus.DIVERGED if diverged[-1] else RunStatus.FINISHED
        value = -math.log10(params["lr"])  # better the nearer to where it diverges
        sampler.tell(Told(number=number, state=state, values=(value,)))
    assert sum(diverged[:10]) >= 3
    assert sum(diverged[40:]) < sum(diverged[:10]) * 40 / 10 * 0.6


@pytest.mark.parametrize("method", [Method.TPE, Method.NSGA_II])
def test_several_goals_are_told_together(plain_arm, plan_of, method) -> None:
    plan = plan_of(plain_arm, method, objectives={"val/latency": "minimize"}, trials=40)
    sampler = sampler_for(plan, plain_arm, 0, SCORE)
    for _ in range(40):
        proposal = sampler.ask()
        end = {0: RunStatus.DIVERGED, 1: RunStatus.PRUNED}.get(proposal.number % 7)
        values = (-value_of(proposal.params), float(proposal.params["width"]))
        sampler.tell(
            Told(number=proposal.number, state=end or RunStatus.FINISHED, values=values, step=3)
        )
    trials = sampler._study.trials
    assert [one.name for one in sampler._study.directions] == ["MAXIMIZE", "MINIMIZE"]
    assert trials[0].values == [-math.inf, math.inf]
    assert len(trials[2].values) == 2


def test_refuses_another_number_of_values(plain_arm, plan_of) -> None:
    sampler = sampler_for(plan_of(plain_arm, Method.TPE), plain_arm, 0, LOSS)
    sampler.ask()
    with pytest.raises(ValueError, match="trial 0 has 2 values for 1 goals"):
        sampler.tell(Told(number=0, state=RunStatus.FINISHED, values=(1.0, 2.0)))
    assert sampler.waiting == (0,)


def test_optuna_writes_nothing_and_is_left_as_it_was(odd_arm, plan_of, capfd) -> None:
    optuna.logging.set_verbosity(optuna.logging.INFO)
    before = logging.getLogger("optuna").level, list(warnings.filters)
    sampler = sampler_for(plan_of(odd_arm, Method.TPE), odd_arm, 0, LOSS)
    for number in range(12):
        sampler.ask()
        sampler.tell(Told(number=number, state=RunStatus.DIVERGED))
    assert capfd.readouterr() == ("", "")
    assert (logging.getLogger("optuna").level, list(warnings.filters)) == before
