"""The range test: the range of a curve, real steps, and nothing left behind."""

import copy
from itertools import pairwise

import pytest
import torch
from fitcases import (
    Interrupted,
    Recorded,
    arrays,
    built,
    equal,
    loader_data,
    loss,
    tensor_data,
    weights,
)
from torch import nn

from trialist.train import SGD, Adam, AdamW, lr_range
from trialist.train.fitting import fit
from trialist.train.lrrange import Sweep
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError, DataError, InsufficientDataError
from trialist.values.missing import Missing
from trialist.values.seeds import SeedSet


def ranged(model=None, *, optimizer=None, data=None, **options):
    return lr_range(
        model or built(3), loss=loss, data=data or tensor_data(), seed=3, batch_size=32,
        optimizer=optimizer or SGD(lr=1.0), **options,
    )  # fmt: skip


def test_the_range_lies_around_a_tenth_of_the_minimum():
    found = ranged()
    lowest = min(found.smoothed)
    rate = found.curve.rates[found.smoothed.index(lowest)]
    assert (found.low, found.center, found.high) == pytest.approx((rate / 100, rate / 10, rate))
    assert found.low < 0.1 < found.high
    assert len(found.curve.rates) < 100


def test_the_rates_rise_by_one_factor_from_the_first_to_the_last():
    sweep = Sweep()
    rates = [sweep.rate(step) for step in range(100)]
    assert rates[0] == 1e-7
    assert rates[-1] == pytest.approx(10.0)
    factors = {round(b / a, 9) for a, b in pairwise(rates)}
    assert len(factors) == 1


def test_it_is_a_hand_loop_with_a_rising_rate():
    found = ranged(optimizer=SGD(lr=1.0, momentum=0.9))
    seeds, model = SeedSet.of(3), built(3)
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0, momentum=0.9, fused=True)
    torch.manual_seed(seeds.train)
    batches = tensor_data().batches(
        seed=seeds.data, batch_size=32, start=0, device=torch.device("cpu")
    )
    losses = []
    for rate in found.curve.rates:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        value = loss(model, next(batches))
        value.backward()
        optimizer.step()
        losses.append(value.item())
    assert losses == list(found.curve.losses)


def test_the_same_seed_gives_the_same_curve_and_another_one_another():
    assert ranged().curve == ranged().curve
    model = built(3)
    other = lr_range(model, loss=loss, data=tensor_data(), optimizer=SGD(lr=1.0), seed=4)
    assert other.curve != ranged().curve


class Odd(nn.Module):
    """Holds state of every kind: replaced buffers, counters, tensors that are no buffer."""

    def __init__(self):
        super().__init__()
        self.inner = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.Dropout(0.3))
        self.last = nn.Linear(16, 2)
        self.register_buffer("seen", torch.zeros(()), persistent=False)
        self.register_buffer("none", None)
        self.register_buffer("spread", torch.zeros(1, 1).expand(3, 4))
        self.calls, self.memory = 0, torch.zeros(2)

    def forward(self, x):
        self.seen = self.seen + len(x)  # another tensor
        self.memory += 1  # the same one
        self.calls += 1
        self.extra = x.mean()
        return self.last(self.inner(x))


def everything(model, optimizer):
    """Give all that may change, as bits."""
    state = {
        index: {name: copy.deepcopy(value) for name, value in optimizer.state[one].items()}
        for index, one in enumerate(model.parameters())
    }
    return {
        "state": copy.deepcopy(model.state_dict()),
        "buffers": {name: one.clone() for name, one in model.named_buffers()},
        "gradients": [None if one.grad is None else one.grad.clone() for one in model.parameters()],
        "modes": [one.training for one in model.modules()],
        "optimizer": state,
        "groups": [{k: v for k, v in g.items() if k != "params"} for g in optimizer.param_groups],
        "torch": torch.get_rng_state(),
        "odd": (model.calls, model.memory.clone(), hasattr(model, "extra")),
        "identities": [id(one) for one in (*model.parameters(), *model.buffers())],
    }


def same(one, other):
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


@pytest.mark.parametrize("make", [
    lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9),
    lambda p: torch.optim.AdamW(p, lr=0.01, fused=True),
    lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True),
    lambda p: torch.optim.RMSprop(p, lr=0.01, centered=True),
])  # fmt: skip
def test_nothing_is_left_behind(make):
    import random

    import numpy as np

    torch.manual_seed(0)
    model = Odd()
    model.inner[1].eval()  # a frozen BatchNorm stays as it is
    optimizer = make(model.parameters())
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    x, y = arrays(64, 0)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()
        scheduler.step()
    nn.functional.cross_entropy(model(x), y).backward()  # in the middle of an accumulation
    del model.extra
    before = everything(model, optimizer)
    chance, schedule = (
        (random.getstate(), np.random.get_state()[1].tolist()),
        scheduler.state_dict(),
    )
    found = ranged(model, optimizer=optimizer)
    assert found.smoothed
    assert same(before, everything(model, optimizer))
    assert chance == (random.getstate(), np.random.get_state()[1].tolist())
    assert schedule == scheduler.state_dict()
    assert optimizer is scheduler.optimizer


