import dataclasses

import numpy as np
import pytest

from trialist.search.importance import importances
from trialist.search.needless import MOST, SHARE, needless_checks
from trialist.values.events import RunStatus
from trialist.values.evidence import Interval
from trialist.values.importance import Importance, Importances
from trialist.values.metric import Goal, Metric
from trialist.values.playbook import Change, Level
from trialist.values.searchtable import SearchTable, SearchTrial
from trialist.values.space import Arm, Parameter, Role

LR = Parameter(name="lr", low=0.0, high=1.0)
DROP = Parameter(name="drop", low=0.0, high=1.0)
KIND = Parameter(name="kind", choices=("a", "b"))


def table(n=40, *, parameters=(LR, DROP, KIND), adaptive=False, names=("sgd",)):
    rng = np.random.default_rng(0)
    trials = [
        SearchTrial(
            variant=name,
            search=0,
            number=number,
            name=f"{name}-{number}",
            params={"lr": u, "drop": v, "kind": "ab"[number % 2]},
            status=RunStatus.FINISHED,
            value=(u - 0.4) ** 2,
            adaptive=adaptive,
        )
        for name in names
        for number, (u, v) in enumerate(rng.random((n, 2)).tolist())
    ]
    return SearchTable(
        metric=Metric(name="val/loss", goal=Goal.MINIMIZE),
        arms=tuple(Arm(variant=name, parameters=parameters) for name in names),
        trials=tuple(trials),
    )


def told(variant="sgd", n=40, **shares):
    rows = [
        Importance(parameter=name, shown=name, share=share, interval=Interval(low=0.0, high=high))
        for name, (share, high) in shares.items()
    ]
    return Importances(variant=variant, method="ped_anova", n=n, level=0.95, parameters=tuple(rows))


LITTLE, MUCH = (0.01, 0.1), (0.98, 1.0)


def found(searches, *said):
    return [check.change.parameter for check in needless_checks(searches, said)]


def test_what_made_no_difference_can_be_fixed_at_the_best_trials_value():
    searches = table()
    (check,) = needless_checks(searches, [told(lr=MUCH, drop=LITTLE)])
    best = min(searches.trials, key=lambda one: one.value)
    assert check.change == Change(kind="fix_parameter", parameter="drop", low=best.params["drop"])
    assert (check.level, check.variant, check.blocks) == (Level.NOTE, None, False)
    assert check.sentence == (
        "drop hardly mattered: 1 % of the importance of all parameters, 10 % at most."
    )
    assert "a caveat" in check.suggestion


def test_a_choice_that_is_no_number_is_named_in_words_only():
    (check,) = needless_checks(table(), [told(lr=MUCH, kind=LITTLE)])
    assert check.change == Change(kind="fix_parameter", parameter="kind")
    assert "for example at a" in check.suggestion or "for example at b" in check.suggestion


@pytest.mark.parametrize("shares", [(SHARE * 1.01, 0.1), (0.01, MOST * 1.01)])
def test_what_mattered_or_may_have_mattered_stays(shares):
    assert found(table(), told(lr=MUCH, drop=shares)) == []


def test_the_learning_rate_stays_a_nuisance_however_little_it_mattered():
    assert found(table(), told(lr=LITTLE, drop=MUCH)) == []


def test_few_trials_and_adaptive_ones_show_nothing():
    assert found(table(), told(n=29, lr=MUCH, drop=LITTLE)) == []
    assert found(table(adaptive=True), told(lr=MUCH, drop=LITTLE)) == []


def test_what_is_asked_about_and_what_is_another_parameter_in_each_variant_stays():
    asked = dataclasses.replace(DROP, role=Role.SCIENTIFIC)
    assert found(table(parameters=(LR, asked)), told(lr=MUCH, drop=LITTLE)) == []
    own = dataclasses.replace(DROP, label="sgd.drop")
    assert found(table(parameters=(LR, own)), told(lr=MUCH, drop=LITTLE)) == []


def test_it_has_to_be_needless_in_every_variant():
    both = table(names=("sgd", "adam"))
    first = told(lr=MUCH, drop=LITTLE)
    assert found(both, first, told("adam", lr=MUCH, drop=LITTLE)) == ["drop"]
    assert found(both, first, told("adam", lr=MUCH, drop=MUCH)) == []
    assert found(both, first) == []  # of the other one nothing is known


def test_a_search_tells_what_it_needs_not():
    searches = table(48, parameters=(LR, DROP))
    assert found(searches, importances(searches, "sgd")) == ["drop"]
