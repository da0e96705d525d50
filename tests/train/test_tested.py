"""A trained task on its sealed test data."""

from __future__ import annotations

import pytest
import torch
from fitcases import N_VAL, Recorded, arrays, loss, tensor_data
from torch import nn

from trialist.train import AdamW, LoaderData, Task
from trialist.values.errors import CheckpointError, ConfigError

CONFIG = {"lr": 0.01}
TEST = arrays(N_VAL, 1)  # the validation data again: the numbers must be those of the training


def task(**options):
    settings = {
        "model": lambda hp: nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 2)),
        "loss": loss,
        "data": tensor_data(),
        "optimizer": AdamW(lr="lr"),
        "steps": 10,
        "val_every": 5,
        "test": TEST,
    }
    return Task(**settings | options)


def trained(made):
    run = Recorded()
    return run, made(CONFIG, run)


def test_what_was_judged_in_validation_is_what_is_tested():
    made = task()
    run, values = trained(made)
    found = made.tested(CONFIG, run)
    assert found == {
        "test/loss": pytest.approx(values["val/loss"]),
        "test/accuracy": pytest.approx(values["val/accuracy"]),
    }
    assert run.predicted[0] == "test"
    assert len(run.predicted[1]) == N_VAL


def test_the_averaged_model_is_tested_where_it_was_judged():
    made = task(ema=0.5)
    run, values = trained(made)
    assert made.tested(CONFIG, run)["test/loss"] == pytest.approx(values["val/loss"])


def test_the_normalizer_of_the_training_data_counts_for_the_test():
    made = task(data=tensor_data().normalized())
    run, values = trained(made)
    assert made.tested(CONFIG, run)["test/loss"] == pytest.approx(values["val/loss"])


def test_test_data_may_be_a_function_that_nobody_calls_before():
    called = []

    def test_data(hp):
        called.append(hp.lr)
        return TEST

    made = task(test=test_data)
    run, values = trained(made)
    assert called == []
    assert made.tested(CONFIG, run)["test/loss"] == pytest.approx(values["val/loss"])
    assert called == [0.01]


def test_test_data_may_be_a_dataset():
    data = torch.utils.data.TensorDataset(*TEST)
    train = torch.utils.data.TensorDataset(*arrays(64, 0))
    made = task(data=LoaderData(train, data), test=data)
    run, values = trained(made)
    assert made.tested(CONFIG, run)["test/loss"] == pytest.approx(values["val/loss"])


def test_without_test_data_or_a_checkpoint_it_says_so():
    with pytest.raises(ConfigError, match="has no test data"):
        task(test=None).tested(CONFIG, Recorded())
    with pytest.raises(CheckpointError, match="saved no checkpoint"):
        task().tested(CONFIG, Recorded())


def test_outputs_that_are_no_predictions_are_not_recorded():
    def squared(model, batch):
        return model(batch.x).square().mean() + model(batch.x).abs().mean()

    made = task(loss=squared)
    run, _ = trained(made)
    run.predicted = None
    assert set(made.tested(CONFIG, run)) == {"test/loss"}
    assert run.predicted is None
