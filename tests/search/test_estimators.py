import importlib.util
import warnings

import numpy as np
import optuna
import pytest

from trialist.search.estimators import EFFORTS, Estimator, Shares
from trialist.search.optunasampler import quiet
from trialist.values.errors import MissingExtraError
from trialist.values.space import Parameter

NAMES = ("zeta", "alpha", "mu")
WEIGHTS = {"zeta": 3.0, "alpha": 0.0, "mu": 0.8}
PARAMETERS = tuple(Parameter(name=name, low=0.0, high=1.0) for name in NAMES)


def trials(n: int = 60) -> tuple[list[dict[str, float]], list[float]]:
    rng = np.random.default_rng(0)
    found = [dict(zip(NAMES, rng.random(3).tolist(), strict=True)) for _ in range(n)]
    return found, [sum(WEIGHTS[name] * one[name] ** 2 for name in NAMES) for one in found]


def needs(estimator: Estimator) -> None:
    if estimator is not Estimator.PED_ANOVA:
        pytest.importorskip("sklearn")


@pytest.mark.parametrize("estimator", list(Estimator))
def test_names_get_their_own_shares_whatever_their_order(estimator) -> None:
    needs(estimator)
    shares = Shares(estimator, PARAMETERS, n=60, seed=0)
    found = shares.of(shares.points(*trials()))
    assert sum(found) == pytest.approx(1.0)
    zeta, alpha, mu = found
    assert zeta > mu > alpha


def evaluator(estimator: Estimator) -> optuna.importance.BaseImportanceEvaluator:
    if estimator is Estimator.FANOVA:
        return optuna.importance.FanovaImportanceEvaluator(n_trees=16, seed=0)
    if estimator is Estimator.MDI:
        return optuna.importance.MeanDecreaseImpurityImportanceEvaluator(seed=0)
    return optuna.importance.PedAnovaImportanceEvaluator(target_quantile=0.1)


@pytest.mark.parametrize("estimator", list(Estimator))
def test_is_what_optuna_finds_in_a_study_of_its_own(estimator) -> None:
    needs(estimator)
    params, losses = trials()
    space = {name: optuna.distributions.FloatDistribution(0.0, 1.0) for name in NAMES}
    with quiet(), warnings.catch_warnings():
        study = optuna.create_study()
        for one, loss in zip(params, losses, strict=True):
            study.add_trial(optuna.trial.create_trial(params=one, distributions=space, value=loss))
        theirs = optuna.importance.get_param_importances(
            study, evaluator=evaluator(estimator), params=sorted(NAMES)
        )
    shares = Shares(estimator, PARAMETERS, n=60, seed=0)
    ours = dict(zip(NAMES, shares.of(shares.points(params, losses)), strict=True))
    assert ours == pytest.approx(theirs)


def test_kinds_of_parameters_become_places_or_categories() -> None:
    parameters = (
        Parameter(name="kind", choices=("a", [1], None)),
        Parameter(name="size", choices=(16, 32), ordered=True),
        Parameter(name="act", choices=("relu", "gelu"), switch=True, off="none"),
        Parameter(name="lr", low=0.1, high=0.5),
        Parameter(name="inner", low=0.0, high=1.0),
    )
    shares = Shares(Estimator.PED_ANOVA, parameters, n=20, seed=0)
    first, second = shares.points(
        [
            {"kind": [1], "size": 32, "act": "none", "lr": 0.1, "inner": 0.5},
            {"kind": None, "size": 16, "act": "gelu", "lr": 0.9},
        ],
        [1.0, 2.0],
    )
    assert first.params == pytest.approx(
        {"kind": 0.5, "size": 0.75, "act": 0.1, "lr": 0.0, "inner": 0.5}
    )
    assert second.params["lr"] == 1.0  # of an earlier, wider range
    assert "inner" not in second.params
    assert len(second.distributions["act"].choices) == 3
    assert isinstance(first.distributions["size"], optuna.distributions.FloatDistribution)
    assert (first._trial_id, second.value) == (0, 2.0)


def test_equal_results_have_no_shares() -> None:
    params, _ = trials(12)
    shares = Shares(Estimator.PED_ANOVA, PARAMETERS, n=12, seed=0)
    assert shares.of(shares.points(params, [1.0] * 12)) == [0.0, 0.0, 0.0]


def test_many_trials_are_resampled_less_often() -> None:
    effort = EFFORTS[Estimator.PED_ANOVA]
    assert [effort.resamples_of(n) for n in (10, 500, 1000, 5000)] == [100, 100, 50, 40]


def test_names_what_is_missing(monkeypatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="fanova needs scikit-learn"):
        Shares(Estimator.FANOVA, PARAMETERS, n=20, seed=0)
