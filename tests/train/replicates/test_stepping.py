"""A step of all replicates: parts weigh as the whole, and a bad row is its own affair."""

import pytest
import torch
from fitcases import N_VAL, arrays
from replicatecases import assembly, task, trained
from torch import nn
from torch.nn import functional

from trialist.train import SGD, AdamW, Loss, TensorData

WEIGHTS = torch.tensor([0.2, 5.0], dtype=torch.float64)
BACKENDS = pytest.mark.parametrize("backend", ["vmap", "traced"])


def plain():
    return nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 2))


def weighted(model, batch):
    weight = WEIGHTS[batch.y]
    losses = functional.cross_entropy(model(batch.x.double()), batch.y, reduction="none")
    return Loss((losses * weight).sum() / weight.sum(), weight.sum())


def in_double(model, batch):
    return functional.cross_entropy(model(batch.x.double()), batch.y)


def spoiled(model, batch):
    """Give a loss that is not finite wherever the first weight is 7."""
    mark = next(iter(model.parameters())).flatten()[0].detach()
    loss = functional.cross_entropy(model(batch.x), batch.y)
    return loss * torch.where(mark == 7.0, float("nan"), 1.0)


@pytest.mark.parametrize("loss", [in_double, weighted])
@pytest.mark.parametrize("micro", [1, 10, 32])
def test_parts_weigh_as_the_whole(loss, micro):
    whole, _ = assembly(task(plain, loss=loss), 3, double=True)
    parts, _ = assembly(task(plain, loss=loss, micro_batch=micro), 3, double=True)
    losses = [trained(one, 4, first=4) for one in (whole, parts)]  # the seventh has what is left
    for one, other in zip(*losses, strict=True):
        assert (one - other).abs().max() < 1e-12
    assert (whole.stack.values - parts.stack.values).abs().max() < 1e-12


@pytest.mark.parametrize(
    ("backend", "optimizer"),
    [("vmap", SGD(lr="lr")), ("vmap", AdamW(lr="lr")), ("traced", AdamW(lr="lr"))],
)
@pytest.mark.parametrize("clip", [None, 0.5])
def test_the_others_do_not_know_of_a_bad_row(backend, optimizer, clip):
    recipe = task(plain, loss=spoiled, optimizer=optimizer, clip_norm=clip)
    sound, _ = assembly(recipe, 4, backend=backend)
    bad, _ = assembly(recipe, 4, backend=backend)
    bad.stack.values[1, 0] = 7.0
    before = bad.stack.values[1].clone()
    trained(sound, 6)
    losses = trained(bad, 6)
    assert all(loss[1].isnan() for loss in losses)
    rows = [0, 2, 3]
    assert torch.equal(bad.stack.values[rows], sound.stack.values[rows])
    assert torch.equal(bad.stack.values[1], before)
    assert bad.stepper.norms.isnan().tolist() == [False, True, False, False]


def even_data():
    return TensorData(arrays(192, 0), arrays(N_VAL, 1))


@BACKENDS
def test_those_that_stay_keep_their_bits(backend):
    # Where the sizes are whole vectors: at a ragged end, what falls into the last, scalar part of
    # an exp or tanh depends on how many there are, and with it the last bit.
    recipe = task(plain, clip_norm=1.0, ema=0.9, schedule="one_cycle", data=even_data())
    whole, _ = assembly(recipe, 5, backend=backend)
    fewer, _ = assembly(recipe, 5, backend=backend)
    trained(whole, 9)
    trained(fewer, 4)
    fewer.drop([0, 3])
    trained(fewer, 5, first=4)
    rows = [1, 2, 4]
    assert torch.equal(fewer.stack.values, whole.stack.values[rows])
    assert torch.equal(fewer.average.values, whole.average.values[rows])


def test_each_row_is_clipped_by_its_own_norm():
    recipe = task(plain, clip_norm=1e-3, optimizer=SGD(lr=1.0, momentum=0.0))
    parts, _ = assembly(recipe, 3)
    before = parts.stack.values.clone()
    trained(parts, 1)
    moved = (parts.stack.values - before).norm(dim=1)
    assert moved.tolist() == pytest.approx([1e-3] * 3, rel=1e-2)


@pytest.mark.parametrize("clip", [None, 1.0])
def test_a_row_goes_on_after_a_step_that_it_skipped(clip):
    def loss(model, batch):
        found = functional.cross_entropy(model(batch.x), batch.y)
        return found * torch.where((batch.index == 7).any(), float("inf"), 1.0)

    recipe = task(plain, loss=loss, clip_norm=clip)
    parts, _ = assembly(recipe, 3)
    for step in range(14):
        batch = parts.batches.at(step)
        parts.stepper(batch, step, parts.rates.at(step))
        skipped = ~parts.stepper.norms.isfinite()
        assert torch.equal(skipped, (batch.index == 7).any(1))
    assert parts.stack.values.isfinite().all()


def test_some_rows_are_clipped_and_those_that_are_not_skip_too():
    recipe = task(plain, loss=spoiled, clip_norm=lambda hp: 0.5 if hp.lr < 0.02 else None)
    parts, _ = assembly(recipe, 3)
    parts.stack.values[1, 0] = 7.0
    before = parts.stack.values.clone()
    trained(parts, 1)
    assert (parts.stack.values == before).all(1).tolist() == [False, True, False]


def test_parameters_that_the_loss_does_not_use_stay():
    class Idle(nn.Module):
        def __init__(self):
            super().__init__()
            self.used, self.idle = plain(), nn.Linear(2, 2)

        def forward(self, x):
            return self.used(x)

    parts, models = assembly(task(Idle, optimizer=AdamW(lr=0.1, weight_decay=0.5)), 2)
    trained(parts, 3)
    assert torch.equal(parts.stack.row(1)["idle.weight"], models[1].idle.weight)
