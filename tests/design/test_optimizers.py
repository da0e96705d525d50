"""The optimizers that are known by name."""

import pytest

from trialist.design.optimizers import OPTIMIZERS, has_betas, optimizer_named
from trialist.stats.unitscale import value_at


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("sgd", "sgd"),
        ("SGD", "sgd"),
        ("torch.optim.AdamW", "adamw"),
        ("sgd_momentum", "sgd"),
        ("SGD+Nesterov", "nesterov"),
        ("RMSProp", "rmsprop"),
    ],
)
def test_an_optimizer_is_known_in_any_spelling(name, known):
    assert optimizer_named(name).name == known


def test_others_are_not():
    assert optimizer_named("lion") is None


@pytest.mark.parametrize(
    ("name", "betas"),
    [("adam", True), ("AdamW", True), ("NAdam", True), ("sgd", False), ("lion", False)],
)
def test_the_family_of_adam_has_betas(name, betas):
    assert has_betas(name) is betas


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_range_lies_inside_of_its_limits(name):
    for knob in OPTIMIZERS[name].knobs:
        one = knob.parameter
        low, high = value_at(one, 0.0 if not one.switch else 0.2), value_at(one, 1.0)
        assert low == pytest.approx(one.low)
        assert high == pytest.approx(one.high)
        assert one.hard_low < one.low
        assert one.hard_high is None or one.hard_high > one.high


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_learning_rate_is_always_tuned_and_the_rest_in_order(name):
    trials = [knob.trials for knob in OPTIMIZERS[name].knobs]
    assert OPTIMIZERS[name].knobs[0].parameter.name == "lr"
    assert trials[0] == 0
    assert trials == sorted(trials)
