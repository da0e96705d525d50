import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.studyfile import load_study
from trialist.values.errors import ConfigError, TrialistError
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.study import Resources, SeedRange, Study

TEXT = """\
name: dropout-on-digits
question: Does dropout help?
trial: train.py:train
metric:
  name: val/accuracy
  goal: maximize
  relevant: 0.005
config:
  lr: 0.1
  dropout: 0.0
  optimizer:
    name: sgd
    eps: 1e-8
variants:
  baseline:
  dropout:
    dropout: 0.3
  adam:
    optimizer:
      name: adam
baseline: baseline
seeds:
  min: 5
  max: 20
paired:
  - split
  - order
  - init
vary: [order, init, train]
mode: confirm
resources:
  workers: auto
  threads: 1
  retries: 2
  timeout: 20m
"""
MINIMAL = "trial: train.py:train\nmetric: {name: val/loss, goal: minimize}\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    (folder / "train.py").write_text("def train(config, run): ...\ndef other(config, run): ...\n")
    return folder


def load(folder, text, *overrides, name="study.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_study(path, overrides)


def mistakes_of(folder, text, *overrides, name="study.yaml"):
    with pytest.raises(ConfigError) as caught:
        load(folder, text, *overrides, name=name)
    path = str(folder / name)
    return [
        (mistake.message, (mistake.where or "").replace(path, "study.yaml"), mistake.todo)
        for mistake in caught.value.mistakes
    ]


def test_reads_a_whole_study(folder):
    assert load(folder, TEXT) == Study(
        name="dropout-on-digits",
        question="Does dropout help?",
        trial="train.py:train",
        metric=Metric(name="val/accuracy", goal=Goal.MAXIMIZE, relevant=0.005),
        config={"lr": 0.1, "dropout": 0.0, "optimizer": {"name": "sgd", "eps": 1e-8}},
        variants={
            "baseline": {},
            "dropout": {"dropout": 0.3},
            "adam": {"optimizer": {"name": "adam"}},
        },
        baseline="baseline",
        seeds=SeedRange(min=5, max=20),
        paired=("split", "order", "init"),
        vary=("order", "init", "train"),
        mode=Mode.CONFIRM,
        resources=Resources(workers="auto", threads=1, retries=2, timeout=1200.0),
        folder=folder,
    )


def test_two_keys_are_enough(folder):
    study = load(folder, MINIMAL, name="my-study.yaml")
    assert study.name == "my-study"
    assert study.variant_names == ("baseline",)
    assert study.seeds == SeedRange()
    assert study.folder == folder


@pytest.mark.parametrize(
    ("line", "seeds"),
    [
        ("seeds: 5", 5),
        ("seeds: [0, 1, 7]", (0, 1, 7)),
        ("seeds: {max: 8}", SeedRange(max=8)),
        ("seeds: {}", SeedRange()),
    ],
)
def test_seeds_have_three_forms(folder, line, seeds):
    assert load(folder, MINIMAL + line).seeds == seeds


def test_keys_left_empty_are_left_out(folder):
    study = load(folder, MINIMAL + "config:\nvariants:\nresources:\nname:\nbaseline:\n")
    assert study == load(folder, MINIMAL)


def test_overrides_come_before_the_checks(folder):
    study = load(folder, TEXT, "seeds.max=8", "variants.dropout.dropout=0.5", "config.lr=0.2")
    assert study.seeds == SeedRange(min=5, max=8)
    assert study.variants["dropout"] == {"dropout": 0.5}
    assert study.config["lr"] == 0.2
    assert mistakes_of(folder, TEXT, "metric.relevant=-1") == [
        (
            "metric.relevant is -1, expected a positive number",
            "command line: metric.relevant=-1",
            "give the smallest difference worth having, in the metric's unit, or leave it out",
        )
    ]


def test_two_variants_may_be_the_same(folder):
    assert load(folder, MINIMAL + "variants: {a: {}, b: {}}").variant_names == ("a", "b")


@pytest.mark.parametrize(
    ("text", "place", "message", "todo"),
    [
        ("learning_rate: 0.1", "3:1", "'learning_rate' is not a key of a study", "config."),
        ("seed: 5", "3:7", "seed is 5, expected inject", "the seeds are said by `seeds`"),
        ("folder: x", "3:1", "'folder' is not a key", "config"),
        ("workers: 2", "3:1", "'workers' is not a key", "resources.workers"),
        ("seeds: {min: 2, mx: 3}", "3:17", "'mx' is not a key of seeds", "did you mean 'max'?"),
        ("seeds: five", "3:8", "seeds is 'five', expected {min: 5, max: 20}", "write"),
        ("seeds: true", "3:8", "seeds is true, expected", "write"),
        ("seeds: 5.5", "3:8", "seeds is 5.5, expected", "write"),
        ("seeds: 0", "3:8", "seeds is 0, expected 1 to 10,000", "5 or more"),
        ("seeds: 1000000000", "3:8", "seeds is 1000000000, expected 1 to 10,000", "5"),
        ("seeds: {min: 0}", "3:14", "seeds.min is 0, expected 1 to", "{min: 5, max: 20}"),
        ("seeds: {max: 3}", "3:14", "seeds.min 5 is more than seeds.max 3", "set seeds.min too"),
        ("seeds: {min: 9, max: 3}", "3:22", "more than seeds.max 3", "{min: 3, max: 9}"),
        ("seeds: {min: 30}", "3:14", "more than seeds.max 20", "set seeds.max too"),
        ("seeds: [0, 1, 0]", "3:15", "seeds[2] is 0, which is seeds[0]", "remove one"),
        ("seeds: [0, -1]", "3:12", "seeds[1] is -1, expected a number from 0", "from 0"),
        ("seeds: [0, x]", "3:12", "seeds[1] is 'x', expected a whole number", None),
        ("seeds: []", "3:8", "seeds lists 0 seeds", "such as [0, 1, 2]"),
        ("seeds:", "3:1", "seeds is empty", "remove the key"),
        ("paired: [split, inti]", "3:17", "paired[1]: 'inti' is not a", "did you mean 'init'?"),
        ("paired: init", "3:9", "paired is 'init', expected a list", "paired: [init]"),
        ("paired: [1]", "3:10", "paired[0] is 1, expected the name of a random source", None),
        ("vary: []", "3:7", "vary is empty", "leave it out"),
        ("mode: explor", "3:7", "mode is 'explor', expected confirm or", "did you mean 'explore'?"),
        ("question: 12", "3:11", "question is 12, expected text", "quotes"),
        ("name: a b", "3:7", "name 'a b' cannot be a folder", "letters"),
        ("name: " + "x" * 101, "3:7", "cannot be a folder", "letters"),
        ("config: [1]", "3:9", "config is a list, expected a mapping", "write"),
        ("config: {a: {b: [1, .nan]}}", "3:21", "config.a.b[1] is .nan", "null"),
        ("config: {a: 1e999}", "3:13", "config.a is .inf", "null"),
        ("variants: [a]", "3:11", "variants is a list, expected a mapping", "write"),
        ("variants: {a: 5}", "3:15", "variants.a is 5, expected a mapping", "{}"),
        ("variants: {a b: {}}", "3:12", "name 'a b' cannot be a folder", "letters"),
        ("variants: {a: {}, A: {}}", "3:19", "'a' and 'A' differ in case only", "rename"),
        ("variants: {a: {x: 1}}", "3:16", "'x' is not a key of config", "into config"),
        ("config: {lr: 1}\nvariants: {a: {lrr: 1}}", "4:16", "'lrr' is not a", "mean 'lr'?"),
        (
            "config: {o: {p: 1}}\nvariants: {a: {o: {q: 1}}}",
            "4:20",
            "a key of config.o",
            "(known: p)",
        ),
        ("config: {lr: 1}\nvariants: {a: {lr: .inf}}", "4:20", "variants.a.lr is .inf", "null"),
        ("baseline: base\nvariants: {baseline: {}}", "3:11", "not a variant", "mean 'baseline'?"),
        ("baseline: base", "3:11", "baseline is 'base', which is not a variant", "baseline"),
        ("resources: {threads: 0}", "3:22", "resources.threads is 0", "1 or more"),
        ("resources: {workers: four}", "3:22", "resources.workers is 'four'", "auto"),
        ("resources: {timeout: soon}", "3:22", "timeout is 'soon', expected seconds", "90s"),
        ("resources: {timeout: 0s}", "3:22", "resources.timeout is 0", "more than 0"),
        ("resources: {timeout: .inf}", "3:22", "resources.timeout is .inf", "leave it out"),
        ("resources: {retries: yes}", "3:22", "retries is 'yes', expected a whole", "number"),
        ("resources: {retries: true}", "3:22", "retries is true, expected a whole", "number"),
        ("resources: [1]", "3:12", "resources is a list", "write"),
        ("resources: {executor: ray}", "3:13", "'resources.executor' is not in this", "leave"),
        ("resources: {memory: soon}", "3:21", "resources.memory is 'soon'", "4GiB"),
        ("resources: {memory: 1kB}", "3:21", "resources.memory is '1kB'", "64MiB or more"),
        ("resources: {memory: 1.5}", "3:21", "memory is 1.5, expected bytes, or a size", "4GiB"),
        ("resources: {gpus: many}", "3:19", "resources.gpus is 'many'", "0 for none"),
        ("resources: {gpus: true}", "3:19", "gpus is true, expected auto or a whole", ""),
        ("store: here", "3:1", "'store' is not in this version of trialist yet", "--store"),
    ],
)
def test_names_the_place_and_the_cure(folder, text, place, message, todo):
    found = mistakes_of(folder, MINIMAL + text)
    assert len(found) == 1, found
    assert message in found[0][0]
    assert found[0][1] == f"study.yaml:{place}"
    assert todo is None or todo in found[0][2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("trial: train.py:train\n", [("the study has no 'metric'", "1:1")]),
        ("metric: {name: val/x, goal: maximize}", [("the study has no 'trial'", "1:1")]),
        ("command: x\nmetric: {name: val/x, goal: maximize}", [("pass the seed", "1:10")]),
        ("trail: x\nmetric: {name: val/x, goal: maximize}", [("'trail' is not a key", "1:1")]),
        ("trial: train.py:train\nmetric: {name: val/x}", [("metric has no 'goal'", "2:1")]),
        ("trial: train.py:train\nmetric: {goal: minimize}", [("metric has no 'name'", "2:1")]),
        ("trial: train.py:train\nmetric: {name: val/x}\ngoal: max", [("'goal' is not a", "3:1")]),
        ("trial: train.py:train\nmetric: val/x", [("metric is 'val/x', expected", "2:9")]),
        ("trial: train.py:train\nmetric: {name: val/x, goal: max}", [("goal is 'max'", "2:29")]),
        ("trial: train.py:train\nmetric: {name: loss, goal: minimize}", [("is 'loss'", "2:16")]),
        ("trial: train.py:train\nmetric: {name: val_l, goal: minimize}", [("is 'val_l'", "2:16")]),
        ("- 1", [("this file is a list", "1:1")]),
        ("x", [("this file is 'x'", "1:1")]),
    ],
)
def test_misses_what_a_study_must_have(folder, text, expected):
    found = mistakes_of(folder, text)
    assert len(found) == len(expected), found
    for (message, where, todo), (part, place) in zip(found, expected, strict=True):
        assert part in message
        assert where == f"study.yaml:{place}"
        assert todo


