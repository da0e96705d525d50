import re

import pytest

from trialist.values.errors import ConfigError
from trialist.values.metric import Goal
from trialist.values.metricsource import MetricSource, SourceKind, Take, source_problems


def test_a_text_is_a_pattern():
    source = MetricSource.of("train/loss", "Loss: (.*)")
    assert (source.kind, source.pattern, source.take) == (SourceKind.TEXT, "Loss: (.*)", Take.LAST)
    assert not source.is_default


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({}, SourceKind.TEXT),
        ({"key": "a"}, SourceKind.JSON),
        ({"file": "m.csv", "key": "a"}, SourceKind.FILE),
        ({"from": "tfevents", "file": "runs"}, SourceKind.TFEVENTS),
    ],
)
def test_the_kind_follows_from_the_keys(keys, kind):
    assert MetricSource.of("val/x", keys).kind is kind


@pytest.mark.parametrize(("goal", "take"), [("maximize", Take.HIGHEST), ("minimize", Take.LOWEST)])
def test_the_best_value_goes_by_the_goal(goal, take):
    source = MetricSource.of("val/x", {"take": "best"}, goal=Goal(goal))
    assert source.take is take
    assert source.is_default


@pytest.mark.parametrize(
    "source",
    [
        MetricSource(name="val/x"),
        MetricSource(
            name="val/x",
            kind=SourceKind.FILE,
            key="a.b",
            file="{run_dir}/m.csv",
            scale=0.01,
            take=Take.LOWEST,
        ),
        MetricSource(name="val/x", pattern="x (.*)"),
    ],
)
def test_plain_data_gives_the_source_back(source):
    assert MetricSource.from_dict(source.to_dict()) == source


def test_what_is_not_said_is_not_written():
    assert MetricSource(name="val/x").to_dict() == {"name": "val/x"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("val/accuracy: 0.5", "0.5"),
        ("epoch 3  val_accuracy=1,234.5 (best)", "1,234.5"),
        ("Validation Accuracy : 95.2%", "95.2"),
        ("{'val_accuracy': -1e-3}", "-1e-3"),
        ('{"accuracy/val": .5}', ".5"),
        ("val accuracy: nan", "nan"),
        ("val-accuracy: (3,4)", None),
        ("val_accuracy: 3,4", "3"),
        ("train_val_accuracy: 3", None),
        ("val_accuracy_best: 3", None),
        ("val_acc: 3", None),
    ],
)
def test_a_metric_is_found_by_its_own_name(line, value):
    found = re.search(MetricSource(name="val/accuracy").expression, line)
    assert (found and found.group(1)) == value


def test_a_name_of_three_parts_or_of_no_split_is_found_as_it_is():
    assert re.search(MetricSource(name="val/digits/loss").expression, "val/digits/loss: 1")
    assert re.search(MetricSource(name="other/loss").expression, "other/loss: 1")


@pytest.mark.parametrize(
    ("keys", "key", "message"),
    [
        ({"patern": "x"}, "patern", "'patern' is not a key"),
        ({"from": "return"}, "from", "a command returns no value"),
        ({"from": "jsn"}, "from", "from is 'jsn'"),
        ({"from": "json", "pattern": "(x)"}, "pattern", "searches text"),
        ({"key": "a", "pattern": "(x)"}, "pattern", "something else"),
        ({"from": "text", "key": "a"}, "key", "have no keys"),
        ({"from": "file"}, "from", "names no file"),
        ({"from": "json", "file": "a"}, "file", "does not fit"),
        ({"pattern": "("}, "pattern", "no regular expression"),
        ({"pattern": "x"}, "pattern", "no group"),
        ({"pattern": "(?P<step>x)"}, "pattern", "no group"),
        ({"pattern": "(?P<n>x)"}, "pattern", "one of"),
        ({"pattern": "(?P<vlue>x)"}, "pattern", "names a group 'vlue'"),
        ({"scale": 0.0}, "scale", "scale is 0"),
        ({"scale": float("nan")}, "scale", "scale is nan"),
        ({"take": "first"}, "take", "take is 'first'"),
    ],
)
def test_says_what_is_wrong_with_a_source(keys, key, message):
    (problem,) = source_problems("val/x", keys, is_goal=True)
    assert problem.key == key
    assert message in problem.message
    assert problem.todo


def test_only_the_goal_takes_the_best():
    (problem,) = source_problems("val/x", {"take": "best"}, is_goal=False)
    assert "goal metric" in problem.message


def test_a_wrong_source_cannot_be_made():
    with pytest.raises(ConfigError, match="no group"):
        MetricSource.of("val/x", "x")
