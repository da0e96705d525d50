"""A task's model is looked at as it would be trained, and what is found is plain data."""

import json

import torch
from fitcases import loss, net, tensor_data
from torch import nn

from trialist.train import AdamW, Task
from trialist.train.modelcheck import checked_model
from trialist.train.taskparts import parts_of
from trialist.values.seeds import SeedSet

CPU = torch.device("cpu")


def checked(config=None, **settings):
    task = Task(
        **{
            "model": lambda hp: net(), "loss": loss, "data": tensor_data(),
            "optimizer": AdamW(lr=0.01), "steps": 10, "batch_size": 32, **settings,
        }
    )  # fmt: skip
    config = config or {}
    return checked_model(task, config, parts_of(task, config, SeedSet.of(7)), CPU)


def codes(found):
    return [one["code"] for one in json.loads(json.dumps(found))["findings"]]


def test_a_healthy_task_gives_a_remark_and_no_finding():
    found = checked()
    assert codes(found) == []
    (remark,) = found["remarks"]
    assert "with the weights of seed 7: on 32 examples" in remark
    assert "over 2 layers" in remark


def test_settings_come_from_the_configuration():
    def recurrent(hp):
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.memory, self.head = nn.GRU(1, 8, batch_first=True), nn.Linear(8, 2)

            def forward(self, x):
                return self.head(self.memory(x[..., None])[0][:, -1])

        return Net()

    settings = {"model": recurrent, "clip_norm": "clip", "warmup": "warmup"}
    found = checked({"clip": None, "warmup": 0}, **settings)
    assert "recurrent-without-clipping" in codes(found)
    found = checked({"clip": 1.0, "warmup": 0}, **settings)
    assert "recurrent-without-clipping" not in codes(found)


def test_a_forward_pass_sees_a_micro_batch():
    found = checked(model=lambda hp: net(batch_norm=True), micro_batch=9)
    assert "on 9 examples" in found["remarks"][0]
    assert codes(found) == ["batch-norm-on-small-batches"]


def test_gradients_and_settings_are_told_together():
    def model(hp):
        made = net()
        with torch.no_grad():
            made[0].bias.fill_(-100)
        return nn.Sequential(made, nn.Dropout(0.5))

    assert codes(checked(model=model)) == ["vanishing-gradient", "dropout-on-output"]
