"""An error of torch says beside it what the data and the weights are."""

import logging

import pytest
import torch
from fitcases import loss, net, tensor_data

from trialist.train import AdamW
from trialist.train.datanote import described, explained, odd_values
from trialist.train.fitting import fit
from trialist.train.loaderdata import LoaderData
from trialist.train.tensordata import TensorData
from trialist.values.errors import DataError


def test_columns_and_weights_are_described():
    columns = {"x": torch.zeros(4, 3, dtype=torch.float64), "y": torch.zeros(4, dtype=torch.int64)}
    said = described(torch.nn.Linear(3, 2), columns)
    assert said.startswith("batch.x is float64 of shape (n, 3), batch.y is int64 of shape (n); ")
    assert said.endswith(
        "are float32 on cpu. Give x in the kind of the weights: x.to(torch.float32)."
    )
    assert "Give" not in described(torch.nn.Linear(3, 2), {"x": torch.zeros(4, 3)})
    assert described(torch.nn.ReLU(), {"z": torch.zeros(4)}) == "batch.z is float32 of shape (n)."


def test_an_error_of_torch_carries_the_note_and_others_do_not():
    data = TensorData(train=(torch.zeros(40, 3).double(), torch.zeros(40, dtype=torch.int64)))
    with pytest.raises(RuntimeError) as caught:
        fit(torch.nn.Linear(3, 2), loss=loss, data=data, optimizer=AdamW(lr=0.1), steps=2, seed=0,
            batch_size=20)  # fmt: skip
    assert "batch.x is float64" in caught.value.__notes__[0]
    with pytest.raises(DataError) as other, explained(net(), data):
        raise DataError("a batch")
    assert not hasattr(other.value, "__notes__")


class Double(torch.utils.data.Dataset):
    def __init__(self, *, is_broken=False):
        self.is_broken = is_broken

    def __len__(self):
        return 40

    def __getitem__(self, number):
        if self.is_broken:
            raise ValueError("no picture")
        return torch.zeros(3).double(), 1


def test_examples_of_a_dataset_are_described_too():
    model = torch.nn.Linear(3, 2)
    with pytest.raises(RuntimeError) as caught, explained(model, LoaderData(Double())):
        raise RuntimeError("mat1")
    assert "batch.x is float64 of shape (n, 3), batch.y is int64" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError) as other, explained(model, LoaderData(Double(is_broken=True))):
        raise RuntimeError("mat1")
    assert not hasattr(other.value, "__notes__")
    texts = LoaderData(Double(), collate=lambda _examples: {"x": "text"})
    with pytest.raises(RuntimeError) as plain, explained(model, texts):
        raise RuntimeError("mat1")
    assert not hasattr(plain.value, "__notes__")
    assert odd_values(texts) is None


def test_a_run_that_diverged_on_odd_data_says_so(caplog):
    x, y = tensor_data().split("train").values()
    assert odd_values(TensorData(train=(x, y))) is None
    x = x.clone()
    x[5, 0] = torch.nan
    data = TensorData(train=(x, y))
    assert odd_values(data) == "values of 'train' that are infinite or no numbers: 1 of 'x'"
    x[::5, 0] = torch.nan  # in every batch: one alone is skipped
    data = TensorData(train=(x, y))
    with caplog.at_level(logging.WARNING, logger="trialist"):
        done = fit(
            net(), loss=loss, data=data, optimizer=AdamW(lr=0.01), steps=60, seed=0, log_every=5,
            batch_size=20,
        )  # fmt: skip
    assert done.reason == "diverged"
    assert "diverged, and the data has values of 'train'" in caplog.text
