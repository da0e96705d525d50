"""Models that differ in their weights only, and those that differ in more."""

import functools

import pytest
import torch
from replicatecases import VECTORIZED, Recurrent
from torch import nn

from trialist.train.replicates.structure import difference


class Scaled(nn.Module):
    def __init__(self, scale, act=torch.relu):
        super().__init__()
        self.layer, self.scale, self.act = nn.Linear(2, 2), scale, act


class Thing:
    def __init__(self, size):
        self.size = size
        self.self = self


@pytest.mark.parametrize("name", VECTORIZED)
def test_two_of_a_kind_are_alike(name):
    assert difference(VECTORIZED[name](), VECTORIZED[name]()) is None


def test_recurrent_nets_are_alike():
    assert difference(Recurrent(), Recurrent()) is None


@pytest.mark.parametrize(
    "make",
    [
        lambda: 2.0,
        lambda: [1, {"a": (2, None)}],
        lambda: torch.arange(3),
        lambda: lambda x: x + 1,
        lambda: functools.partial(torch.add, 3),
        lambda: Thing(3),
        lambda: nn.ReLU().forward,
    ],
)
def test_settings_made_twice_are_alike(make):
    assert difference(Scaled(make()), Scaled(make())) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 2.0),
        (1, 1.0),
        ([1], [1, 2]),
        ({"a": 1}, {"b": 1}),
        (torch.arange(3), torch.arange(3) + 1),
        (lambda x: x + 1, lambda x: x + 2),
        (functools.partial(torch.add, 3), functools.partial(torch.add, 4)),
        (Thing(3), Thing(4)),
        (object(), object()),
        ([nn.Dropout(0.1)], [nn.Dropout(0.2)]),
    ],
)
def test_a_setting_that_differs_is_named(one, other):
    found = difference(Scaled(one), Scaled(other))
    assert found == "the setting 'scale' of the model"


def test_what_a_function_closes_over_counts():
    def made(number):
        return lambda x: x * number

    assert difference(Scaled(1, made(2)), Scaled(1, made(2))) is None
    assert difference(Scaled(1, made(2)), Scaled(1, made(3))) == "the setting 'act' of the model"


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (nn.Linear(2, 3), nn.Linear(2, 4), "the shape or type of 'weight' of the model"),
        (nn.Linear(2, 3), nn.Linear(2, 3).double(), "the shape or type of 'weight'"),
        (nn.Linear(2, 3), nn.Linear(2, 3).requires_grad_(False), "the shape or type of 'weight'"),
        (nn.Linear(2, 3), nn.Linear(2, 3, bias=False), "the shape or type of 'bias'"),
        (nn.ReLU(), nn.GELU(), "the class, ReLU and GELU, of the model"),
        (nn.Sequential(nn.ReLU()), nn.Sequential(), "has the module '0'"),
        (nn.Sequential(nn.Dropout(0.1)), nn.Sequential(nn.Dropout(0.2)), "'p' of module '0'"),
        (nn.BatchNorm1d(2), nn.BatchNorm1d(2, track_running_stats=False), "the names|shape"),
    ],
)
def test_a_difference_is_named_with_its_place(one, other, words):
    import re

    assert re.search(words, difference(one, other))


def test_names_of_weights_count():
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    other.register_buffer("extra", torch.zeros(1))
    assert difference(one, other) == "the names of the weights of the model"
