"""One step: parts weigh as the whole, norms that are not finite change nothing."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional

from trialist.train.average import AveragedModel
from trialist.train.batch import Batch
from trialist.train.precision import Precision
from trialist.train.stepper import Loss, Stepper
from trialist.values.errors import ConfigError

CPU = torch.device("cpu")
WEIGHTS = torch.tensor([0.2, 1.0, 5.0], dtype=torch.float64)


def net():
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 3)
    ).double()


def batch(n, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return Batch({
        "x": torch.randn(n, 4, dtype=torch.float64, generator=generator),
        "y": torch.randint(0, 3, (n,), generator=generator),
    })  # fmt: skip


def plain(model, batch):
    return functional.cross_entropy(model(batch.x), batch.y)


def weighted(model, batch):
    weight = WEIGHTS[batch.y]
    losses = functional.cross_entropy(model(batch.x), batch.y, reduction="none")
    return Loss((losses * weight).sum() / weight.sum(), weight.sum())


def gradients(loss, given, micro):
    model = net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0)
    step = Stepper(model, loss, optimizer, precision=Precision.of("fp32", CPU), micro=micro)
    mean = step(given)
    return mean, torch.cat([one.grad.flatten() for one in model.parameters()])


@given(n=st.integers(2, 60), micro=st.integers(1, 40))
@pytest.mark.parametrize("loss", [plain, weighted])
def test_parts_give_the_gradient_of_the_whole(loss, n, micro):
    whole, expected = gradients(loss, batch(n), None)
    mean, found = gradients(loss, batch(n), micro)
    torch.testing.assert_close(mean, whole, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_parts_of_equal_weight_would_not():
    """What is often done: the mean over the parts, ragged as they are."""
    given = batch(50)
    _, expected = gradients(plain, given, None)
    model = net()
    parts = list(given.split(16))
    for part in parts:
        (plain(model, part) / len(parts)).backward()
    naive = torch.cat([one.grad.flatten() for one in model.parameters()])
    assert (naive - expected).norm() / expected.norm() > 0.05


def test_a_step_is_that_of_a_loop_by_hand():
    by_hand, model = net(), net()
    own, ours = (torch.optim.AdamW(one.parameters(), lr=0.01) for one in (by_hand, model))
    step = Stepper(model, plain, ours, precision=Precision.of("fp32", CPU), clip_norm=0.5)
    for seed in range(5):
        given = batch(16, seed)
        own.zero_grad()
        plain(by_hand, given).backward()
        norm = torch.nn.utils.clip_grad_norm_(by_hand.parameters(), 0.5)
        own.step()
        step(given)
        assert torch.equal(step.norm, norm)
    for one, other in zip(by_hand.parameters(), model.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("clip_norm", [None, 1.0])
@pytest.mark.parametrize("make", [torch.optim.SGD, torch.optim.AdamW])
def test_gradients_that_are_not_finite_change_nothing(make, clip_norm):
    model = net()
    before = [one.clone() for one in model.parameters()]
    optimizer = make(model.parameters(), lr=0.1, weight_decay=0.1)
    step = Stepper(
        model, lambda m, b: plain(m, b) * float("nan"), optimizer,
        precision=Precision.of("fp32", CPU), clip_norm=clip_norm,
    )  # fmt: skip
    step(batch(8))
    assert not step.norm.isfinite()
    assert all(torch.equal(one, old) for one, old in zip(model.parameters(), before, strict=True))
    assert not optimizer.state


def test_bf16_is_computed_and_fp32_kept():
    model = net().float()
    given = Batch({"x": torch.randn(8, 4), "y": torch.randint(0, 3, (8,))})
    seen = []

    def loss(model, batch):
        outputs = model(batch.x)
        seen.append(outputs.dtype)
        return functional.cross_entropy(outputs, batch.y)

    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    Stepper(model, loss, optimizer, precision=Precision.of("bf16", CPU))(given)
    assert seen == [torch.bfloat16]
    assert {one.dtype for one in model.parameters()} == {torch.float32}


def test_the_average_follows_parameters_and_buffers():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    average = AveragedModel(model, 0.9)
    expected = {name: value.clone() for name, value in model.state_dict().items()}
    for seed in range(3):
        torch.manual_seed(seed)
        with torch.no_grad():
            for one in model.parameters():
                one.add_(torch.randn_like(one))
        model(torch.randn(16, 2))
        average.update()
        for name, value in model.state_dict().items():
            if value.is_floating_point():
                expected[name] = expected[name] * 0.9 + value * 0.1
            else:
                expected[name] = value.clone()
    torch.testing.assert_close(average.state_dict(), expected)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: AveragedModel(net(), 1.0), "keeps 1.0 of itself"),
        (lambda: Precision.of("fp16", CPU), "fp16 needs a GPU"),
        (lambda: Precision.of("bf61", CPU), "no precision 'bf61'"),
        (
            lambda: Stepper(net(), plain, None, precision=Precision.of("fp32", CPU), clip_norm=0),
            "clip_norm is 0",
        ),
    ],
)
def test_settings_out_of_their_ranges_are_refused(make, words):
    with pytest.raises(ConfigError, match=words):
        make()
