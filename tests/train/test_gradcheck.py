"""Gradients before training: found where they are sick, silent where not, and nothing changed."""

import copy
import random

import numpy as np
import pytest
import torch
from fitcases import arrays, loss, net, tensor_data
from torch import nn
from torch.nn import functional

from trialist.train.batch import Batch
from trialist.train.gradcheck import check_gradients
from trialist.train.initialization import initialize
from trialist.train.seeding import random_state
from trialist.train.stepper import Loss
from trialist.values.errors import ConfigError
from trialist.values.finding import Severity


def batch(n=64):
    x, y = arrays(n, 0)
    return Batch({"x": x, "y": y})


def deep(activation, depth=30, width=16):
    layers = [one for _ in range(depth) for one in (nn.Linear(width, width), activation())]
    return nn.Sequential(nn.Linear(6, width), *layers, nn.Linear(width, 2))


def codes(found):
    return [one.code for one in found.findings]


@pytest.mark.parametrize("scheme", ["default", "xavier", "he", "orthogonal"])
def test_a_healthy_net_gives_no_finding(scheme):
    model = net(batch_norm=True)
    initialize(model, scheme, seed=0)
    assert codes(check_gradients(model, loss, batch())) == []


def test_norms_are_those_of_backward():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 2))
    found = check_gradients(model, loss, batch())
    loss(model, batch()).backward()
    for layer, module in zip(found.layers, (model[0], model[2]), strict=True):
        whole = torch.cat([one.grad.flatten() for one in module.parameters()])
        assert layer.norm == pytest.approx(float(whole.norm()), rel=1e-6)
    assert found.loss == pytest.approx(float(loss(model, batch()).detach()))
    assert [layer.name for layer in found.layers] == ["0", "2"]


class Restless(nn.Module):
    """Has all that a step changes: buffers, dropout, draws of three libraries."""

    def __init__(self):
        super().__init__()
        self.net = net(batch_norm=True)
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls += 1
        return self.net(x + 0.01 * random.random() * np.random.rand() * torch.rand(1))


@pytest.mark.parametrize("has_gradients", [False, True])
def test_nothing_is_changed_by_it(has_gradients):
    model = Restless()
    model.net[1].eval()
    if has_gradients:
        loss(model, batch()).backward()
    before = copy.deepcopy(model.state_dict())
    gradients = [None if one.grad is None else one.grad.clone() for one in model.parameters()]
    held = [one.grad for one in model.parameters()]
    modes = [module.training for module in model.modules()]
    state = copy.deepcopy(random_state())
    check_gradients(model, loss, batch())
    after = random_state()
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(one.grad is was for one, was in zip(model.parameters(), held, strict=True))
    for one, was in zip(model.parameters(), gradients, strict=True):
        assert (one.grad is None) if was is None else torch.equal(one.grad, was)
    assert [module.training for module in model.modules()] == modes
    assert state["python"] == after["python"]
    assert torch.equal(state["torch"], after["torch"])
    assert str(state["numpy"]) == str(after["numpy"])
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_the_same_seed_gives_the_same_numbers():
    model = Restless()
    one, again = (check_gradients(model, loss, batch(), seed=4) for _ in range(2))
    assert one == again
    assert one != check_gradients(model, loss, batch(), seed=5)


def test_a_deep_sigmoid_net_vanishes_and_lsuv_with_tanh_does_not():
    torch.manual_seed(0)
    found = check_gradients(deep(nn.Sigmoid), loss, batch())
    assert {"vanishing-gradient", "uneven-gradients"} <= set(codes(found))
    healed = deep(nn.Tanh)
    initialize(healed, "lsuv", seed=0, batch=batch().x)
    assert codes(check_gradients(healed, loss, batch())) == []


def test_weights_that_are_too_large_explode():
    torch.manual_seed(0)
    model = deep(nn.ReLU, depth=6)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(10)
    assert "exploding-gradient" in codes(check_gradients(model, loss, batch()))


@pytest.mark.parametrize("is_functional", [False, True])
def test_dead_units_are_counted_whoever_calls_relu(is_functional):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two, self.relu = nn.Linear(6, 10), nn.Linear(10, 2), nn.ReLU()

        def forward(self, x):
            x = self.one(x)
            return self.two(functional.relu(x) if is_functional else self.relu(x))

    torch.manual_seed(0)
    model = Net()
    with torch.no_grad():
        model.one.bias[:4] = -100
    found = check_gradients(model, loss, batch())
    assert codes(found) == ["dead-units"]
    assert found.findings[0].message == "4 of 10 units of one (Linear) are dead on this batch"
    assert [layer.n_dead for layer in found.layers] == [4, 0]


def test_dead_channels_of_a_convolution_are_counted():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv1d(1, 6, 3), nn.ReLU(), nn.Flatten(), nn.Linear(24, 2))
    with torch.no_grad():
        model[0].bias[:2] = -100
    x, y = arrays(64, 0)
    assert check_gradients(model, loss, (x[:, None], y)).layers[0].n_dead == 2


def test_a_layer_that_is_not_used_is_named():
    model = nn.Sequential(nn.Linear(6, 2))
    model.unused = nn.Linear(3, 3)
    (finding,) = check_gradients(
        model, lambda model, batch: functional.cross_entropy(model[0](batch.x), batch.y), batch()
    ).findings
    assert finding.code == "no-gradient"
    assert "unused (Linear)" in finding.message


def test_frozen_parameters_are_left_out():
    model = net()
    model[0].requires_grad_(False)
    assert [layer.name for layer in check_gradients(model, loss, batch()).layers] == ["3"]


def test_what_is_not_finite_is_the_only_finding():
    model = net()
    x, y = arrays(64, 0)
    x[0, 0] = float("inf")
    (finding,) = check_gradients(model, loss, (x, y)).findings
    assert (finding.code, finding.severity) == ("gradient-not-finite", Severity.ERROR)


def test_layers_stand_in_the_order_of_their_calls():
    class Backwards(nn.Module):
        def __init__(self):
            super().__init__()
            self.last, self.first = nn.Linear(4, 2), nn.Linear(6, 4)

        def forward(self, x):
            return self.last(self.first(x))

    assert [one.name for one in check_gradients(Backwards(), loss, batch()).layers] == [
        "first", "last",
    ]  # fmt: skip


def test_weighted_losses_and_sparse_embeddings_are_taken():
    model = nn.Sequential(nn.Embedding(9, 4, sparse=True), nn.Flatten(), nn.Linear(12, 2))

    def weighted(model, batch):
        return Loss(functional.cross_entropy(model(batch.x), batch.y), 3.0)

    x = torch.randint(9, (32, 3))
    found = check_gradients(model, weighted, {"x": x, "y": x[:, 0] % 2})
    assert found.layers[0].kind == "Embedding"
    assert found.layers[0].norm > 0


def test_the_batch_of_a_training_is_taken():
    data = tensor_data()
    first = next(data.batches(seed=0, batch_size=32, start=0, device=torch.device("cpu")))
    assert check_gradients(net(), loss, first).loss > 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda model, batch: model(batch.x), "shape"),
        (lambda model, batch: 1.0, "1.0"),
        (lambda model, batch: batch.x.sum(), "does not depend"),
    ],
)
def test_a_loss_that_is_none_is_refused(wrong, said):
    with pytest.raises(ConfigError, match=said):
        check_gradients(net(), wrong, batch())


def test_a_frozen_model_is_refused():
    with pytest.raises(ConfigError, match="no parameters"):
        check_gradients(net().requires_grad_(False), loss, batch())
