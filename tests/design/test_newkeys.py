"""Overrides that add a key or take one away."""

import pytest

from trialist.design.compose import compose
from trialist.design.yamlnodes import parse_yaml

TEXT = """\
trial: train.py:train
metric: {name: val/accuracy, goal: maximize}
config: {lr: 0.1, opt: {name: sgd}, v1.5: {width: 8}, layers: [1, 2], empty: }
variants: {baseline: {}, wide: {lr: 0.2}}
expect: {wide: '> 0'}
"""


def composed(*overrides, text=TEXT):
    return compose(parse_yaml(text, "s.yaml"), overrides)


@pytest.mark.parametrize(
    ("override", "way", "value"),
    [
        ("+config.dropout=0.1", ("config", "dropout"), 0.1),
        ("+config.opt.eps=1e-8", ("config", "opt", "eps"), 1e-8),
        ("+config.v1.5.depth=3", ("config", "v1.5", "depth"), 3),
        ("+config.empty.x=1", ("config", "empty", "x"), 1),
        ("+config.sched={name: cosine}", ("config", "sched"), {"name": "cosine"}),
        ("+variants.deep={lr: 0.3}", ("variants", "deep"), {"lr": 0.3}),
        ("+variants.wide.dropout=0.1", ("variants", "wide", "dropout"), 0.1),
        ("+expect.deep='< 0'", ("expect", "deep"), "< 0"),
        ("+env.A=1", ("env", "A"), 1),
        ("+metrics.train/loss='loss=(.)'", ("metrics", "train/loss"), "loss=(.)"),
    ],
)
def test_a_new_key_is_added_and_knows_its_place(override, way, value):
    document = composed(override)
    assert document.mistakes == ()
    here = document.data
    for key in way:
        here = here[key]
    assert here == value
    assert document.place(way) == f"command line: {override}"


def test_a_whole_group_can_be_added():
    text = "trial: t.py:f\nmetric: {name: val/loss, goal: minimize}\n"
    assert composed("+config={lr: 1}", text=text).data["config"] == {"lr": 1}


@pytest.mark.parametrize(
    ("override", "message", "todo"),
    [
        ("+config.lr=0.2", "config.lr is there already (0.1)", "leave the '+' out: config.lr=..."),
        ("+config.opt={}", "config.opt is there already (a mapping)", "config.opt=..."),
        ("+config={}", "config is there already", "config=..."),
        ("+variants.wide={}", "variants.wide is there already", "variants.wide=..."),
        ("+config.lr.x=1", "config.lr is 0.1 and has no keys inside", "config.lr=..."),
        ("+config.layers.2=1", "config.layers is a list and has no keys inside", "as a whole"),
        ("+config.a.b.c=1", "config has no 'a' to add 'b.c' to", "+config.a='{b: {c: ...}}'"),
        ("+seeds=3", "'seeds' cannot be added", "+config.KEY=VALUE"),
        ("+resources.x=3", "'resources.x' cannot be added", "config, variants, expect, env"),
        ("+config.=3", "'config.' cannot be added", "config"),
        ("+=3", "'' cannot be added", "config"),
        ("~config.lrr", "'config.lrr' is not in the study", "did you mean 'lr'?"),
        ("~config.lr.x", "'config.lr.x' is not in the study", "leave it out"),
        ("~seeds", "'seeds' is not in the study", "the study does not set seeds"),
        ("~sede", "'sede' is not in the study", "known"),
        ("~config.lr=3", "'~config.lr=3' has a value", "write ~config.lr"),
        ("~config.layers.0", "is an item of a list", "config.layers=..."),
    ],
)
def test_what_cannot_be_added_or_taken_away_is_a_mistake(override, message, todo):
    document = composed(override)
    assert document.data == parse_yaml(TEXT, "s.yaml").data
    (mistake,) = document.mistakes
    assert mistake.where == f"command line: {override}"
    assert message in mistake.message
    assert todo in mistake.todo


@pytest.mark.parametrize(
    ("override", "way"),
    [
        ("~variants.wide", ("variants", "wide")),
        ("~expect", ("expect",)),
        (" ~config.opt.name ", ("config", "opt", "name")),
        ("~config.v1.5", ("config", "v1.5")),
    ],
)
def test_a_key_is_taken_away_with_its_places(override, way):
    before = parse_yaml(TEXT, "s.yaml")
    document = composed(override)
    assert document.mistakes == ()
    here = document.data
    for key in way[:-1]:
        here = here[key]
    assert way[-1] not in here
    gone = {one for one in before.values if one[: len(way)] == way}
    assert set(document.values) == set(before.values) - gone
    assert before.data == parse_yaml(TEXT, "s.yaml").data


def test_overrides_are_laid_over_in_order():
    document = composed("~variants.wide", "+variants.wide={lr: 0.9}", "variants.wide.lr=0.8")
    assert document.mistakes == ()
    assert document.data["variants"]["wide"] == {"lr": 0.8}
