"""The block of weights: rows are replicates, views are parameters, and no bit is lost."""

import copy

import pytest
import torch
from fitcases import equal, net, weights
from replicatecases import VECTORIZED, Partly
from torch import nn

from trialist.train.replicates.stacking import ALIGNED, Stack
from trialist.values.errors import VectorizeError


def models(make, n=3):
    made = []
    for seed in range(n):
        torch.manual_seed(seed)
        made.append(make())
    return made


@pytest.mark.parametrize("name", VECTORIZED)
def test_a_model_comes_back_as_it_was(name):
    given = models(VECTORIZED[name])
    stack = Stack(given)
    for number, model in enumerate(given):
        made = copy.deepcopy(given[0])
        stack.write_back(number, made, stack.weights())
        assert equal(weights(made), weights(model))


def test_rows_are_loaded_and_left_out():
    given = models(net)
    stack = Stack(given)
    row = stack.row(0)
    stack.load_row(2, row)
    stack.keep([2, 1])
    assert len(stack) == 2
    assert equal(stack.row(0), row)
    assert equal(stack.row(1), Stack(given).row(1))


def test_each_parameter_begins_where_a_row_alone_would_put_it():
    stack = Stack(models(Partly))
    size = stack.values.element_size()
    places = [one.data_ptr() - stack.values.data_ptr() for one in stack.trained.values()]
    assert all(place % (ALIGNED * size) == 0 for place in places)
    assert stack.values.shape[1] % ALIGNED == 0


def test_what_is_not_trained_lies_beside_the_block():
    stack = Stack(models(Partly), unused=["unused.weight", "unused.bias"])
    assert set(stack.frozen) == {"fixed.weight", "fixed.bias", "unused.weight", "unused.bias"}
    assert "a.weight" in stack.trained


def test_models_that_differ_are_refused():
    with pytest.raises(VectorizeError, match="replicates 0 and 1 differ in the setting 'p'"):
        Stack([nn.Sequential(nn.Linear(1, 1), nn.Dropout(p)) for p in (0.1, 0.2)])


def test_what_cannot_lie_in_one_block_is_refused():
    mixed = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1).double())
    with pytest.raises(VectorizeError, match=r"the parameters are torch\.float32 on cpu, torch"):
        Stack([mixed])
    with pytest.raises(VectorizeError, match="no parameters to train"):
        Stack([nn.Linear(1, 1).requires_grad_(False)])
