import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialist.design.yamlnodes import (
    DEEPEST,
    parse_leniently,
    parse_value,
    parse_yaml,
    read_yaml,
)
from trialist.values.errors import ConfigError, TrialistError

TEXT = """\
name: digits   # a comment
metric: {name: val/accuracy, goal: maximize}
config: &all
  lr: 1e-4
  layers: [1, 2]
  sizes:
    - 8
    - wide: on
again: *all
empty:
"""


def mistake_of(text):
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "s.yaml")
    assert len(caught.value.mistakes) == 1
    return caught.value.mistakes[0]


def test_reads_plain_data():
    inner = {"lr": 1e-4, "layers": [1, 2], "sizes": [8, {"wide": "on"}]}
    assert parse_yaml(TEXT, "s.yaml").data == {
        "name": "digits",
        "metric": {"name": "val/accuracy", "goal": "maximize"},
        "config": inner,
        "again": inner,
        "empty": None,
    }


@pytest.mark.parametrize(
    ("keys", "value", "key"),
    [
        (("name",), "1:7", "1:1"),
        (("metric",), "2:9", "2:1"),
        (("metric", "goal"), "2:36", "2:30"),
        (("config", "lr"), "4:7", "4:3"),
        (("config", "layers", 1), "5:15", None),
        (("config", "sizes", 1), "8:7", None),
        (("config", "sizes", 1, "wide"), "8:13", "8:7"),
        (("again",), "3:9", "9:1"),
        (("again", "layers", 0), "5:12", None),
        (("empty",), "10:1", "10:1"),
    ],
)
def test_knows_where_everything_stands(keys, value, key):
    document = parse_yaml(TEXT, "s.yaml")
    assert document.place(keys) == f"s.yaml:{value}"
    if key:
        assert document.place_of_key(keys) == f"s.yaml:{key}"


def test_an_alias_gives_data_of_its_own():
    data = parse_yaml(TEXT, "s.yaml").data
    data["again"]["lr"] = 5
    assert data["config"]["lr"] == 1e-4


def test_quotes_and_blocks_are_text():
    data = parse_yaml("a: '1'\nb: \"true\"\nc: |\n  1e-4\nd: >-\n  null\n'5': x\n", "s.yaml").data
    assert data == {"a": "1", "b": "true", "c": "1e-4\n", "d": "null", "5": "x"}


def test_reads_the_tags_of_the_core_schema():
    text = "a: !!str 1\nb: !!float 1\nc: !!int 2\nd: !!null ~\ne: !!bool true\nf: ! 3\ng: !!seq [1]"
    found = parse_yaml(text, "s.yaml").data
    assert found == {"a": "1", "b": 1.0, "c": 2, "d": None, "e": True, "f": "3", "g": [1]}
    assert isinstance(found["b"], float)


@pytest.mark.parametrize(
    ("text", "place", "message", "todo"),
    [
        ("a: 1\nb: 2\na: 3", "3:1", "'a' is here twice", "line 1"),
        ("a: {b: 1, b: 2}", "1:11", "'b' is here twice", "line 1"),
        ("a: *no", "1:4", "*no names nothing", "&no"),
        ("a: &base 1\nb: *bsae", "2:4", "*bsae names nothing", "did you mean *base?"),
        ("a: &a [*a]", "1:8", "inside of what it names", "write the value out"),
        ("1: x", "1:1", "the key 1 is not text", '"1"'),
        ("a:\n  true: x", "2:3", "the key true is not text", '"true"'),
        ("~: x", "1:1", "the key ~ is not text", '"~"'),
        (": x", "1:1", "the key nothing is not text", "quotes"),
        ("? [a]\n: x", "1:3", "used as a key", "text"),
        ("a: 1\n<<: {b: 1}", "2:1", "YAML 1.1", "config"),
        ("a: !!python/object:os.system x", "1:4", "python/object", "remove it"),
        ("a: !mine {b: 1}", "1:4", "!mine is not read", "remove it"),
        ("a: !!int x", "1:4", "does not fit its tag", "remove the tag"),
        ("a: 1\n---\nb: 1", "2:1", "second document", "one study"),
        ("%YAML 1.1\n---\na: 1", "2:1", "YAML 1.1", "%YAML"),
        ("a: " + "9" * 400, "1:4", "a number of 400 digits", "quotes"),
        ('a: "\\ud800"', "1:4", "half a character", "remove"),
        ("[" * (DEEPEST + 2) + "]" * (DEEPEST + 2), f"1:{DEEPEST + 2}", "nested more", "flatter"),
    ],
)
def test_names_the_place_and_the_cure(text, place, message, todo):
    mistake = mistake_of(text)
    assert mistake.where == f"s.yaml:{place}"
    assert message in mistake.message
    assert todo in (mistake.todo or "")


