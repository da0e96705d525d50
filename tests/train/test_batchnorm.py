"""BatchNorm and one example: what would raise at some step is refused before the first."""

import pytest
import torch
from fitcases import Recorded, arrays, equal, loss, net, weights
from hypothesis import given
from hypothesis import strategies as st
from replicatecases import configs, runs, task
from torch import nn

from trialist.train import ReplicateLoop, TensorData, probe
from trialist.train.batchnorm import check_lone, lone_step, size_without_lone
from trialist.train.loaderdata import LoaderData
from trialist.values.errors import ConfigError


def normed():
    return net(batch_norm=True)


def raising(n=33, **options):
    return task(normed, data=TensorData(arrays(n, 0)), **{"steps": 9, **options})


@given(n=st.integers(1, 90), batch_size=st.integers(1, 40), micro=st.none() | st.integers(1, 40))
def test_the_step_is_the_first_one_with_a_part_of_one_example(n, batch_size, micro):
    batches = torch.zeros(n).split(batch_size)
    lone = [1 in map(len, one.split(micro or batch_size)) for one in batches]
    assert lone_step(n, batch_size, micro) == (lone.index(True) + 1 if any(lone) else None)
    better = size_without_lone(n, batch_size, micro)
    if better is not None:
        assert batch_size <= better <= n
        assert lone_step(n, better, micro) is None


@pytest.mark.parametrize(
    ("n", "options", "words"),
    [
        (33, {}, "step 2 has one example alone.* 33 training examples in batches of 32; .* 1 "),
        (40, {"batch_size": 21, "micro_batch": 10}, "step 1 .* batches of 21, and passes of 10"),
    ],
)
def test_alone_or_together_it_is_refused_before_the_first_step(n, options, words):
    recipe = raising(n, **options)
    run = Recorded()
    with pytest.raises(ConfigError, match=words) as caught:
        recipe.trained(configs(1)[0], run)
    assert run.rows == {}
    assert caught.value.mistakes[0].todo.startswith("set batch_size to ")
    for attempt in (
        lambda: ReplicateLoop(recipe, configs(2), runs(2)),
        lambda: probe(recipe, configs(2)),
    ):
        with pytest.raises(ConfigError, match=words):
            attempt()


def test_so_is_what_a_loader_gives():
    data = LoaderData(torch.utils.data.TensorDataset(*arrays(33, 0)))
    with pytest.raises(ConfigError, match="step 2 has one example alone"):
        task(normed, data=data, steps=9).trained(configs(1)[0], Recorded())


def test_without_another_size_there_is_another_cure():
    with pytest.raises(ConfigError, match="one example alone") as caught:
        raising(batch_size=1).trained(configs(1)[0], Recorded())
    assert "batch_size to 2" not in caught.value.mistakes[0].todo
    with pytest.raises(ConfigError, match="one example alone") as caught:
        raising(micro_batch=1).trained(configs(1)[0], Recorded())
    assert caught.value.mistakes[0].todo == "leave an example out, or use GroupNorm or LayerNorm"


@pytest.mark.parametrize(
    "recipe",
    [
        raising(steps=1),  # it ends before
        raising(34),
        task(net, data=TensorData(arrays(33, 0)), steps=9),  # no BatchNorm
    ],
)
def test_what_does_not_raise_is_trained(recipe):
    assert recipe.trained(configs(1)[0], Recorded()).reason == "finished"


def test_pictures_have_more_than_one_value_and_are_trained():
    class Conv(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm, self.out = nn.BatchNorm1d(1), nn.Linear(6, 2)

        def forward(self, x):
            return self.out(self.norm(x[:, None])[:, 0])

    recipe = task(Conv, data=TensorData(arrays(33, 0)), steps=9)
    assert recipe.trained(configs(1)[0], Recorded()).steps == 9


def test_looking_changes_nothing():
    model = nn.Sequential(nn.Conv1d(1, 2, 3), nn.BatchNorm1d(2), nn.Flatten(), nn.Linear(8, 2))
    before, state = weights(model), torch.get_rng_state()
    x, y = arrays(33, 0)
    data = TensorData((x[:, None], y))
    check_lone(model, loss, data, batch_size=32, micro_batch=None, steps=9)
    assert equal(weights(model), before)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(one.grad is None for one in model.parameters())


def test_another_mistake_of_the_loss_is_told_as_it_is():
    def wrong(model, batch):
        raise ValueError("no such thing")

    with pytest.raises(ValueError, match="no such thing"):
        raising(loss=wrong).trained(configs(1)[0], Recorded())