def test_a_file_name_that_cannot_be_a_folder_asks_for_a_name(folder):
    (found,) = mistakes_of(folder, MINIMAL, name="my study.yaml")
    assert "'my study' cannot be a folder" in found[0]
    assert found[2] == "add `name: my-study`"


def test_a_mistake_behind_an_alias_is_where_it_is_written(folder):
    text = MINIMAL + "config: {lr: 1}\nvariants:\n  a: &a {lrr: 2}\n  b: *a\n"
    assert [where for _, where, _ in mistakes_of(folder, text)] == [
        "study.yaml:5:10",
        "study.yaml:5:10",
    ]


def test_the_whole_message_reads_well(folder, monkeypatch):
    monkeypatch.chdir(folder)
    Path("bad.yaml").write_text(
        "trial: train.py:trian\nmetric: {name: val_loss, goal: min}\nseeds: {max: 8}\nsede: 1\n"
    )
    with pytest.raises(ConfigError) as caught:
        load_study(Path("bad.yaml"), ["config.lr=1"])
    assert str(caught.value) == (
        "'config.lr' is not in the study\n"
        "  where  command line: config.lr=1\n"
        "  to do  config is empty and has no keys inside; '+config.lr=...' adds a new key\n"
        "'sede' is not a key of a study\n"
        "  where  bad.yaml:4:1\n"
        "  to do  did you mean 'seeds'? (settings of the trial belong into config)\n"
        "metric.goal is 'min', expected maximize or minimize\n"
        "  where  bad.yaml:2:32\n"
        "  to do  did you mean 'minimize'? (known: maximize, minimize)\n"
        "train.py has no function 'trian'\n"
        "  where  bad.yaml:1:8\n"
        "  to do  did you mean 'train' (train.py:1)?\n"
        "metric.name is 'val_loss', expected the form split/metric\n"
        "  where  bad.yaml:2:16\n"
        "  to do  write 'val/loss'; the trial may go on reporting 'val_loss'"
    )


