"""A study with its includes as one text."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.document import Document
from trialist.design.includes import Resolved
from trialist.design.wholetext import _lines, whole_text
from trialist.design.yamlnodes import parse_yaml


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_file_without_includes_is_its_own_text():
    Path("study.yaml").write_text("# a comment\nseeds: 3\n")
    assert whole_text(Path("study.yaml")) == "# a comment\nseeds: 3\n"


def test_what_was_resolved_is_written_with_the_place_of_each_value():
    Path("base.yaml").write_text("config: {lr: 1e-4, opt: {name: sgd}}\nvariants: {a: {}}\n")
    Path("study.yaml").write_text(
        "include: base.yaml\nconfig: {opt: {name: adam}}\nseeds: [0, 1]\n"
    )
    assert whole_text(Path("study.yaml")) == (
        "# study.yaml with what it includes: base.yaml\n"
        "config:\n"
        "  lr: 0.0001  # base.yaml:1:14\n"
        "  opt:\n"
        '    name: "adam"  # study.yaml:2:22\n'
        "variants:\n"
        "  a: {}  # base.yaml:2:15\n"
        "seeds: [0, 1]  # study.yaml:3:8\n"
    )


_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
_LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT
_VALUE = st.recursive(
    _LEAF,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_TEXT.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(_TEXT.filter(lambda key: key != "<<"), _VALUE, min_size=1, max_size=4))
def test_the_text_reads_back_as_the_same_study(data):
    document = Document(name="study.yaml", data=data, values={(): "study.yaml:1:1"}, keys={})
    text = "".join(_lines(Resolved(document=document, files=()), data, ()))
    assert parse_yaml(text, "again").data == data


def test_not_a_number_is_written_as_yaml_has_it():
    document = Document(name="s", data={}, values={}, keys={})
    (line,) = _lines(Resolved(document=document, files=()), {"a": math.nan}, ())
    assert math.isnan(parse_yaml(line, "s").data["a"])
