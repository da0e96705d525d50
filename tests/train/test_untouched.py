"""Looking at a model leaves it as it was."""

import random

import numpy as np
import pytest
import torch
from torch import nn

from trialist.train.seeding import seed_everything
from trialist.train.untouched import untouched


class Restless(nn.Module):
    """Changes its buffers in place, and puts another in the place of one."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))
        self.register_buffer("seen", torch.zeros(2), persistent=False)

    def forward(self, x):
        self.calls += 1
        self.seen = x.mean(0)
        return x


def test_buffers_modes_and_random_state_are_as_before():
    model = nn.Sequential(nn.BatchNorm1d(2), Restless(), nn.Dropout())
    model[0].eval()
    seen = model[1].seen
    seed_everything(3)
    expected = (torch.rand(1), random.random(), np.random.rand())
    seed_everything(3)
    with untouched(model):
        model.train()
        model(torch.randn(8, 2))
        random.random(), np.random.rand()
    assert [module.training for module in model.modules()] == [True, False, True, True]
    assert model[1].seen is seen
    assert not model[1].seen.any()
    assert float(model[1].calls) == 0
    assert torch.equal(model[0].running_mean, torch.zeros(2))
    assert (torch.rand(1), random.random(), np.random.rand()) == expected


def test_it_puts_back_after_an_error_too():
    model = nn.BatchNorm1d(2)

    def failing():
        with untouched(model):
            model(torch.randn(8, 2))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert int(model.num_batches_tracked) == 0
