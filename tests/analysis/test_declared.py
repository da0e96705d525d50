import pytest

from trialist.analysis.declared import Declared, declared
from trialist.values.errors import ConfigError
from trialist.values.space import Scale


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lr", Declared(name="lr")),
        (" lr : LOG ", Declared(name="lr", scale=Scale.LOG)),
        ("lr:1e-5:0.1:log", Declared(name="lr", low=1e-5, high=0.1, scale=Scale.LOG)),
        ("depth:1:8:int", Declared(name="depth", low=1, high=8, integer=True)),
        ("optimizer:choice", Declared(name="optimizer", is_choice=True)),
        (
            "momentum:0.5:0.99:one_minus_log",
            Declared(name="momentum", low=0.5, high=0.99, scale=Scale.ONE_MINUS_LOG),
        ),
    ],
)
def test_reads_what_is_said_of_a_parameter(text, found):
    assert declared(text) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (":log", "it names no column"),
        ("lr:0.1", "a range has two ends"),
        ("lr:1:2:3", "a range has two ends"),
        ("lr:0.1:0.01", "0.1 is not below 0.01"),
        ("lr:nan:1", "nan is not below 1"),
        ("lr:0:1:log", "a log scale has no 0"),
        ("beta:0:1:one_minus_log", "1 - 1 has no logarithm"),
        ("opt:0:1:choice", "choices have no range"),
        ("opt:log:choice", "choices have no range"),
    ],
)
def test_refuses_what_cannot_be(text, message):
    with pytest.raises(ConfigError, match=message) as caught:
        declared(text)
    assert caught.value.mistakes[0].where == f"--param {text}"


def test_names_the_word_that_was_meant():
    with pytest.raises(ConfigError, match="'lgo' says nothing of the parameter 'lr'") as caught:
        declared("lr:lgo")
    assert "did you mean 'log'?" in caught.value.mistakes[0].todo
