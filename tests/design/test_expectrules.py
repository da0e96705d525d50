import re
from pathlib import Path

import pytest

from trialist.design.expectrules import check_expect, check_parent
from trialist.design.reading import Reading
from trialist.design.studyfile import load_study
from trialist.design.yamlnodes import parse_yaml
from trialist.values.errors import ConfigError

EXPECT = re.compile(r"expect(\.| names)")
HEAD = "trial: train.py:train\nmetric: {name: val/accuracy, goal: maximize, relevant: 0.01}\n"
TWO = "config: {a: 1, b: true}\nvariants: {base: {}, wide: {a: 2}}\n"


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text("def train(config, run): return 1.0\n", encoding="utf-8")

    def write(text, head=HEAD):
        Path("study.yaml").write_text(head + text, encoding="utf-8")
        return Path("study.yaml")

    return write


def mistakes(path):
    with pytest.raises(ConfigError) as caught:
        load_study(path)
    return [(one.where, one.message, one.todo) for one in caught.value.mistakes]


def test_an_expectation_may_be_about_every_variant_but_the_baseline(file):
    study = load_study(file(TWO + "expect: {wide: '> 0.01'}\n"))
    assert study.expect == {"wide": "> 0.01"}
    ((where, message, _),) = mistakes(file(TWO + "expect: {base: '> 0.01'}\n"))
    assert where == "study.yaml:5:10"
    assert "the baseline" in message
    ((_, message, _),) = mistakes(file(TWO + "baseline: wide\nexpect: {wide: equal}\n"))
    assert "the baseline" in message


def test_what_ablate_makes_may_be_expected(file):
    text = "config: {a: 1, b: true}\nablate: [a, b]\n"
    assert load_study(file(text + "expect: {no-a: '< 0', no-b: equal}\n")).expect
    found = mistakes(file(text + "expect: {no-c: '< 0', full: '> 0'}\n"))
    assert "which is not a variant" in found[0][1]
    assert "'full', the baseline" in found[1][1]


def test_an_ablation_that_is_wrong_itself_does_not_hide_expectations(file):
    found = mistakes(file("config: {a: 1}\nablate: [c]\nexpect: {no-c: '< 0', no-d: up}\n"))
    assert [message for _, message, _ in found if "expect." in message] == [
        "expect.no-d is 'up', which says no range"
    ]
    found = mistakes(file("config: 5\nablate: [c]\nexpect: {no-d: '> 0'}\n"))
    assert not any(EXPECT.match(message) for _, message, _ in found)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("expect: {wide: 0.01}", "5:16", "expect.wide is 0.01, which says no range"),
        ("expect:\n  wide: up", "6:9", "expect.wide is 'up', which says no range"),
        ("expect: '> 0.01'", "5:9", "expect is '> 0.01', expected a mapping"),
        ("expect: {wide: > 0.01}", "5:16", "no text can begin with this character"),
        ("expect:\n  wide: > 0.01", "6:11", "text that begins with '>' or '|' means something"),
        ("parent: study", "5:9", "parent is 'study', which is this study itself"),
        ("parent: 3", "5:9", "parent is 3, expected the name of a study in the store"),
    ],
)
def test_a_mistake_has_its_place(file, text, place, message):
    where, said, todo = mistakes(file(f"{TWO}{text}\n"))[0]
    assert message in said
    assert where == f"study.yaml:{place}"
    assert todo


def test_variants_that_are_wrong_themselves_are_told_once(file):
    found = mistakes(file("config: {a: 1}\nvariants: [wide]\nexpect: {deep: '> 0'}\n"))
    assert not any(EXPECT.match(message) for _, message, _ in found)


def test_a_relevant_difference_that_is_wrong_is_told_once(file):
    head = "trial: train.py:train\nmetric: {name: val/accuracy, goal: maximize, relevant: x}\n"
    found = mistakes(file(TWO + "expect: {wide: equal}\n", head=head))
    assert not any(EXPECT.match(message) for _, message, _ in found)
    head = "trial: train.py:train\nmetric: {name: val/accuracy, goal: maximize}\n"
    ((_, message, _),) = mistakes(file(TWO + "expect: {wide: equal}\n", head=head))
    assert "nothing says which one does" in message


def test_an_empty_expect_expects_nothing(file):
    assert load_study(file(f"{TWO}expect:\nparent:\n")).expect == {}


def test_a_study_without_variants_has_only_its_baseline():
    reading = Reading(document=parse_yaml("expect: {a: '> 0'}", "study.yaml"))
    check_expect(reading, {"expect": {"a": "> 0"}})
    (mistake,) = reading.mistakes
    assert mistake.todo == "the study compares nothing: leave expect out"
    check_parent(reading, {"parent": "other", "name": "study"}, Path("other.yaml"))
    assert len(reading.mistakes) == 1
