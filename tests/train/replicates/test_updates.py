"""Stacked optimizer steps are torch's own, with each replicate's settings."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from trialist.train.replicates.updates import StackedUpdates
from trialist.values.errors import VectorizeError

ROWS, WIDTH, STEPS = 3, 32, 6
LR = st.floats(1e-4, 0.5)
DECAY = st.sampled_from([0.0, 1e-3, 0.1])
SGDS = st.fixed_dictionaries({
    "lr": LR, "weight_decay": DECAY, "momentum": st.sampled_from([0.0, 0.5, 0.9]),
    "nesterov": st.just(False),
})  # fmt: skip
NESTEROVS = st.fixed_dictionaries({
    "lr": LR, "weight_decay": DECAY, "momentum": st.sampled_from([0.5, 0.9]),
    "nesterov": st.just(True),
})  # fmt: skip
ADAMS = st.fixed_dictionaries({
    "lr": LR, "weight_decay": DECAY, "eps": st.sampled_from([1e-8, 1e-3]),
    "betas": st.tuples(st.sampled_from([0.5, 0.9]), st.sampled_from([0.9, 0.999])),
})  # fmt: skip
CASES = st.one_of(
    *(
        st.tuples(st.just(kind), st.lists(settings, min_size=ROWS, max_size=ROWS))
        for kind, settings in (
            (torch.optim.SGD, SGDS),
            (torch.optim.SGD, NESTEROVS),
            (torch.optim.Adam, ADAMS),
            (torch.optim.AdamW, ADAMS),
        )
    )
)
PLAIN = {
    torch.optim.SGD: {"lr": 0.1, "weight_decay": 0.01, "momentum": 0.9, "nesterov": False},
    torch.optim.Adam: {"lr": 0.1, "weight_decay": 0.01, "betas": (0.9, 0.99), "eps": 1e-8},
    torch.optim.AdamW: {"lr": 0.1, "weight_decay": 0.01, "betas": (0.9, 0.99), "eps": 1e-8},
}


def block(seed, dtype=torch.float64, rows=ROWS):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, WIDTH, dtype=dtype, generator=generator)


def stepped(kind, settings, *, skips=None, dtype=torch.float64, split=False, steps=STEPS):
    """Make some steps; `split` forces a call per row."""
    values = block(0, dtype, len(settings))
    updates = StackedUpdates(kind, settings, values)
    for step in range(steps):
        if split:
            updates._is_even = False
        skipped = None if skips is None else torch.tensor(skips[step], dtype=torch.float32)
        updates.step(
            values, block(step + 1, dtype, len(settings)),
            lrs=[one["lr"] / (step + 1) for one in settings], momenta=[None] * len(settings),
            skipped=skipped,
        )  # fmt: skip
    return values, updates


@given(CASES)
def test_they_are_torchs(case):
    kind, settings = case
    found, _ = stepped(kind, settings)
    for row, own in enumerate(settings):
        weights = torch.nn.Parameter(block(0)[row].clone())
        optimizer = kind([weights], foreach=False, fused=False, **own)
        for step in range(STEPS):
            optimizer.param_groups[0]["lr"] = own["lr"] / (step + 1)
            weights.grad = block(step + 1)[row].clone()
            optimizer.step()
        largest = weights.detach().abs().clamp(min=1.0)
        assert ((found[row] - weights.detach()).abs() / largest).max() <= 9e-15


@pytest.mark.parametrize("kind", PLAIN)
def test_one_call_and_a_call_per_row_give_the_same_bits(kind):
    settings = [PLAIN[kind]] * 5
    one, _ = stepped(kind, settings, dtype=torch.float32)
    many, _ = stepped(kind, settings, dtype=torch.float32, split=True)
    assert torch.equal(one, many)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_skipped_row_stays_and_the_others_do_not_know(kind):
    settings = [PLAIN[kind]] * 3
    skips = [[0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    plain, _ = stepped(kind, settings, dtype=torch.float32)
    found, _ = stepped(kind, settings, dtype=torch.float32, skips=skips)
    assert torch.equal(found[[0, 2]], plain[[0, 2]])
    weights = torch.nn.Parameter(block(0, torch.float32)[1].clone())
    optimizer = kind([weights], fused=True, **settings[1])
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = 0.1 / (step + 1)
        weights.grad = block(step + 1, torch.float32)[1].clone()
        if not skips[step][1]:
            optimizer.step()
    assert torch.equal(found[1], weights.detach())


def test_a_skipped_first_step_is_no_step():
    settings = [PLAIN[torch.optim.SGD]]
    found, _ = stepped(torch.optim.SGD, settings, skips=[[1]], steps=1)
    assert torch.equal(found, block(0, rows=1))


@pytest.mark.parametrize("kind", PLAIN)
def test_a_row_goes_on_from_its_state(kind):
    settings = [PLAIN[kind]] * 3
    values, updates = stepped(kind, settings)
    rows = [updates.row(number) for number in range(3)]
    fresh = StackedUpdates(kind, settings, values)
    for number, row in enumerate(rows):
        fresh.load_row(number, row)
    again = values.clone()
    for one, weights in ((updates, values), (fresh, again)):
        one.step(weights, block(9), lrs=[0.1] * 3, momenta=[0.8] * 3)
    assert torch.equal(values, again)


@pytest.mark.parametrize("kind", PLAIN)
def test_rows_left_out_change_nothing(kind):
    settings = [dict(PLAIN[kind], lr=0.1 * (row + 1)) for row in range(3)]
    values, updates = stepped(kind, settings)
    updates.step(values, block(9), lrs=[0.1, 0.2, 0.3], momenta=[None] * 3)
    whole = values.clone()
    values, updates = stepped(kind, settings)
    updates.keep([0, 2])
    values = values[[0, 2]]
    updates.step(values, block(9)[[0, 2]], lrs=[0.1, 0.3], momenta=[None] * 2)
    assert torch.equal(values, whole[[0, 2]])


def test_other_optimizers_are_refused():
    with pytest.raises(VectorizeError, match="no stacked RMSprop"):
        StackedUpdates(torch.optim.RMSprop, [{}], block(0))
