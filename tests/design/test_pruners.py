"""`search.pruner` as a rule."""

import pytest

from trialist.design.pruners import pruner_of
from trialist.values.searchplan import Pruner


def test_none_is_no_rule():
    assert pruner_of("none", 600) == (None, ())
    assert pruner_of("none", None) == (None, ())


@pytest.mark.parametrize("name", ["median", "asha", "hyperband", "wandb"])
def test_a_name_is_a_rule_over_the_steps_of_a_trial(name):
    assert pruner_of(name, 600) == (Pruner(name=name, resource=600), ())


def test_a_mapping_says_more():
    given = {"name": "asha", "first": 0.2, "eta": 4, "startup": 8, "audit": 0, "resource": 90}
    assert pruner_of(given, 600)[0] == Pruner(
        name="asha", first=0.2, eta=4, startup=8, audit=0, resource=90
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("resource", 0),
        ("first", 1.5),
        ("first", True),
        ("eta", 1),
        ("startup", 2.5),
        ("audit", -1),
        ("strict", 1),
        ("rungs", [0]),
        ("rungs", 100),
    ],
)
def test_a_value_that_cannot_be_used_is_refused(key, value):
    pruner, (problem,) = pruner_of({"name": "asha", key: value}, 600)
    assert pruner is None
    assert problem.place == ("search", "pruner", key)
    assert problem.message.startswith(f"search.pruner.{key} is ")


def test_a_rule_needs_the_length_of_a_trial():
    pruner, (problem,) = pruner_of("asha", None)
    assert pruner is None
    assert problem.message == "search.pruner is asha, and nothing says how long a trial is"


def test_several_mistakes_are_told_together():
    _, problems = pruner_of({"name": "ash", "eta": 1, "ets": 2}, 600)
    assert [one.message for one in problems] == [
        "search.pruner is 'ash'",
        "search.pruner.eta is 1, expected a whole number from 2",
        "'ets' is not a key of search.pruner",
    ]
