"""Metrics and their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.values.errors import ConfigError, MetricError
from trialist.values.metric import N_PARAMETERS, Goal, Metric, ShareMetric, metric_name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("val/accuracy", "val/accuracy"),
        ("val/digits/accuracy", "val/digits/accuracy"),
        ("unseen_users/ndcg", "unseen_users/ndcg"),
        ("val_loss", "val/loss"),
        ("valid_loss", "val/loss"),
        ("validation_loss", "val/loss"),
        ("dev_f1", "val/f1"),
        ("train_loss", "train/loss"),
        ("training_loss", "train/loss"),
        ("eval_loss", "eval/loss"),
        ("test_top_5", "test/top_5"),
        ("Loss/val", "val/loss"),
        ("loss/val", "val/loss"),
        ("Loss/train", "train/loss"),
        ("accuracy/test", "test/accuracy"),
        ("val/test", "val/test"),
        ("Val/Accuracy", "val/accuracy"),
        ("Val Loss", "val/loss"),
        ("val-loss", "val/loss"),
        ("val.loss", "val/loss"),
        (" val_loss ", "val/loss"),
    ],
)
def test_near_names_become_split_and_metric(given_name, name):
    assert metric_name(given_name) == name


@pytest.mark.parametrize(
    "bad", ["acc", "loss", "", "/", "val/", "/loss", "val//loss", "val_", "9", "5_top"]
)
def test_a_name_without_a_split_is_refused_with_a_name_that_fits(bad):
    with pytest.raises(MetricError, match="has no split") as caught:
        metric_name(bad)
    todo = caught.value.mistakes[0].todo or ""
    assert todo.startswith("call it 'val/")
    offered = todo.split("'")[1]
    assert metric_name(offered) == offered


@given(st.text(alphabet="abvltrain_/ .-XY09", max_size=20))
def test_a_name_of_the_house_is_the_name_of_itself(text):
    try:
        name = metric_name(text)
    except MetricError:
        return
    assert metric_name(name) == name


@pytest.mark.parametrize("relevant", [0.0, -0.1, float("nan"), float("inf")])
def test_a_relevant_difference_is_a_positive_number(relevant):
    with pytest.raises(ConfigError, match="relevant"):
        Metric(name="val/loss", goal=Goal.MINIMIZE, relevant=relevant)


def test_a_goal_may_be_given_as_its_word_and_nothing_else():
    assert Metric(name="val/loss", goal="minimize").goal is Goal.MINIMIZE
    with pytest.raises(ConfigError, match="'min'"):
        Metric(name="val/loss", goal="min")


def test_the_goal_knows_its_sign_and_its_words():
    assert (Goal.MAXIMIZE.sign, Goal.MINIMIZE.sign) == (1, -1)
    assert Goal.MAXIMIZE.words == "higher is better"
    assert Goal.MINIMIZE.words == "lower is better"


def test_fractions_are_known_by_the_last_part_of_their_name():
    assert Metric(name="val/digits/accuracy", goal=Goal.MAXIMIZE).is_fraction
    assert not Metric(name="accuracy/loss", goal=Goal.MINIMIZE).is_fraction


def test_values_beyond_one_are_no_fractions():
    metric = Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.1)
    assert metric.seen([0.2, 1.0]) is metric
    assert not metric.seen([0.2, 71.0]).is_fraction
    assert metric.seen([71.0]).seen([0.5]).is_fraction is False
    assert not Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.5).is_fraction


def test_a_count_that_has_no_split_has_a_name_of_its_own():
    assert metric_name("n_parameters") == N_PARAMETERS
    assert metric_name(N_PARAMETERS) == N_PARAMETERS


def test_right_or_wrong_is_a_fraction_whatever_it_is_called():
    assert ShareMetric(name="correct", goal=Goal.MAXIMIZE).is_fraction
    assert ShareMetric(name="correct", goal=Goal.MAXIMIZE, relevant=0.01).is_fraction
    assert not ShareMetric(name="correct", goal=Goal.MAXIMIZE, relevant=2).is_fraction
