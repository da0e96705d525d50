import numpy as np
import pytest

from trialist.search.estimators import Estimator
from trialist.search.importance import importances
from trialist.stats.unitscale import value_at
from trialist.values.errors import ConfigError
from trialist.values.events import RunStatus
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Scale

PARAMETERS = (
    Parameter(name="lr", label="sgd.lr", low=1e-4, high=1.0, scale=Scale.LOG),
    Parameter(name="drop", low=0.0, high=0.5),
    Parameter(name="kind", choices=("a", "b", "c")),
    Parameter(name="inner", low=0.0, high=1.0, when={"kind": "b"}),
)


def table(n: int, *, goal: Goal = Goal.MINIMIZE, adaptive: int = 0, pruned: int = 0) -> SearchTable:
    rng = np.random.default_rng(4)
    trials = []
    for number in range(n):
        u = rng.random(4).tolist()
        params = {one.name: value_at(one, x) for one, x in zip(PARAMETERS, u, strict=True)}
        if params["kind"] != "b":
            del params["inner"]
        loss = 3 * (u[0] - 0.3) ** 2 + 0.1 * u[1] + rng.normal() / 50
        status = RunStatus.DIVERGED if u[0] > 0.95 else RunStatus.FINISHED
        trials.append(
            SearchTrial(
                variant="sgd",
                search=0,
                number=number,
                name=str(number),
                params=params,
                status=RunStatus.PRUNED if number < pruned else status,
                value=-goal.sign * loss if status is RunStatus.FINISHED else None,
                adaptive=number < adaptive,
            )
        )
    return SearchTable(
        metric=Metric(name="val/y", goal=goal),
        arms=(Arm(variant="sgd", parameters=PARAMETERS),),
        trials=tuple(trials),
    )


def test_the_most_important_comes_first_with_its_interval() -> None:
    found = importances(table(80), "sgd")
    assert (found.method, found.variant) == ("ped_anova", "sgd")
    first = found.parameters[0]
    assert (first.parameter, first.shown) == ("lr", "sgd.lr")
    assert sum(one.share for one in found.parameters) == pytest.approx(1.0)
    for one in found.parameters:
        assert 0 <= one.interval.low <= one.share <= one.interval.high <= 1
    assert {one.parameter for one in found.parameters} == {"lr", "drop", "kind", "inner"}


def test_the_goal_and_the_call_do_not_matter() -> None:
    found = importances(table(20), "sgd")
    assert importances(table(20), "sgd") == found
    assert importances(table(20, goal=Goal.MAXIMIZE), "sgd") == found


@pytest.mark.slow
@pytest.mark.parametrize("estimator", [Estimator.FANOVA, Estimator.MDI])
def test_forests_leave_out_what_not_all_trials_have(estimator) -> None:
    pytest.importorskip("sklearn")
    found = importances(table(20), "sgd", estimator=estimator)
    assert found.parameters[0].parameter == "lr"
    assert "Left out, as they never differ or are not in all trials: inner." in found.caveats


def test_few_adaptive_cut_and_diverged_trials_are_said() -> None:
    trials = table(24, adaptive=24, pruned=3)
    found = importances(trials, "sgd")
    n_diverged = sum(one.status is RunStatus.DIVERGED for one in trials.trials)
    assert n_diverged >= 1
    assert found.caveats == (
        f"{found.n} finished trials are few: shares mean little below 30.",
        (
            f"{found.n} of {found.n} trials follow earlier values: the shares describe where the "
            "sampler went, not the whole space."
        ),
        f"{n_diverged} diverged and are left out: what makes a trial diverge does not count here.",
        "3 were cut early and are left out.",
    )
    assert found.to_dict()["caveats"] == list(found.caveats)
    assert found.to_dict()["parameters"][0]["parameter"] == found.parameters[0].parameter


def test_too_few_trials_and_too_few_differences_have_none() -> None:
    assert isinstance(importances(table(9), "sgd"), Missing)
    same = table(20)
    fixed = SearchTable(
        metric=same.metric,
        arms=(Arm(variant="sgd", parameters=(Parameter(name="x", low=0.0, high=1.0),)),),
        trials=same.trials,
    )
    assert importances(fixed, "sgd") == Missing(
        "no parameter differs between the trials that have it"
    )
    with pytest.raises(ConfigError):
        importances(same, "sgd", level=95)


@pytest.mark.slow
def test_more_trials_than_are_used_are_said(monkeypatch) -> None:
    pytest.importorskip("sklearn")
    from trialist.search import importance
    from trialist.search.estimators import Effort

    monkeypatch.setitem(importance.EFFORTS, Estimator.MDI, Effort(resamples=5, most=30))
    found = importances(table(60), "sgd", estimator=Estimator.MDI)
    assert found.n == 30
    assert found.caveats[0].startswith("Only the first 30 of ")
