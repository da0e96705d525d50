"""What differs between the searches of two plans."""

from dataclasses import replace

import pytest

from trialist.design.amendment import Standing, judging_changed, standing
from trialist.design.difference import plan_difference
from trialist.design.protocol import build_plan
from trialist.design.searchdifference import search_difference
from trialist.values.study import Study

LR = {"low": 1e-3, "high": 1.0, "log": True}
SPACE = {"optimizer": {"choices": ["sgd", "adam"], "role": "scientific"}, "lr": LR}


def planned(space=SPACE, **search):
    study = Study(
        trial="t.py:train",
        metric={"name": "val/accuracy", "goal": "maximize"},
        config={"optimizer": "sgd"},
        space=space,
        search=search or None,
    )
    return build_plan(study, code=(), trial="t.py:train")


@pytest.mark.parametrize(
    ("search", "line"),
    [
        ({"method": "random"}, "search.method quasi_random -> random"),
        ({"trials": 16}, "search.trials 32 -> 16"),
        ({"seed": 1}, "search.seed 0 -> 1"),
        ({"price": 0.01}, "search.price 0.0 -> 0.01"),
        ({"objectives": {"val/loss": "minimize"}},
         'search.objectives not set -> {"val/loss": "minimize"}'),
    ],
)  # fmt: skip
def test_a_changed_key_is_a_line(search, line):
    assert plan_difference(planned(), planned(**search)) == (line,)


def test_a_changed_range_is_a_line_for_all_that_have_it():
    wider = {**SPACE, "lr": {**LR, "low": 1e-5}}
    assert plan_difference(planned(), planned(wider)) == (
        "space of sgd, adam: lr low 0.001 -> 1e-05",
    )
    scale = {**SPACE, "lr": {**LR, "log": False}}
    assert plan_difference(planned(), planned(scale)) == (
        "space of sgd, adam: lr scale log -> not set",
    )


def test_a_parameter_more_or_less_is_a_line():
    more = {**SPACE, "m": {"low": 0.0, "high": 0.9, "when": {"optimizer": "sgd"}}}
    assert "space of sgd: m not set -> searched" in plan_difference(planned(), planned(more))
    assert "space of sgd: m searched -> not set" in plan_difference(planned(more), planned())


def test_variants_that_are_gone_have_lines_of_their_own():
    three = {**SPACE, "optimizer": {**SPACE["optimizer"], "choices": ["sgd", "adam", "lion"]}}
    assert plan_difference(planned(three), planned()) == ("variant lion removed",)


def test_a_search_more_or_less_is_a_line():
    plain = replace(planned(), search=None)
    line = "search not set -> '32 trials of each variant'"
    assert plan_difference(plain, planned()) == (line,)
    assert list(search_difference(None, None)) == []


def test_other_points_and_other_caveats_are_told_where_nothing_else_differs():
    search = planned().search
    fewer = replace(search, design=search.design[:-1])
    assert list(search_difference(search, fewer)) == [("points of the search", 32 * 2, 63)]
    warned = replace(search, caveats=("Beware.",))
    n = len(search.caveats)
    assert list(search_difference(search, warned)) == [("caveats of the search", n, 1)]
    assert list(search_difference(search, search)) == []


def test_a_price_judges_and_makes_no_other_run():
    before, after = planned(), planned(price=0.01)
    assert judging_changed(before, after) == ("search.price",)
    assert standing(before, after, "adam") is Standing.COUNTS
    assert standing(before, planned(trials=16), "adam") is Standing.APART
