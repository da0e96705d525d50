"""A stacked average is the average of each."""

import pytest
import torch
from fitcases import net
from replicatecases import assembly, task, trained
from torch import nn

from trialist.train.average import AveragedModel
from trialist.train.replicates.averaging import StackedAverage

DECAYS = {0.01: 0.5, 0.02: 0.9, 0.03: 0.0}


def test_each_row_follows_its_model_with_its_own_decay():
    recipe = task(lambda: net(batch_norm=True), ema=lambda hp: DECAYS[hp.lr])
    parts, models = assembly(recipe, 3)
    alone = [
        AveragedModel(model, decay) for model, decay in zip(models, DECAYS.values(), strict=True)
    ]
    for step in range(5):
        trained(parts, 1, first=step)
        for row, model in enumerate(models):
            parts.stack.write_back(row, model, parts.stack.weights())
            alone[row].update()
    for row, expected in enumerate(alone):
        found = nn.ModuleList([net(batch_norm=True)])[0]
        parts.stack.write_back(row, found, parts.judged())
        for name, value in expected.module.state_dict().items():
            assert (found.state_dict()[name] - value).abs().max() <= 1e-6


def test_a_row_goes_on_from_its_state():
    parts, _ = assembly(task(lambda: net(batch_norm=True), ema=0.9), 2)
    trained(parts, 3)
    fresh = StackedAverage(parts.stack, [0.9, 0.9])
    for row in range(2):
        fresh.load_row(row, parts.average.row(row))
    assert torch.equal(fresh.values, parts.average.values)
    assert fresh.buffers.keys() == parts.average.buffers.keys()
    assert all(torch.equal(one, parts.average.buffers[n]) for n, one in fresh.buffers.items())


def test_those_that_stay_are_averaged_on():
    parts, _ = assembly(task(net, ema=lambda hp: DECAYS[hp.lr]), 3)
    trained(parts, 2)
    before = parts.average.values[2].clone()
    parts.keep([2])
    assert torch.equal(parts.average.values[0], before)
    trained(parts, 1, first=2)
    assert torch.equal(parts.average.values, parts.stack.values)  # a decay of 0
    assert parts.average.row(0)["values"].tolist() != pytest.approx(before.tolist())
