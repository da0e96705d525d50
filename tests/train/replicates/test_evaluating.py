"""Stacked evaluation is evaluation, row by row."""

import pytest
import torch
from fitcases import loss, net, tensor_data
from replicatecases import CPU, VECTORIZED, assembly, task
from torch.nn import functional

from trialist.train import Loss, evaluate
from trialist.train.precision import Precision
from trialist.train.replicates.evaluating import evaluate_stack
from trialist.train.replicates.quiet import quiet
from trialist.values.errors import MetricError

FP32 = Precision.of("fp32", CPU)


def weighted(model, batch):
    weight = 1.0 + batch.y
    losses = functional.cross_entropy(model(batch.x), batch.y, reduction="none")
    return Loss((losses * weight).sum() / weight.sum(), weight.sum())


def batches():
    return tensor_data().validation(batch_size=16, device=CPU)  # 16, 16, 8


def stacked(recipe, metrics=None):
    with quiet():
        parts, models = assembly(recipe, 3)
        found = evaluate_stack(parts.judged(), parts.forward, batches(), metrics=metrics)
    return found, models, parts


@pytest.mark.parametrize("name", VECTORIZED)
@pytest.mark.parametrize("loss", [loss, weighted])
def test_each_row_is_what_its_model_says(name, loss):
    found, models, parts = stacked(task(VECTORIZED[name], loss=loss))
    for own, model in zip(found, models, strict=True):
        expected = evaluate(model, batches(), loss, precision=FP32)
        assert own.values == pytest.approx(expected.values, rel=1e-5)
        assert (own.outputs - expected.outputs).abs().max() < 1e-5
        assert torch.equal(own.targets, expected.targets)
    assert parts.forward.model.training


def test_metrics_get_all_outputs_of_a_row():
    def spread(outputs, targets):
        assert outputs.shape == (40, 2)
        return outputs.std()

    found, models, _ = stacked(task(net), {"spread": spread})
    expected = evaluate(models[2], batches(), loss, precision=FP32, metrics={"spread": spread})
    assert found[2].values["spread"] == pytest.approx(expected.values["spread"], rel=1e-5)


def twice(model, batch):
    return functional.cross_entropy(model(batch.x) + model(batch.x), batch.y)


def test_a_loss_that_calls_the_model_twice_has_no_outputs():
    found, _, _ = stacked(task(net, loss=twice))
    assert found[0].outputs is None
    assert list(found[0].values) == ["loss"]
    with pytest.raises(MetricError, match="'accuracy' needs the model's outputs"):
        stacked(task(net, loss=twice), {"accuracy": lambda *_: 0.0})