PLANTS = {
    1: ("name: 'a b'", "cannot be a folder"),
    2: ("question: [x]", "question is a list"),
    3: ("trial: train.py:nothing", "has no function 'nothing'"),
    5: ("  name: accuracy", "metric.name is 'accuracy'"),
    6: ("  goal: highest", "metric.goal is 'highest'"),
    7: ("  relevant: '0.005'", "metric.relevant is '0.005'"),
    9: ("  lr: .nan", "config.lr is .nan"),
    13: ("    eps: -.inf", "config.optimizer.eps is -.inf"),
    17: ("    dorpout: 0.3", "'dorpout' is not a key of config"),
    20: ("      nmae: adam", "'nmae' is not a key of config.optimizer"),
    21: ("baseline: basis", "baseline is 'basis'"),
    23: ("  min: '5'", "seeds.min is '5'"),
    24: ("  max: 20.5", "seeds.max is 20.5"),
    26: ("  - splt", "paired[0]: 'splt'"),
    28: ("  - true", "paired[2] is true"),
    29: ("vary: [ordre, init]", "vary[0]: 'ordre'"),
    30: ("modus: confirm", "'modus' is not a key"),
    32: ("  workers: 0", "resources.workers is 0"),
    33: ("  threads: -1", "resources.threads is -1"),
    34: ("  retires: 2", "'retires' is not a key of resources"),
    35: ("  timeout: 20x", "resources.timeout is '20x'"),
}


