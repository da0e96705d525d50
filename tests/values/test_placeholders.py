import pytest

from trialist.values.placeholders import filled, names_in, only_name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("--lr {lr} --x {model.width} {lr}", ("lr", "model.width")),
        ("${HOME} awk '{print $1}' {weight-decay}", ("weight-decay",)),
        ("{{kept}} {} {1a}", ()),
    ],
)
def test_finds_the_names_in_braces(text, names):
    assert names_in(text) == names


def test_fills_names_and_keeps_what_is_doubled():
    assert filled("{a}-{{b}}-${c}", {"a": "1"}.__getitem__) == "1-{b}-${c}"


def test_tells_a_word_that_is_one_name():
    assert only_name("{args}") == "args"
    assert only_name("--{args}") is None
    assert only_name("{{args}}") is None
