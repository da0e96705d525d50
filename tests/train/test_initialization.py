"""First weights: those of torch and of the papers, and from no other draw than their own key."""

import copy
import math
import random

import numpy as np
import pytest
import torch
from torch import nn

from trialist.train.batch import Batch
from trialist.train.initialization import SCHEMES, initialize
from trialist.train.keyed import key_of
from trialist.train.seeding import random_state
from trialist.values.errors import ConfigError


def generator(name, seed=0):
    return torch.Generator().manual_seed(key_of(seed, f"first weights of {name}", 1))


def weights(model):
    return {name: value.clone() for name, value in model.state_dict().items()}


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def mixed():
    return nn.ModuleDict(
        {
            "embedding": nn.Embedding(11, 8),
            "convolution": nn.Conv2d(4, 8, 3, groups=2),
            "norm": nn.BatchNorm2d(8),
            "recurrent": nn.LSTM(8, 6, num_layers=2),
            "attention": nn.MultiheadAttention(8, 2),
            "dense": nn.Linear(8, 3),
        }
    )


# -- equal to torch ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "draw"),
    [
        ("xavier", nn.init.xavier_uniform_),
        ("orthogonal", nn.init.orthogonal_),
        (
            "he",
            lambda weight, generator: nn.init.kaiming_normal_(
                weight, nonlinearity="relu", generator=generator
            ),
        ),
    ],
)
def test_a_dense_layer_is_what_torch_draws(scheme, draw):
    layer = nn.Linear(20, 30)
    initialize(layer, scheme, seed=0)
    assert torch.equal(layer.weight, draw(torch.empty(30, 20), generator=generator("")))
    assert torch.equal(layer.bias, torch.zeros(30))


def test_a_convolution_for_relu_takes_fan_out_as_torch_does():
    layer = nn.Conv2d(8, 16, 3)
    initialize(layer, "he", seed=0)
    expected = nn.init.kaiming_normal_(
        torch.empty(16, 8, 3, 3), mode="fan_out", nonlinearity="relu", generator=generator("")
    )
    assert torch.equal(layer.weight, expected)


@pytest.mark.parametrize("make", [mixed, lambda: nn.Transformer(8, 2, 1, 1, 16, batch_first=True)])
def test_default_is_what_the_constructor_draws(make):
    """The same distribution: ranges and scales of each weight."""
    made, model = make(), make()
    initialize(model, "default", seed=5)
    for name, value in weights(made).items():
        drawn = weights(model)[name].double()
        assert drawn.shape == value.shape
        if value.numel() >= 24 and value.is_floating_point():
            assert float(drawn.std()) == pytest.approx(float(value.double().std()), rel=0.6), name
        if not value.any():
            assert not drawn.any(), name


def test_default_of_a_single_layer_is_torch_seeded_with_its_key():
    layer = nn.Linear(7, 5)
    initialize(layer, "default", seed=3)
    torch.manual_seed(key_of(3, "first weights of "))
    assert equal(weights(layer), weights(nn.Linear(7, 5)))


# -- what the papers say -------------------------------------------------------------


def test_xavier_has_the_variance_of_the_paper():
    layer = nn.Linear(400, 200)
    initialize(layer, "xavier", seed=1)
    weight = layer.weight.detach().double()
    assert float(weight.var()) == pytest.approx(2 / 600, rel=0.02)
    assert float(weight.abs().max()) <= math.sqrt(6 / 600) + 1e-7


@torch.no_grad()
def spread(model, x):
    """Give how much the outputs differ between examples."""
    return float(model(x).std(0).mean())


def test_xavier_keeps_the_signal_in_tanh_and_he_in_relu():
    x = torch.randn(256, 128, generator=torch.Generator().manual_seed(0))
    for scheme, activation in (("xavier", nn.Tanh), ("he", nn.ReLU)):
        layers = [one for _ in range(20) for one in (nn.Linear(128, 128), activation())]
        model = nn.Sequential(*layers)
        plain = spread(model, x)
        initialize(model, scheme, seed=0)
        assert spread(model, x) > max(0.1, 50 * plain), scheme


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_each_gate_of_a_recurrent_net_is_orthogonal(kind):
    net = kind(5, 16, num_layers=2, bidirectional=True)
    for scheme in ("xavier", "he", "orthogonal"):
        initialize(net, scheme, seed=0)
        for name, weight in net.named_parameters():
            if "weight_hh" in name:
                for gate in weight.detach().split(16):
                    assert torch.allclose(gate @ gate.T, torch.eye(16), atol=1e-5)
            elif "bias" in name:
                assert not weight.any()


def test_a_whole_matrix_that_is_orthogonal_has_gates_below_one():
    """Why each gate is drawn by itself: the trap that the usual recipe has."""
    whole = nn.init.orthogonal_(torch.empty(64, 16))
    assert max(float(torch.linalg.svdvals(gate).min()) for gate in whole.split(16)) < 0.9


def test_cells_and_projections_are_drawn_gate_by_gate_too():
    cell, projected = nn.LSTMCell(4, 8), nn.LSTM(4, 8, proj_size=3)
    initialize(cell, "orthogonal", seed=0)
    done = initialize(projected, "orthogonal", seed=0)
    for gate in cell.weight_hh.detach().split(8):
        assert torch.allclose(gate @ gate.T, torch.eye(8), atol=1e-5)
    for gate in projected.weight_hh_l0.detach().split(8):
        assert torch.allclose(gate.T @ gate, torch.eye(3), atol=1e-5)
    assert done.drawn == ("weight_ih_l0", "weight_hh_l0", "weight_hr_l0")


