"""`include:`: files below a study, every node with its own place."""

import copy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.includes import MOST_FILES, _laid_over, resolve_includes
from trialist.design.studyfile import load_study
from trialist.design.yamlnodes import parse_yaml
from trialist.values.errors import ConfigError

BASE = """\
metric: {name: val/accuracy, goal: maximize}
config: {lr: 0.1, opt: {name: sgd, eps: 1}, layers: [64, 64]}
variants:
  baseline: {}
  faster: {lr: 0.3}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("train.py").write_text("def train(config, run): ...\n")
    Path("shared").mkdir()
    Path("shared/base.yaml").write_text(BASE)
    return Path()


def resolved(text, name="study.yaml"):
    Path(name).write_text(text)
    return resolve_includes(Path(name))


def mistake_of(text):
    document = resolved(text).document
    assert len(document.mistakes) == 1
    return document.mistakes[0]


def error_of(text):
    with pytest.raises(ConfigError) as caught:
        resolved(text)
    assert len(caught.value.mistakes) == 1
    return caught.value.mistakes[0]


def test_a_file_without_includes_is_as_it_was(folder):
    found = resolved("config: {lr: 1}\n")
    assert found.document == parse_yaml("config: {lr: 1}\n", "study.yaml")
    assert found.files == (Path("study.yaml"),)


def test_the_including_file_wins_and_mappings_are_merged(folder):
    found = resolved(
        "include: shared/base.yaml\ntrial: train.py:train\n"
        "config: {lr: 0.2, opt: {name: adam}, layers: [8]}\nvariants: {slower: {lr: 0.05}}\n"
    )
    assert found.document.data == {
        "metric": {"name": "val/accuracy", "goal": "maximize"},
        "config": {"lr": 0.2, "opt": {"name": "adam", "eps": 1}, "layers": [8]},
        "variants": {"baseline": {}, "faster": {"lr": 0.3}, "slower": {"lr": 0.05}},
        "trial": "train.py:train",
    }
    assert found.files == (Path("study.yaml"), Path("shared/base.yaml"))


def test_later_files_win_over_earlier_ones(folder):
    Path("more.yaml").write_text("config: {lr: 0.5}\nseeds: 3\n")
    found = resolved("include: [shared/base.yaml, more.yaml]\n").document.data
    assert found["config"]["lr"] == 0.5
    assert found["seeds"] == 3
    found = resolved("include: [more.yaml, shared/base.yaml]\n").document.data
    assert found["config"]["lr"] == 0.1


def test_an_included_file_may_include_others_from_where_it_stands(folder):
    Path("shared/tuned.yaml").write_text("include: base.yaml\nconfig: {lr: 0.7}\n")
    found = resolved("include: shared/tuned.yaml\n")
    assert found.document.data["config"]["lr"] == 0.7
    assert found.document.data["metric"]["goal"] == "maximize"
    assert found.files == (
        Path("study.yaml"),
        Path("shared/tuned.yaml"),
        Path("shared/base.yaml"),
    )


def test_every_node_keeps_the_place_of_the_file_it_came_from(folder):
    document = resolved(
        "include: shared/base.yaml\nconfig: {lr: 0.2, layers: [8]}\nseeds: 3\n"
    ).document
    assert document.place(("config", "lr")) == "study.yaml:2:14"
    assert document.place_of_key(("config", "opt", "name")) == "shared/base.yaml:2:25"
    assert document.place(("variants", "faster", "lr")) == "shared/base.yaml:5:16"
    assert document.place(("config", "layers", 0)) == "study.yaml:2:28"
    assert document.place(("config", "layers", 1)) == "study.yaml:2:27"  # the item below is gone
    assert document.place(("include",)) == document.place(())


def test_a_mistake_in_an_included_file_is_shown_there(folder):
    Path("shared/base.yaml").write_text(BASE.replace("maximize", "maximise"))
    Path("study.yaml").write_text("include: shared/base.yaml\ntrial: train.py:train\nsede: 3\n")
    with pytest.raises(ConfigError) as caught:
        load_study(Path("study.yaml"))
    assert [one.where for one in caught.value.mistakes] == [
        "study.yaml:3:1",
        "shared/base.yaml:1:36",
    ]


def test_an_override_wins_over_everything(folder):
    Path("study.yaml").write_text("include: shared/base.yaml\ntrial: train.py:train\n")
    study = load_study(Path("study.yaml"), ["config.opt.name=adam"])
    assert study.config["opt"] == {"name": "adam", "eps": 1}
    with pytest.raises(ConfigError, match=r"command line: metric\.goal=up"):
        load_study(Path("study.yaml"), ["metric.goal=up"])


def test_yaml_mistakes_of_every_file_are_kept(folder):
    Path("shared/base.yaml").write_text("config: {lr: 1, lr: 2}\n")
    document = resolved("include: shared/base.yaml\nseeds: 3\nseeds: 4\n").document
    assert [one.where for one in document.mistakes] == ["study.yaml:3:1", "shared/base.yaml:1:17"]


def test_a_circle_is_an_error_with_the_way(folder):
    Path("a.yaml").write_text("include: b.yaml\n")
    Path("b.yaml").write_text("include: [shared/base.yaml, a.yaml]\n")
    mistake = error_of("include: a.yaml\n")
    assert mistake.message == ("the includes form a circle: a.yaml includes b.yaml includes a.yaml")
    assert mistake.where == "b.yaml:1:29"


def test_a_file_cannot_include_itself(folder):
    assert "study.yaml includes study.yaml" in error_of("include: ./study.yaml\n").message


def test_a_file_that_is_not_there_is_shown_where_it_is_named(folder):
    mistake = error_of("include: [shared/base.yaml, shared/bsae.yaml]\n")
    assert mistake.where == "study.yaml:1:29"
    assert "there is no file shared/bsae.yaml" in mistake.message
    assert mistake.todo == "did you mean shared/base.yaml?"


def test_an_empty_file_is_shown_where_it_is_named(folder):
    Path("empty.yaml").write_text("# nothing\n")
    mistake = error_of("include: empty.yaml\n")
    assert mistake.message == "empty.yaml is empty, and it is included here"
    assert mistake.todo == "write keys of a study into it"


def test_a_file_that_is_no_yaml_is_shown_in_itself(folder):
    Path("bad.yaml").write_text("config: [1\n")
    assert error_of("include: bad.yaml\n").where == "bad.yaml:1:9"


@pytest.mark.parametrize("given", ["3", "[shared/base.yaml, 3]", "{a: b}", "''", ""])
def test_only_paths_can_be_included(folder, given):
    mistake = mistake_of(f"include: {given}\n")
    assert mistake.message.startswith("include names ")
    assert "expected the path of a YAML file" in mistake.message


def test_only_a_mapping_can_be_included(folder):
    Path("list.yaml").write_text("- 1\n")
    mistake = mistake_of("include: list.yaml\n")
    assert mistake.message == "list.yaml is a list, and only a mapping can be included"
    assert mistake.where == "list.yaml:1:1"


def test_anchors_do_not_reach_into_another_file(folder):
    Path("anchored.yaml").write_text("config: &base {lr: 0.1}\n")
    with pytest.raises(ConfigError, match="names nothing"):
        resolved("include: anchored.yaml\nvariants: {a: *base}\n")


def test_a_cascade_of_includes_has_an_end(folder):
    for number in range(12):
        Path(f"f{number}.yaml").write_text(f"include: [f{number + 1}.yaml, f{number + 1}.yaml]\n")
    Path("f12.yaml").write_text("seeds: 3\n")
    mistake = error_of("include: f0.yaml\n")
    assert mistake.message == f"this study includes more than {MOST_FILES} files"


_VALUES = st.recursive(
    st.integers(0, 9) | st.text("ab", max_size=2) | st.lists(st.integers(0, 9), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
    max_leaves=8,
)
_DATA = st.dictionaries(st.sampled_from("abcd"), _VALUES, min_size=1, max_size=4)


def merged(below, above):
    """Merge in the plainest way that there is."""
    result = copy.deepcopy(below)
    for key, value in above.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        else:
            result[key] = value
    return result


@given(_DATA, _DATA)
def test_laying_over_merges_and_every_node_has_one_place(below, above):
    low, high = parse_yaml(str(below), "low"), parse_yaml(str(above), "high")
    found = _laid_over(low, high)
    assert found.data == merged(below, above)

    def check(value, way):
        assert way in found.values
        origin = found.values[way].partition(":")[0]
        document = {"low": low, "high": high}[origin]
        assert found.values[way] == document.values[way]
        if isinstance(value, dict | list):
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            for key, one in inner:
                check(one, (*way, key))

    check(found.data, ())
    assert set(found.keys) <= set(found.values)