@given(st.sets(st.sampled_from(sorted(PLANTS)), min_size=1))
def test_every_planted_mistake_is_found_in_its_line(folder, planted):
    lines = TEXT.splitlines()
    for number in planted:
        lines[number - 1] = PLANTS[number][0]
    found = mistakes_of(folder, "\n".join(lines), name="planted.yaml")
    by_line = {int(where.split(":")[1]): message for message, where, _ in found}
    assert len(found) == len(planted)
    assert set(by_line) == planted
    assert all(PLANTS[number][1] in by_line[number] for number in planted)


names = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
) | st.sampled_from(["on", "1e-4", "no", "~", "a: b", "- x", "", "#", "null", "é"])
nested = st.recursive(
    leaves, lambda inner: st.dictionaries(names, inner, max_size=2) | st.lists(inner, max_size=2)
)


@given(
    st.dictionaries(names, nested, max_size=4),
    st.sampled_from([5, [0, 3, 1], {"min": 3, "max": 9}]),
    st.lists(st.sampled_from(["split", "order", "init", "train"]), max_size=3, unique=True),
    st.sampled_from(["on the rocks?", "yes", "12", "a: b", "# no", ""]),
    st.none() | st.floats(1e-6, 10),
)
def test_a_study_comes_back_as_it_was_written(folder, config, seeds, paired, question, relevant):
    from ruamel.yaml import YAML

    given_data = {
        "trial": "train.py:train",
        "metric": {"name": "val/loss", "goal": "minimize", "relevant": relevant},
        "question": question,
        "config": config,
        "variants": {"base": None, "same": dict(config)},
        "seeds": seeds,
        "paired": paired,
        "mode": "explore",
    }
    out = StringIO()
    YAML(typ="safe", pure=True).dump(given_data, out)
    study = load(folder, out.getvalue(), name="roundtrip.yaml")
    assert study.config == config
    assert study.variants == {"base": {}, "same": config}
    assert study.paired == tuple(paired)
    assert study.question == question
    assert study.metric.relevant == relevant
    assert study.mode is Mode.EXPLORE
    expected = {5: 5}.get(seeds) if isinstance(seeds, int) else seeds
    assert study.seeds == (
        SeedRange(**expected)
        if isinstance(expected, dict)
        else tuple(expected)
        if isinstance(expected, list)
        else expected
    )


