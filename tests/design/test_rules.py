from pathlib import Path

import pytest

from trialist.design.reading import Reading
from trialist.design.rules import check_rules
from trialist.design.yamlnodes import parse_yaml


def messages_of(values, text="x: 1", path=Path("study.yaml")):
    reading = Reading(document=parse_yaml(text, str(path)))
    check_rules(reading, values, path)
    return [mistake.message for mistake in reading.mistakes]


def test_says_nothing_about_what_is_not_there():
    assert messages_of({}) == []


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"vary": ("a", "b"), "paired": ("c",)}, 3),
        ({"resources": {"threads": 0, "retries": -1, "workers": 0, "timeout": -1.0}}, 4),
        ({"seeds": {"min": 0, "max": -1}}, 2),
        ({"seeds": (0, 0, -1, 2**63)}, 3),
        ({"data": ("x.csv", "", "  ")}, 2),
        ({"metric": {"name": "loss", "relevant": 0.0}}, 2),
        ({"config": {"a": float("nan"), "b": [float("inf")]}}, 2),
        ({"variants": {"a b": {"x": 1}, "c d": {"x": 1}}}, 4),
    ],
)
def test_reports_every_mistake_of_a_kind(values, count):
    assert len(messages_of(values)) == count


def test_does_not_judge_variants_by_a_config_that_is_wrong_itself():
    assert messages_of({"variants": {"a": {"x": 1}}}, text="config: 5") == []


def test_does_not_judge_a_seed_range_by_half_of_it():
    assert messages_of({"seeds": {"min": 30}}, text="seeds: {min: 30, max: x}") == []


def test_does_not_judge_a_baseline_by_variants_that_are_wrong_themselves():
    assert messages_of({"baseline": "b"}, text="baseline: b\nvariants: [b]") == []
    assert messages_of({"baseline": "b"}, text="baseline: b\nvariants: {b: 5}") == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"looks": "open", "seeds": 10}, "seeds gives no range"),
        ({"looks": "open", "seeds": {"min": 5}, "variance": "pooled"}, "at any time"),
    ],
)
def test_reports_what_does_not_fit_together_in_judging(values, words):
    assert any(words in message for message in messages_of(values))
