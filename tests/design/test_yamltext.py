import pytest

from trialist.design.yamlnodes import parse_yaml
from trialist.design.yamltext import read_text
from trialist.values.errors import ConfigError


def mistake_of(path):
    with pytest.raises(ConfigError) as caught:
        read_text(path)
    return caught.value.mistakes[0]


def test_a_missing_file_names_the_one_that_is_meant(tmp_path):
    (tmp_path / "study.yaml").write_text("a: 1")
    mistake = mistake_of(tmp_path / "studdy.yaml")
    assert mistake.message == f"there is no file {tmp_path / 'studdy.yaml'}"
    assert mistake.todo == f"did you mean {tmp_path / 'study.yaml'}?"
    assert mistake_of(tmp_path / "zzz").todo == "name one of its files: study.yaml"


def test_a_missing_file_in_an_empty_folder(tmp_path):
    assert "no .yaml file in that folder" in mistake_of(tmp_path / "study.yaml").todo
    assert "no folder" in mistake_of(tmp_path / "none" / "study.yaml").todo


def test_a_folder_is_not_a_study(tmp_path):
    (tmp_path / "study.yaml").write_text("a: 1")
    mistake = mistake_of(tmp_path)
    assert "is a folder" in mistake.message
    assert mistake.todo == "name one of its files: study.yaml"


def test_a_path_that_no_file_can_have_is_an_error_of_ours(tmp_path):
    assert "cannot be read" in mistake_of(tmp_path / ("x" * 5000)).message
    assert "cannot be read" in mistake_of(tmp_path / "a\0b").message


def test_other_encodings_are_named_with_their_place(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_bytes("a: 1\nquestion: größer?\n".encode("latin-1"))
    mistake = mistake_of(path)
    assert mistake.where == f"{path}:2:13"
    assert "0xf6" in mistake.message
    assert mistake.todo == "save it as UTF-8"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a:\n\tb: 1", "2:1", "a tab stands where"),
        ("a: b: c", "1:5", "no mapping can begin"),
        ("a: 1\nb\nc: 2", "3:1", "has no ':'"),
        ("a:\n  b: 1\n c: 2", "3:2", "does not line up"),
        ("a: [1, 2\nb: 3", "2:2", r"goes wrong here \(it began in line 1\)"),
        ("a: {b: 1", "1:4", "is never closed"),
        ("a: [[", "1:6", "is never closed"),
        ("a: [1 2] 3]", "1:10", "line up"),
        ("a: 'b\nc: 1\n", "1:4", "a quote is never closed"),
        ("a: @b", "1:4", "no text can begin"),
        ("a: \x07", "1:4", r"U\+0007"),
    ],
)
def test_says_in_words_what_is_no_yaml(text, place, message):
    with pytest.raises(ConfigError, match=message) as caught:
        parse_yaml(text, "s.yaml")
    mistake = caught.value.mistakes[0]
    assert mistake.where == f"s.yaml:{place}"
    assert mistake.message.startswith("this is not YAML: ")
    assert mistake.todo
