"""LSUV: each layer's output has variance 1, and nothing but weights is changed."""

import pytest
import torch
from torch import nn

from trialist.train.initialization import initialize


def outputs_of(model, x):
    """Give what each dense or convolutional layer gives, without dropout."""
    found = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear | nn.Conv2d):
            module.register_forward_hook(
                lambda _m, _i, output, name=name: found.__setitem__(name, output)
            )
    model.eval()
    with torch.no_grad():
        model(x)
    return found


def test_thirty_tanh_layers_have_variance_one():
    x = torch.randn(256, 64, generator=torch.Generator().manual_seed(0))
    model = nn.Sequential(*[one for _ in range(30) for one in (nn.Linear(64, 64), nn.Tanh())])
    done = initialize(model, "lsuv", seed=0, batch=x)
    found = outputs_of(model, x)
    assert len(found) == len(done.variances) == 30
    for name, output in found.items():
        assert float(output.double().var(correction=0)) == pytest.approx(1, abs=0.01)
        assert done.variances[name] == pytest.approx(1, abs=0.01)


def test_inputs_of_any_scale_are_met():
    x = 40 + 300 * torch.randn(64, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    model = nn.Sequential(
        nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.Flatten(), nn.Linear(128, 5)
    )
    initialize(model, "lsuv", seed=0, batch=x)
    for output in outputs_of(model, x).values():
        assert float(output.double().var(correction=0)) == pytest.approx(1, abs=0.01)


class Odd(nn.Module):
    """Calls its layers in another order than it has them, one of them never."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(6, 2)
        self.unused = nn.Linear(6, 6)
        self.first = nn.Linear(6, 6)
        self.norm = nn.BatchNorm1d(6)

    def forward(self, x):
        return self.last(nn.functional.dropout(self.norm(self.first(x)), training=self.training))


def test_layers_are_scaled_in_the_order_of_their_calls():
    done = initialize(Odd(), "lsuv", seed=0, batch=torch.randn(64, 6))
    assert tuple(done.variances) == ("first", "last")
    assert done.drawn == ("last.weight", "unused.weight", "first.weight")


def test_modes_and_buffers_are_as_before():
    model = Odd()
    model.norm.eval()
    initialize(model, "lsuv", seed=0, batch=5 + torch.randn(64, 6))
    assert model.training
    assert not model.norm.training
    assert torch.equal(model.norm.running_mean, torch.zeros(6))
    assert int(model.norm.num_batches_tracked) == 0
    assert not [module for module in model.modules() if module._forward_hooks]


def test_batch_norm_measures_the_batch_as_in_training():
    torch.manual_seed(0)
    x = 50 * torch.randn(256, 6)
    model = nn.Sequential(nn.BatchNorm1d(6), nn.Linear(6, 6))
    done = initialize(model, "lsuv", seed=0, batch=x)
    assert done.variances["1"] == pytest.approx(1, abs=0.01)
    with torch.no_grad():
        assert float(model(x).double().var(correction=0)) == pytest.approx(1, abs=0.01)


def test_an_output_that_does_not_vary_is_said_and_left():
    model = nn.Linear(4, 4)
    done = initialize(model, "lsuv", seed=0, batch=torch.zeros(8, 4))
    assert done.variances == {"": 0.0}
    assert torch.isfinite(model.weight).all()


def test_a_model_with_two_inputs_is_called_with_both():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(4, 4)

        def forward(self, a, b):
            return self.layer(a + b)

    done = initialize(Two(), "lsuv", seed=0, batch=(torch.randn(64, 4), torch.randn(64, 4)))
    assert done.variances["layer"] == pytest.approx(1, abs=0.01)
