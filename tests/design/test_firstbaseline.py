"""The first baseline: simple, and better than chance."""

import pytest

from trialist.design.firstbaseline import baseline_advice, classes_of, worse_than_chance
from trialist.values.metric import Goal, Metric
from trialist.values.study import Study


def advised(**config):
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE)
    return baseline_advice(Study(trial="train.py:train", metric=metric, config=config))


def test_a_schedule_is_not_for_a_first_baseline():
    assert advised(lr=0.1, schedule="cosine") == (
        (
            "The baseline has a schedule (schedule: cosine), which ties every result to the number "
            "of steps: a first baseline takes a constant learning rate."
        ),
    )


@pytest.mark.parametrize("schedule", ["constant", "None", None, False])
def test_a_constant_learning_rate_is(schedule):
    assert advised(lr_schedule=schedule) == ()
    assert advised(lr=0.1) == ()


def test_an_accuracy_by_guessing_is_named():
    assert worse_than_chance(0.11, n_classes=10) == (
        "An accuracy of 11 % is no better than chance (10 % for 10 classes): the training does "
        "not work yet."
    )


def test_what_is_chance_depends_on_the_examples():
    assert worse_than_chance(0.15, n_classes=10, n_examples=1000) is None
    assert worse_than_chance(0.15, n_classes=10, n_examples=100) is not None


def test_one_class_is_no_question():
    assert worse_than_chance(0.1, n_classes=1) is None


@pytest.mark.parametrize(
    ("config", "n"),
    [
        ({"n_classes": 10}, 10),
        ({"lr": 0.1, "model": {"depth": 2, "num_classes": 3}}, 3),
        ({"classes": True}, None),
        ({"n_classes": "all"}, None),
        ({}, None),
    ],
)
def test_the_number_of_classes_is_what_a_configuration_says(config, n):
    assert classes_of(config) == n
