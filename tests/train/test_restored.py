"""Whatever is done with a model and its optimizer, both are afterwards as they were."""

import pytest
import torch
from fitcases import equal, net, weights
from torch import nn

from trialist.train.restored import restored
from trialist.values.errors import ConfigError


def test_weights_are_the_same_objects_in_the_same_memory():
    model = net(batch_norm=True)
    before, places = weights(model), [one.data_ptr() for one in model.parameters()]
    objects = list(map(id, model.parameters()))
    with restored(model):
        for one in model.parameters():
            one.data = torch.ones_like(one)
        model[0].weight = nn.Parameter(torch.zeros(3))
        model[1].running_mean = torch.ones(16)
        model.add_module("more", nn.Linear(1, 1))
    assert equal(weights(model), before)
    assert [one.data_ptr() for one in model.parameters()] == places
    assert list(map(id, model.parameters())) == objects


def test_signs_of_zero_and_not_a_number_come_back():
    model = nn.Linear(2, 1)
    model.weight.data.copy_(torch.tensor([[-0.0, float("nan")]]))
    bits = model.weight.data.view(torch.int32).clone()
    with restored(model):
        model.weight.data.zero_()
    assert torch.equal(model.weight.data.view(torch.int32), bits)


def test_gradients_are_lent_away_and_come_back():
    model = nn.Linear(2, 1)
    model(torch.ones(1, 2)).sum().backward()
    gradient = model.weight.grad
    with restored(model):
        assert model.weight.grad is None
        model(torch.ones(3, 2)).sum().backward()
    assert model.weight.grad is gradient
    assert gradient.tolist() == [[1.0, 1.0]]


def test_an_optimizer_without_state_has_none_afterwards():
    model = nn.Linear(2, 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, fused=True)
    with restored(model, optimizer):
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        optimizer.add_param_group({"params": [nn.Parameter(torch.ones(1))]})
        assert len(optimizer.state) == 2
    assert not optimizer.state
    assert len(optimizer.param_groups) == 1


def test_a_frozen_and_shared_weight_comes_back_once():
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    model[1].weight = model[0].weight
    model[0].bias.requires_grad_(requires_grad=False)
    before = weights(model)
    with restored(model):
        model[1].weight.data.add_(1)
    assert equal(weights(model), before)
    assert model[1].weight is model[0].weight
    assert not model[0].bias.requires_grad


def test_lazy_parameters_are_refused():
    with pytest.raises(ConfigError, match="'weight' has no shape yet"), restored(nn.LazyLinear(2)):
        pass