def test_an_error_leaves_nothing_behind_either():
    model = Odd()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    before = everything(model, optimizer)
    calls = []

    def breaking(model, batch):
        calls.append(1)
        if len(calls) > 20:
            raise RuntimeError("odd")
        return loss(model, batch)

    with pytest.raises(RuntimeError, match="odd"):
        lr_range(model, loss=breaking, data=tensor_data(), optimizer=optimizer, seed=1)
    assert len(calls) == 21
    assert same(before, everything(model, optimizer))


@pytest.mark.parametrize("data", [tensor_data, loader_data])
def test_a_training_goes_on_to_the_same_bits_with_and_without_it(data):
    def run(*, asked):
        class Asking(Recorded):
            def should_stop(self):
                if asked and self.n in (0, 7, 18):
                    ranged(model, optimizer=optimizer, start=self.n, data=source)
                self.n += 1
                return False

        model, source, sink = built(3, batch_norm=True), data(), Asking()
        sink.n = 0
        optimizer = AdamW(lr=0.01).build(model.parameters())
        done = fit(
            model, loss=loss, data=source, optimizer=optimizer, steps=23, batch_size=32, run=sink,
            schedule="one_cycle", val_every=5, log_every=3, checkpoint_every=0, progress=False,
        )  # fmt: skip
        assert sink.n == 23
        return weights(done.model), sink.rows

    (plain, rows), (disturbed, other) = run(asked=False), run(asked=True)
    assert equal(plain, disturbed)
    assert rows == other


def test_a_killed_run_may_be_asked_between_its_halves():
    options = {"steps": 23, "batch_size": 32, "checkpoint_every": 3, "progress": False}
    common = {"loss": loss, "data": tensor_data(), "optimizer": AdamW(lr=0.01), **options}
    expected = fit(built(3), run=Recorded(), **common)
    first = Recorded(kill_at=10)
    with pytest.raises(Interrupted):
        fit(built(3), run=first, **common)
    model = built(3)
    ranged(model, optimizer=AdamW(lr=0.01))
    found = fit(model, run=Recorded(first), **common)
    assert equal(weights(found.model), weights(expected.model))


def test_several_groups_keep_their_ratio():
    model = built(3)
    groups = [
        {"params": model[0].parameters(), "lr": 0.1},
        {"params": model[3].parameters(), "lr": 0.001},
    ]
    optimizer, seen = torch.optim.SGD(groups, lr=1.0), []

    def watching(model, batch):
        seen.append([group["lr"] for group in optimizer.param_groups])
        return loss(model, batch)

    lr_range(model, loss=watching, data=tensor_data(), optimizer=optimizer, seed=1)
    assert all(b / a == pytest.approx(0.01) for a, b in seen)
    assert seen[0][0] == 1e-7
    assert [group["lr"] for group in optimizer.param_groups] == [0.1, 0.001]


def test_labels_of_noise_or_a_low_end_are_refused_with_a_cure():
    low = ranged(high=1e-4)
    assert isinstance(low.span, Missing)
    assert low.span.reason == "nothing exploded up to the rate 0.0001"
    with pytest.raises(InsufficientDataError, match="no range: nothing exploded") as caught:
        _ = low.center
    assert "raise `high`" in caught.value.mistakes[0].todo
    high = ranged(low=1e3, high=1e6)
    assert isinstance(high.span, Missing)
    assert high.span.reason.startswith("no descent: the smoothed loss is lowest at step ")


def test_a_loss_that_is_never_finite_is_refused():
    x, y = arrays(64, 0)
    found = ranged(data=TensorData((x * float("nan"), y)))
    assert isinstance(found.span, Missing)
    assert found.span.reason == "the first loss is nan"
    assert len(found.curve.rates) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"low": 0.0}, "the rates go from 0.0 to 10.0"),
        ({"low": 1.0, "high": 1.0}, "the rates go from 1.0 to 1.0"),
        ({"steps": 10}, "the test has 10 steps"),
        ({"optimizer": "adam"}, "the optimizer is a str"),
        ({"optimizer": Adam(lr=1.0, weight_decay="wd")}, "takes its weight_decay from 'wd'"),
        ({"precision": "fp8"}, "there is no precision 'fp8'"),
    ],
)
def test_settings_that_cannot_be_are_refused(options, words):
    with pytest.raises(ConfigError, match=words) as caught:
        ranged(**options)
    assert caught.value.mistakes[0].todo


def test_a_recipe_s_own_rate_plays_no_part():
    assert ranged(optimizer=Adam(lr="lr")).curve == ranged(optimizer=Adam(lr=0.7)).curve


def test_an_optimizer_without_a_rate_has_no_ratio():
    model = built(3)
    with pytest.raises(ConfigError, match=r"the optimizer's learning rate is 0\.0"):
        ranged(model, optimizer=torch.optim.SGD(model.parameters(), lr=0.0))


def test_a_batch_larger_than_the_data_is_refused():
    with pytest.raises(DataError, match="a batch has 64 examples, and the training data 40"):
        lr_range(built(3), loss=loss, data=TensorData(arrays(40, 0)), optimizer=SGD(lr=1), seed=0)


def test_lazy_parameters_are_refused():
    model = nn.Sequential(nn.LazyLinear(2))
    with pytest.raises(ConfigError, match="has no shape yet"):
        ranged(model)
