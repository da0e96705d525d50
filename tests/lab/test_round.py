"""A round before it runs: refused where it is no comparison, else told in full."""

from dataclasses import replace
from pathlib import Path

import pytest

import trialist
from trialist.design.searchcost import Pace
from trialist.lab.plan import PlanReport
from trialist.lab.prepare import prepare
from trialist.lab.round import refuse_excess, refuse_unfair, round_of
from trialist.lab.study import as_study, at_their_places
from trialist.ledger.store import Store
from trialist.values.errors import ConfigError, PlanRefusedError
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.searchsettings import Budget
from trialist.values.space import Arm, Parameter, Scale

LR = Parameter(name="lr", low=1e-4, high=1.0, scale=Scale.LOG)
STORE = Store(Path("experiments"))


@pytest.fixture
def study(small):
    found = as_study(small(seeds="4", variants="", baseline="", name="round"))
    return replace(found, variants={"a": {}, "b": {"gain": 0.1}})


def searched(study, *parameters, **changes):
    plan = prepare(study).plan
    fields = {
        "method": Method.QUASI_RANDOM,
        "arms": tuple(
            Arm(variant=one.name, parameters=parameters or (LR,)) for one in plan.variants
        ),
        "trials": 64,
        "replicates": 4,
        "seed": 0,
        "tuned": Tuned.RECIPE,
    }
    return replace(plan, search=SearchPlan(**{**fields, **changes}))


@pytest.fixture
def small(small):
    def write(**lines):
        text = small().read_text(encoding="utf-8")
        head, _, rest = text.partition("variants:")
        tail = rest[rest.index("seeds:") :].replace("seeds: {min: 3, max: 8}", "seeds: 4")
        path = small()
        path.write_text(head + "variants: {a: {}, b: {gain: 0.1}}\n" + tail, encoding="utf-8")
        return path

    return write


def test_a_fair_round_is_not_refused(study):
    refuse_unfair(study, searched(study))
    refuse_excess(study, searched(study))
    refuse_unfair(study, prepare(study).plan)
    refuse_excess(study, prepare(study).plan)


def test_everything_that_makes_a_round_impossible_is_said_at_once(study):
    bad = searched(study, Parameter(name="max_train_steps", low=1, high=2), trials=4)
    with pytest.raises(ConfigError) as error:
        refuse_unfair(study, bad)
    assert [one.where for one in error.value.mistakes] == [
        "space.max_train_steps",
        "search.trials",
    ]


def test_more_runs_than_allowed_are_refused_with_offers(study):
    small_budget = replace(study, budget=Budget(runs=100))
    with pytest.raises(PlanRefusedError) as error:
        refuse_excess(small_budget, searched(study))
    assert str(error.value) == (
        "This needs at most 136 runs, and budget.runs allows 100.\n"
        "  where  budget.runs\n"
        "  to do  give every variant 44 trials, which still cover its 1 parameter: at most 96 "
        "runs\n"
        "         or allow more runs"
    )


def test_too_little_time_is_an_error_where_times_are_known(study):
    limited = replace(study, budget=Budget(wall_clock=5.0))
    plan = searched(study)
    with pytest.raises(ConfigError, match="cannot hold this round"):
        round_of(limited, plan, plan.search, Pace(seconds_per_run=1.0), STORE)


def test_a_report_says_cost_resolution_and_what_is_questionable(study):
    plan = searched(study, replace(LR, scale=Scale.LINEAR))
    found = round_of(study, plan, plan.search, Pace(), STORE).to_dict()
    assert found["cost"]["n_runs"] == 136
    assert [one["key"] for one in found["lint"]] == ["space.lr"]
    assert found["resolution"]["n"] == 4
    assert found["resolution"]["difference"] is None
    assert found["resolution"]["missing"] == {"difference": "nothing alike has run yet"}
    assert (found["excess"], found["offers"]) == (None, [])
    assert [one.split(".")[0] for one in found["advice"]] == ["No run of this code is known here"]


def test_a_search_that_can_show_nothing_says_why(study):
    plan = searched(study, replicates=2, trials=32)
    found = round_of(study, plan, plan.search, Pace(), STORE).to_dict()
    assert found["resolution"]["effect"] is None
    assert found["resolution"]["missing"]["effect"] == "2 searches per variant"


def test_a_plan_report_has_its_round(study):
    given = replace(study, budget=Budget(runs=100))
    plan = searched(study)
    found = round_of(given, plan, plan.search, Pace(), STORE)
    cost = trialist.plan("study.yaml").cost
    report = PlanReport(plan=plan, cost=cost, power="shows", caveats=("held",), round=found)
    assert report.is_refused
    assert report.lint == found.lint
    assert report.to_dict()["round"]["excess"].startswith("This needs at most 136 runs")
    text = str(report)
    assert "budget  This needs at most 136 runs, and budget.runs allows 100." in text
    assert "128 trials in 8 searches and 8 fresh runs; one repeat" in text
    assert "note    held" in text
    refused = replace(report, refusal="**No:** it cannot.", round=replace(found))
    assert "note    No: it cannot." in str(refused)


def test_a_plan_without_a_search_has_none(small):
    report = trialist.plan(small())
    assert (report.round, report.lint, report.is_refused) == (None, (), False)
    assert "round" not in report.to_dict()


def test_late_mistakes_get_their_places_in_the_file(small):
    path = small()
    path.write_text(path.read_text(encoding="utf-8") + "space: {lr: {low: 1}}\n", encoding="utf-8")
    line = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(ConfigError) as error, at_their_places(path):
        raise ConfigError("odd", where="space.lr", todo="mend it")
    assert error.value.mistakes[0].where == f"study.yaml:{line}:9"


def test_mistakes_of_a_study_without_a_file_stay_as_they_are(study):
    with pytest.raises(ConfigError) as error, at_their_places(study):
        raise ConfigError("odd", where="space.lr", todo="mend it")
    assert error.value.mistakes[0].where == "space.lr"