def test_a_quoted_merge_key_is_a_key():
    assert parse_yaml("'<<': 1", "s.yaml").data == {"<<": 1}


def test_shows_all_mistakes_that_leave_the_structure_readable():
    with pytest.raises(ConfigError) as caught:
        parse_yaml("a: 1\na: 2\n3: x\n", "s.yaml")
    assert [mistake.where for mistake in caught.value.mistakes] == ["s.yaml:2:1", "s.yaml:3:1"]
    document = parse_leniently("a: 1\na: 2\n3: x\n", "s.yaml")
    assert document.data == {"a": 1}
    assert len(document.mistakes) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_says_so(text):
    assert mistake_of(text).message == "s.yaml is empty"


def test_aliases_that_grow_without_end_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert "more than 100,000 values" in mistake_of("\n".join(lines)).message


def test_aliases_that_grow_deep_are_refused():
    lines = ["a0: &a0 [x]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, DEEPEST + 5)]
    assert f"more than {DEEPEST} levels" in mistake_of("\n".join(lines)).message


def test_reads_a_file_by_its_path(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: \xc3\xa9\r\n")
    document = read_yaml(path)
    assert document.data == {"a": 1, "b": "é"}
    assert document.place(("b",)) == f"{path}:2:4"


def test_a_value_may_be_empty():
    assert parse_value("", "value") is None
    assert parse_value("[0, 1]", "value") == [0, 1]
    with pytest.raises(ConfigError):
        parse_value("{a: 1, a: 2}", "value")


printable = st.text(st.characters(min_codepoint=32, max_codepoint=0x24F, exclude_characters="\x7f"
                                  + "".join(map(chr, range(0x80, 0xA0)))), max_size=12)  # fmt: skip
data = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | printable,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(printable, inner, max_size=4),
    max_leaves=12,
)


@given(
    st.dictionaries(printable, data.filter(lambda v: "Infinity" not in json.dumps(v)), max_size=4)
)
def test_json_is_yaml(value):
    assert parse_yaml(json.dumps(value, ensure_ascii=False), "s.yaml").data == value


# ruamel.yaml writes {:0: null} and {?0: null} but its parser reads neither inside of {}.
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,5}", fullmatch=True),
        data.filter(lambda value: not re.search('"[:?]', json.dumps(value))),
        min_size=1,
        max_size=3,
    )
)
def test_what_ruamel_writes_is_read_back(value):
    from io import StringIO

    from ruamel.yaml import YAML

    out = StringIO()
    YAML(typ="safe", pure=True).dump(value, out)
    assert parse_yaml(out.getvalue(), "s.yaml").data == value


soup = st.lists(
    st.sampled_from(
        [
            *("a", "b: ", "- ", "\n", "\n  ", "{", "}", "[", "]", ", ", ": ", "'", '"', "\\", "\t"),
            *("&x ", "*x", "!!int ", "!t ", "? ", "| \n", ">\n ", "#", "%", "---\n", "...\n", "~"),
            *("%YAML 1.2\n", "%TAG ! x\n", "<<: ", "1", "1e400", "\x00", "\ufeff", "\u2028", "é"),
            *("\r", "\\x", "\\ud800", "!<", ">", "@", "`", "&", "*", "!", "=", "0x", "\x85", "😀"),
        ]
    ),
    max_size=25,
).map("".join)


@given(soup | st.text(max_size=40))
def test_garbage_is_data_or_a_trialist_error(text):
    found = outcome(text)
    if isinstance(found, TrialistError):
        assert all(mistake.where and mistake.todo for mistake in found.mistakes)
        str(found).encode()
    else:
        json.dumps(found.data).encode()
        assert found.place(()).startswith("s.yaml:")


def outcome(text):
    try:
        return parse_yaml(text, "s.yaml")
    except TrialistError as error:
        return error