@given(st.binary(max_size=60))
def test_any_bytes_give_a_study_or_an_error_of_ours(folder, raw):
    path = folder / "garbage.yaml"
    path.write_bytes(raw)
    with pytest.raises(TrialistError):
        load_study(path)


@given(
    st.integers(0, len(TEXT)),
    st.integers(0, 12),
    st.sampled_from([*"[]{}:,-&*!|>'\"%@#~?\t\n ", "<<", "9" * 400, "null", "&a ", "*a", "\x00"]),
)
def test_a_damaged_study_never_raises_anything_else(folder, start, cut, put):
    text = TEXT[:start] + put + TEXT[start + cut :]
    found = outcome(folder, text)
    if isinstance(found, TrialistError):
        pattern = re.compile(r"(any\.yaml:\d+:\d+|train\.py:\d+|any\.yaml)$")
        assert all(pattern.search(mistake.where or "") for mistake in found.mistakes)
        assert all(mistake.message for mistake in found.mistakes)
        assert "pydantic" not in str(found)
    else:
        assert found.trial


def outcome(folder, text):
    try:
        return load(folder, text, name="any.yaml")
    except TrialistError as error:
        return error


values = st.recursive(
    leaves | st.just(float("nan")) | st.integers(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=5,
)
keys = st.sampled_from(
    [
        *("trial", "metric", "name", "question", "config", "variants", "baseline", "seeds"),
        *("paired", "vary", "mode", "resources", "space", "folder", "x"),
    ]
)


@given(st.dictionaries(keys, values), st.dictionaries(keys, values))
def test_any_mapping_gives_a_study_or_an_error_of_ours(folder, top, group):
    from ruamel.yaml import YAML

    data = {"trial": "train.py:train", "metric": {"name": "val/a", "goal": "maximize"}, **top}
    data["resources"] = {**group, "workers": top.get("seeds", 1), "timeout": top.get("mode", 1)}
    out = StringIO()
    YAML(typ="safe", pure=True).dump(data, out)
    found = outcome(folder, out.getvalue())
    if isinstance(found, TrialistError):
        assert all(mistake.where for mistake in found.mistakes)
    else:
        assert found.trial == data["trial"]
