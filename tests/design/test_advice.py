"""Spaces to begin with."""

import pytest

from trialist.design.advice import short, space_lines, suggest_space
from trialist.design.optimizers import OPTIMIZERS
from trialist.design.yamlnodes import parse_yaml
from trialist.values.errors import ConfigError
from trialist.values.space import Parameter, Scale


@pytest.mark.parametrize(
    ("optimizer", "trials", "names"),
    [
        ("adam", 9, ["lr"]),
        ("adam", 10, ["lr", "beta1"]),
        ("adam", 24, ["lr", "beta1", "weight_decay"]),
        ("adam", 25, ["lr", "beta1", "weight_decay", "eps"]),
        ("adamw", 100, ["lr", "beta1", "weight_decay", "eps", "beta2"]),
        ("sgd", 9, ["lr"]),
        ("nesterov", 16, ["lr", "momentum", "weight_decay"]),
        ("rmsprop", 12, ["lr", "momentum"]),
    ],
)
def test_the_budget_decides_how_much_is_tuned(optimizer, trials, names):
    assert [one.name for one in suggest_space(optimizer, trials=trials).parameters] == names


def test_an_unknown_optimizer_is_answered_with_the_known_ones():
    with pytest.raises(ConfigError) as error:
        suggest_space("addam")
    assert "no space is known for the optimizer 'addam'" in str(error.value)
    assert "did you mean 'adam'?" in str(error.value)


def test_the_text_says_what_is_left_out():
    assert str(suggest_space("sgd", trials=12)) == (
        "# sgd, for 12 trials per search\n"
        "# not tuned: weight_decay (0)\n"
        "space:\n"
        "  lr: {low: 0.0001, high: 1, log: true, hard_low: 0}\n"
        "  momentum: {low: 0.5, high: 0.99, scale: one_minus_log, hard_low: 0, hard_high: 1}\n"
    )


def test_ranges_without_ends_or_scales_are_written_as_they_are():
    parameters = (
        Parameter(name="a", low=0.0, high=600.0),
        Parameter(name="b", choices=(1, 2), switch=True, scale=Scale.LINEAR),
    )
    assert space_lines(parameters) == (
        "space:",
        "  a: {low: 0, high: 600}",
        "  b: {choices: [1, 2], switch: true}",
    )


@pytest.mark.parametrize(
    ("value", "text"), [(1e-10, "1e-10"), (1e9, "1e9"), (1e12, "1e12"), (0.5, "0.5")]
)
def test_numbers_are_short(value, text):
    assert short(value) == text
    assert float(text) == value


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_text_is_yaml_that_says_the_same(optimizer):
    found = suggest_space(optimizer, trials=100)
    data = parse_yaml(str(found), "space.yaml").data["space"]
    assert list(data) == [one.name for one in found.parameters]
    for one in found.parameters:
        assert (data[one.name]["low"], data[one.name]["high"]) == (one.low, one.high)
