"""The batches of a group are those of each seed alone."""

import itertools

import pytest
import torch
from fitcases import arrays, tensor_data
from replicatecases import CPU

from trialist.train import TensorData
from trialist.train.replicates.stackedbatches import StackedBatches
from trialist.values.errors import DataError

SEEDS = (5, 6, 7)


@pytest.mark.parametrize("sampling", ["shuffle", "balanced"])
def test_each_row_has_the_order_of_its_seed(sampling):
    data = tensor_data(sampling=sampling)
    together = StackedBatches(data, SEEDS, batch_size=32, device=CPU)
    for row, seed in enumerate(SEEDS):
        alone = data.batches(seed=seed, batch_size=32, start=0, device=CPU)
        for step, batch in enumerate(itertools.islice(alone, 16)):
            found = together.at(step)
            assert torch.equal(found.index[row], batch.index)
            assert torch.equal(found.x[row], batch.x)
            assert torch.equal(found.y[row], batch.y)


def test_a_step_is_found_without_the_steps_before():
    data = tensor_data()
    one = StackedBatches(data, SEEDS, batch_size=32, device=CPU)
    for step in range(20):
        expected = one.at(step)
    found = StackedBatches(data, SEEDS, batch_size=32, device=CPU).at(19)
    assert torch.equal(found.index, expected.index)


def test_rows_that_are_left_out_take_nothing_along():
    data = TensorData(arrays(20, 0))
    one = StackedBatches(data, SEEDS, batch_size=8, device=CPU)
    one.at(1)
    one.keep([2, 0])
    expected = StackedBatches(data, (7, 5), batch_size=8, device=CPU)
    for step in (1, 2, 3):
        assert torch.equal(one.at(step).index, expected.at(step).index)


def test_too_large_a_batch_is_refused():
    with pytest.raises(DataError, match="a batch has 21 examples, and the training data 20"):
        StackedBatches(TensorData(arrays(20, 0)), SEEDS, batch_size=21, device=CPU)