def test_groups_are_drawn_each_by_its_own_fan():
    depthwise = nn.Conv2d(64, 64, 3, groups=64)
    initialize(depthwise, "he", seed=0)
    assert float(depthwise.weight.detach().double().std()) == pytest.approx(
        math.sqrt(2 / 9), rel=0.1
    )


def test_a_transposed_convolution_is_drawn_from_input_to_output():
    layer = nn.ConvTranspose2d(8, 32, 3)
    initialize(layer, "he", seed=0)
    expected = nn.init.kaiming_normal_(
        torch.empty(32, 8, 3, 3), mode="fan_out", nonlinearity="relu", generator=generator("")
    )
    assert torch.equal(layer.weight, expected.transpose(0, 1))


def test_query_key_and_value_are_three_weights():
    layer = nn.MultiheadAttention(16, 2)
    initialize(layer, "orthogonal", seed=0)
    for part in layer.in_proj_weight.detach().split(16):
        assert torch.allclose(part @ part.T, torch.eye(16), atol=1e-5)


def test_gain_multiplies():
    one, more = nn.Linear(9, 9), nn.Linear(9, 9)
    initialize(one, "xavier", seed=0)
    initialize(more, "xavier", seed=0, gain=5 / 3)
    assert torch.allclose(more.weight, one.weight * (5 / 3))


# -- keys ------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES[:4])
def test_weights_do_not_depend_on_what_else_draws(scheme):
    one, other = mixed(), mixed()
    initialize(one, scheme, seed=4)
    torch.manual_seed(99)
    torch.rand(7), random.random(), np.random.rand()
    initialize(other, scheme, seed=4)
    assert equal(weights(one), weights(other))
    initialize(other, scheme, seed=5)
    assert not equal(weights(one), weights(other))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_random_state_is_touched(scheme):
    model, x = nn.Sequential(nn.Linear(4, 4), nn.Dropout(), nn.Linear(4, 2)), torch.randn(8, 4)
    before = copy.deepcopy(random_state())
    initialize(model, scheme, seed=0, batch=x if scheme == "lsuv" else None)
    after = random_state()
    assert before["python"] == after["python"]
    assert torch.equal(before["torch"], after["torch"])
    assert str(before["numpy"]) == str(after["numpy"])


@pytest.mark.parametrize("scheme", SCHEMES[:4])
def test_models_share_the_layers_that_they_share(scheme):
    small = nn.ModuleDict({"one": nn.Linear(4, 8), "head": nn.Linear(8, 2)})
    large = nn.ModuleDict(
        {"one": nn.Linear(4, 8), "more": nn.Linear(8, 8), "head": nn.Linear(8, 2)}
    )
    initialize(small, scheme, seed=0)
    initialize(large, scheme, seed=0)
    assert all(torch.equal(value, weights(large)[name]) for name, value in weights(small).items())


def test_tied_weights_are_drawn_once():
    model = nn.ModuleDict({"one": nn.Linear(6, 6), "two": nn.Linear(6, 6)})
    model["two"].weight = model["one"].weight
    done = initialize(model, "orthogonal", seed=0)
    assert done.drawn == ("one.weight",)
    assert torch.equal(
        model["two"].weight, nn.init.orthogonal_(torch.empty(6, 6), generator=generator("one"))
    )


def test_lower_formats_get_the_rounded_weights():
    model = nn.Linear(8, 8)
    initialize(model, "orthogonal", seed=0)
    low = nn.Linear(8, 8, dtype=torch.bfloat16)
    initialize(low, "orthogonal", seed=0)
    assert torch.equal(low.weight, model.weight.bfloat16())


# -- what is left alone, and said ----------------------------------------------------


class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.full((3,), 0.25))
        self.layer = nn.Linear(3, 3)

    def forward(self, x):
        return self.layer(x) * self.scale


@pytest.mark.parametrize("scheme", SCHEMES[:4])
def test_what_nobody_knows_how_to_draw_keeps_its_values_and_is_named(scheme):
    model = Own()
    done = initialize(model, scheme, seed=0)
    assert done.kept == ("scale",)
    assert torch.equal(model.scale, torch.full((3,), 0.25))
    assert done.drawn == (() if scheme == "default" else ("layer.weight",))


def test_normalization_begins_anew():
    model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
    model(torch.randn(8, 3))
    nn.init.constant_(model[1].weight, 7)
    initialize(model, "xavier", seed=0)
    assert torch.equal(model[1].weight, torch.ones(3))
    assert torch.equal(model[1].running_mean, torch.zeros(3))


def test_refuses_what_it_does_not_know():
    with pytest.raises(ConfigError, match="'kaiming'"):
        initialize(nn.Linear(2, 2), "kaiming", seed=0)
    with pytest.raises(ConfigError, match="no batch"):
        initialize(nn.Linear(2, 2), "lsuv", seed=0)
    with pytest.raises(ConfigError, match="weight has no shape"):
        initialize(nn.LazyLinear(2), "he", seed=0)


def test_a_batch_gives_its_inputs():
    model = nn.Linear(4, 4)
    done = initialize(model, "lsuv", seed=0, batch=Batch({"x": torch.randn(64, 4), "y": None}))
    assert abs(done.variances[""] - 1) < 0.01
