"""A model's operations and what they take, whether its code can be followed or not."""

import torch
from torch import nn
from torch.nn import functional

from trialist.train.dataflow import Kind, feeds, operations_of


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution, self.norm = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)

    def forward(self, x):
        return functional.dropout(torch.relu(self.norm(self.convolution(x)) + x), 0.2)


def test_the_code_is_followed_through_modules_and_functions():
    operations = operations_of(Block())
    assert [one.name for one in operations] == [
        "x", "convolution", "norm", "add", "relu", "dropout", "output",
    ]  # fmt: skip
    assert operations[3].inputs == (2, 0)
    assert feeds(operations, 0) == [1, 3]
    assert operations[5].rate == 0.2
    assert [one.kind for one in operations[2:]] == [
        Kind.BATCH_NORM, Kind.OTHER, Kind.ACTIVATION, Kind.DROPOUT, Kind.OUTPUT,
    ]  # fmt: skip


class Branching(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Linear(4, 4), nn.Sequential(nn.ReLU(), nn.BatchNorm1d(4)), Block(), nn.Dropout(0.1)
        )
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls += 1
        return self.body(x) if x.sum() > 0 else x


def test_of_code_that_branches_on_values_the_sequences_are_known():
    model = Branching()
    operations = operations_of(model)
    found = {one.name: one for one in operations}
    relu = operations[found["body.1.1"].inputs[0]]
    assert (relu.name, relu.kind) == ("body.1.0", Kind.ACTIVATION)
    assert found["body.3"].rate == 0.1
    assert float(model.calls) == 0
