"""A loss is one number that the weights can be reached from; anything else is told."""

import pytest
import torch
from fitcases import loss, net, tensor_data

from trialist.train import AdamW
from trialist.train.fitting import fit
from trialist.train.lossvalue import check_differentiable, check_number
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError


def test_one_number_with_a_gradient_passes():
    check_differentiable(torch.zeros((), requires_grad=True))
    check_number(torch.zeros(1))
    check_number(0.5)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, "the loss function gave a NoneType"),
        (torch.zeros(3), r"a tensor of shape \(3,\)\n  to do  give its mean"),
        (0.5, "the plain number 0.5, which has no gradient"),
        (torch.tensor(0.5), "no way back to the model's weights"),
    ],
)
def test_anything_else_is_told(given, words):
    with pytest.raises(ConfigError, match=words):
        check_differentiable(given)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found.item(), "the plain number"),
        (lambda found: found.detach(), "no way back"),
        (lambda found: found + torch.zeros(2), r"a tensor of shape \(2,\)"),
        (lambda _found: None, "a NoneType"),
    ],
)
@pytest.mark.parametrize(("is_validated", "micro"), [(True, None), (False, None), (True, 10)])
def test_fit_tells_it_at_the_first_step(change, words, is_validated, micro):
    data = tensor_data() if is_validated else TensorData(train=tensor_data().split("train"))

    def odd(model, batch):
        return change(loss(model, batch))

    with pytest.raises(ConfigError, match=words):
        fit(
            net(), loss=odd, data=data, optimizer=AdamW(lr=0.01), steps=2, seed=0, batch_size=20,
            micro_batch=micro,
        )  # fmt: skip


def test_an_error_of_the_backward_pass_itself_is_left_alone():
    class Broken(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, gradient):
            raise RuntimeError("broken backward")

    def broken(model, batch):
        return Broken.apply(loss(model, batch))

    with pytest.raises(RuntimeError, match="broken backward"):
        fit(net(), loss=broken, data=tensor_data(), optimizer=AdamW(lr=0.01), steps=2, seed=0)
