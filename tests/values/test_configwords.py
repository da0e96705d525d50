import pytest

from trialist.values.command import ArgStyle
from trialist.values.configwords import leaves, nodes, text_of, words_of

CONFIG = {"lr": 0.1, "model": {"width": 64, "bias": False}, "-n": 3, "tags": ["a b", "c"]}


def test_names_everything_by_its_dotted_name():
    assert list(nodes(CONFIG)) == [
        ("lr", 0.1),
        ("model", {"width": 64, "bias": False}),
        ("model.width", 64),
        ("model.bias", False),
        ("-n", 3),
        ("tags", ["a b", "c"]),
    ]
    assert [name for name, _ in leaves(CONFIG)] == ["lr", "model.width", "model.bias", "-n", "tags"]


@pytest.mark.parametrize(
    ("style", "words"),
    [
        (
            ArgStyle.SPACE,
            ("--lr", "0.1", "--model.width", "64", "-n", "3", "--tags", "a b", "c"),
        ),
        (
            ArgStyle.EQUALS,
            ("--lr=0.1", "--model.width=64", "--model.bias=False", "-n=3", '--tags=["a b","c"]'),
        ),
        (
            ArgStyle.KEYVALUE,
            ("lr=0.1", "model.width=64", "model.bias=false", "-n=3", 'tags=["a b","c"]'),
        ),
    ],
)
def test_writes_a_configuration_in_three_styles(style, words):
    assert words_of(CONFIG, style) == words


@pytest.mark.parametrize(
    ("value", "text", "yaml"),
    [
        (None, "None", "null"),
        (True, "True", "true"),
        (1e-5, "1e-05", "1e-05"),
        ("x y", "x y", "x y"),
    ],
)
def test_truth_and_absence_are_written_as_the_program_reads_them(value, text, yaml):
    assert text_of(value, ArgStyle.SPACE) == text_of(value, ArgStyle.EQUALS) == text
    assert text_of(value, ArgStyle.KEYVALUE) == yaml
