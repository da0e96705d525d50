import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.compose import compose
from trialist.design.yamlnodes import parse_yaml

TEXT = """\
trial: train.py:train
metric: {name: val/accuracy, goal: maximize}
config: {lr: 0.1, opt: {name: sgd, betas: [0.9, 0.99]}, v1.5: {width: 8}, empty: {}}
variants:
  baseline:
  dropout: {lr: 0.2}
  v2.0: {opt: {betas: [0.5]}}
env: {A.B: 1}
metrics: {train/loss: 'x=(.)'}
expect: {dropout: '> 0'}
"""


def composed(*overrides, text=TEXT):
    return compose(parse_yaml(text, "s.yaml"), overrides)


def mistake_of(override, text=TEXT):
    document = composed(override, text=text)
    assert document.data == parse_yaml(text, "s.yaml").data
    assert len(document.mistakes) == 1
    assert document.mistakes[0].where == f"command line: {override}"
    return document.mistakes[0]


@pytest.mark.parametrize(
    ("override", "keys", "value"),
    [
        ("config.lr=0.2", ("config", "lr"), 0.2),
        ("config.lr=1e-4", ("config", "lr"), 1e-4),
        ("config.opt.name=adam", ("config", "opt", "name"), "adam"),
        ("config.opt.betas.1=0.5", ("config", "opt", "betas", 1), 0.5),
        ("config.opt.betas=[1, 2]", ("config", "opt", "betas"), [1, 2]),
        ("config.v1.5.width=16", ("config", "v1.5", "width"), 16),
        ("config={lr: 1}", ("config",), {"lr": 1}),
        ("variants.dropout.lr=0.5", ("variants", "dropout", "lr"), 0.5),
        ("variants.baseline.lr=0.5", ("variants", "baseline", "lr"), 0.5),
        ("variants.baseline.opt.name=adam", ("variants", "baseline", "opt", "name"), "adam"),
        ("variants.v2.0.opt.betas.0=0.6", ("variants", "v2.0", "opt", "betas", 0), 0.6),
        ("variants.dropout={}", ("variants", "dropout"), {}),
        ("metric.relevant=0.01", ("metric", "relevant"), 0.01),
        ("seeds.max=8", ("seeds", "max"), 8),
        ("seeds=[0, 1, 2]", ("seeds",), [0, 1, 2]),
        ("resources.timeout=20m", ("resources", "timeout"), "20m"),
        ("mode=explore", ("mode",), "explore"),
        ("question=Is a=b?", ("question",), "Is a=b?"),
        ("question=", ("question",), None),
        ("env.A.B=3", ("env", "A.B"), 3),
        ("metrics.train/loss=l=(.)", ("metrics", "train/loss"), "l=(.)"),
        ("expect.dropout='> 1'", ("expect", "dropout"), "> 1"),
        (" seeds = 5", ("seeds",), 5),
    ],
)
def test_sets_a_value_and_knows_its_place(override, keys, value):
    document = composed(override)
    assert document.mistakes == ()
    found = document.data
    for key in keys:
        found = found[key]
    assert found == value
    assert type(found) is type(value)
    assert document.place(keys) == f"command line: {override}"
    assert document.place_of_key(keys) == f"command line: {override}"
    assert document.place(("trial",)) == "s.yaml:1:8"


def test_the_last_override_wins():
    document = composed("config.lr=1", "config={lr: 2, x: 3}", "config.lr=4")
    assert document.data["config"] == {"lr": 4, "x": 3}
    assert document.place(("config", "lr")) == "command line: config.lr=4"
    assert document.place(("config", "x")) == "command line: config={lr: 2, x: 3}"


