"""Evaluation: losses by weight, metrics on all outputs together, modes as before."""

import pytest
import torch
from fitcases import arrays, loss, net, tensor_data
from torch.nn import functional

from trialist.train.evaluation import evaluate, metrics_of
from trialist.train.precision import Precision
from trialist.train.stepper import Loss
from trialist.train.tensordata import TensorData
from trialist.values.errors import MetricError

CPU = torch.device("cpu")
FP32 = Precision.of("fp32", CPU)
X, Y = arrays(40, 1)


def found(model, batch_size=16, loss=loss, data=None, **options):
    batches = (data or tensor_data()).validation(batch_size=batch_size, device=CPU)
    return evaluate(model, batches, loss, precision=FP32, **options)


@pytest.mark.parametrize("batch_size", [1, 7, 16, 64])
def test_the_size_of_the_batches_does_not_matter(batch_size):
    model = net()
    values = found(model, batch_size).values
    with torch.no_grad():
        outputs = model.eval()(X)
    assert values["loss"] == pytest.approx(functional.cross_entropy(outputs, Y).item(), rel=1e-6)
    assert values["accuracy"] == (outputs.argmax(1) == Y).double().mean().item()


def test_weighted_losses_are_weighed():
    weight = torch.tensor([1.0, 5.0])

    def weighted(model, batch):
        losses = functional.cross_entropy(model(batch.x), batch.y, reduction="none")
        each = weight[batch.y]
        return Loss((losses * each).sum() / each.sum(), each.sum())

    model = net()
    values = found(model, 7, loss=weighted).values
    with torch.no_grad():
        expected = functional.cross_entropy(model.eval()(X), Y, weight=weight).item()
    assert values["loss"] == pytest.approx(expected, rel=1e-6)


def test_every_module_is_in_its_mode_afterwards_and_no_gradient_is_kept():
    model = net()
    model[2].eval()
    modes = [module.training for module in model.modules()]
    found(model)
    assert [module.training for module in model.modules()] == modes
    assert all(one.grad is None for one in model.parameters())
    assert not model._forward_hooks


def test_metrics_may_be_functions_of_everything():
    values = found(net(), metrics={"n": lambda outputs, targets: len(outputs)}).values
    assert values["n"] == 40


def test_regression_has_errors_and_no_accuracy():
    data = TensorData((X, Y.float()), (X, Y.float()))
    model = torch.nn.Linear(6, 1)

    def squared(model, batch):
        return functional.mse_loss(model(batch.x)[:, 0], batch.y)

    one = found(model, loss=squared, data=data)
    assert set(one.values) == {"loss"}
    assert one.predictions().shape == (40,)
    two = found(model, loss=squared, data=data, metrics=metrics_of(["mse", "mae"]))
    assert two.values["mse"] == pytest.approx(two.values["loss"], rel=1e-6)


def test_a_loss_that_calls_the_model_twice_has_no_outputs():
    def twice(model, batch):
        return loss(model, batch) + loss(model, batch)

    assert found(net(), loss=twice).outputs is None
    with pytest.raises(MetricError, match="does not call the model exactly once"):
        found(net(), loss=twice, metrics=metrics_of(["accuracy"]))


def test_a_name_that_is_not_known_is_told_with_the_nearest():
    with pytest.raises(MetricError, match="no metric 'acc'"):
        metrics_of(["acc"])


def test_one_name_alone_is_told_to_be_a_list():
    with pytest.raises(MetricError, match=r"give a list: \['accuracy'\]"):
        metrics_of("accuracy")