@pytest.mark.parametrize(
    ("override", "message", "todo"),
    [
        ("config.lrr=0.2", "'config.lrr' is not in the study", "did you mean 'config.lr'?"),
        ("config.opt.nmae=x", "not in the study", "did you mean 'config.opt.name'?"),
        ("config.opt.betas.2=1", "not in the study", "known: 0, 1"),
        ("config.lr.x=1", "not in the study", "config.lr is 0.1 and has no keys inside"),
        ("config.zzz=1", "not in the study", "'+config.zzz=...' adds a new key"),
        ("config.empty.x=1", "not in the study", "config.empty has no keys"),
        ("variants.dropuot.lr=1", "'dropuot' is not a variant", "did you mean 'dropout'?"),
        ("variants.dropout.lrr=1", "not in the study", "did you mean 'variants.dropout.lr'?"),
        ("variants.dropout.opt.betas.0=1", "not in the study", "betas is a list and has no keys"),
        ("seeds.mx=8", "'mx' is not a key of seeds", "did you mean 'max'?"),
        ("resources.executor=x", "'resources.executor' is not in this version", "leave it out"),
        ("sede=8", "'sede' is not a key of a study", "'seeds'"),
        ("store.lr=8", "'store' is not in this version", "leave it out"),
        ("paired.0=init", "'paired' has no keys inside", "paired=..."),
        ("folder=/tmp", "'folder' is not a key of a study", ""),
        ("env.C=1", "'env.C' is not in the study", "'+env.C=...' adds a new key"),
        ("include=x.yaml", "'include' is read before the command line is", "study file"),
        ("config.lr", "'config.lr' sets nothing", "key=value"),
        ("=3", "'=3' sets nothing", "key=value"),
        ("config.lr=[1", "'[1' is not YAML: a '[' or '{' is never closed", "quotes"),
        ("config.lr={a: 1, a: 2}", "is here twice", "quotes"),
    ],
)
def test_an_override_that_cannot_be_applied_is_a_mistake(override, message, todo):
    mistake = mistake_of(override)
    assert message in mistake.message
    assert todo in mistake.todo


def test_a_number_has_no_keys_to_set():
    mistake = mistake_of("seeds.max=8", text="seeds: 5\n")
    assert mistake.message == "seeds is 5 in the file and has no 'max'"


def test_says_so_where_there_is_nothing_to_override():
    assert "names no variants" in mistake_of("variants.a.lr=8", text="seeds: 5\n").todo
    assert "config is empty" in mistake_of("config.lr=8", text="seeds: 5\n").todo


def test_leaves_the_document_as_it_was():
    document = parse_yaml(TEXT, "s.yaml")
    before = copy.deepcopy(document.data)
    compose(document, ["config.opt.name=adam", "config.opt.betas.0=1"])
    assert document.data == before
    assert compose(document, []) is document


def test_what_is_no_mapping_is_left_to_the_reader():
    document = parse_yaml("- 1", "s.yaml")
    assert compose(document, ["seeds=1"]) is document


def test_bytes_that_are_no_text_can_be_printed():
    document = composed("config.lr=\udcff")
    str(document.mistakes[0]).encode()


words = st.sampled_from(
    ["config", "variants", "lr", "opt", "v2", "0", "betas", ".", "=", "[", "]", "x", "seeds", "max"]
)


@given(st.lists(st.lists(words, max_size=9).map("".join) | st.text(max_size=15), max_size=3))
def test_any_command_line_gives_a_document(overrides):
    document = composed(*overrides)
    assert isinstance(document.data, dict)
    assert all(mistake.todo and mistake.where for mistake in document.mistakes)


def test_a_space_and_a_mapping_inside_of_its_search_are_set_key_by_key():
    text = "space: {opt.lr: {low: 1, high: 2}}\nsearch: {pruner: {name: asha}, trials: 8}\n"
    document = composed(
        *("space.opt.lr.low=0", "+space.opt.lr.log=true", "+space.m={choices: [1, 2]}"),
        *("search.pruner.name=median", "search.trials=16"),
        text=text,
    )
    assert document.mistakes == ()
    assert document.data["space"] == {
        "opt.lr": {"low": 0, "high": 2, "log": True},
        "m": {"choices": [1, 2]},
    }
    assert document.data["search"] == {"pruner": {"name": "median"}, "trials": 16}
    wrong = mistake_of("search.pruner.nmae=median", text=text)
    assert wrong.todo == "did you mean 'search.pruner.name'?"
    assert mistake_of("search.trials.x=1", text=text).message.startswith("'trials.x' is not a key")
