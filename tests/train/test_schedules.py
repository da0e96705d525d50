"""Schedules: what torch gives, as a closed form; and what holds past the end."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler

from trialist.train.schedules import (
    SCHEDULES,
    Cosine,
    Cyclical,
    Exponential,
    InverseTime,
    Linear,
    OneCycle,
    Polynomial,
    Step,
    Warmed,
    WarmRestarts,
    schedule_of,
)
from trialist.train.torchschedules import TorchSchedule
from trialist.values.errors import ConfigError

TOTALS = (1, 2, 3, 10, 97, 240)


def by_torch(make, total, *, lr=1.0, momentum=0.0):
    """Give the rates and momenta that a scheduler of torch's sets for each step."""
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=lr, momentum=momentum)
    scheduler = make(optimizer)
    found = []
    for _ in range(total):
        group = optimizer.param_groups[0]
        found.append((float(group["lr"]), group["momentum"]))
        optimizer.step()
        scheduler.step()
    return found


def ours(schedule, total):
    return [schedule.at(step, total) for step in range(total)]


def assert_equal(schedule, make, total, *, lr=1.0):
    for rates, (expected, _) in zip(
        ours(schedule, total), by_torch(make, total, lr=lr), strict=True
    ):
        assert rates.lr == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("total", [10, 97, 240])
def test_they_equal_those_of_torch(total):
    assert_equal(Step(every=7, gamma=0.3), lambda o: lr_scheduler.StepLR(o, 7, gamma=0.3), total)
    assert_equal(
        Exponential(end=0.02),
        lambda o: lr_scheduler.ExponentialLR(o, gamma=0.02 ** (1 / total)),
        total,
    )
    assert_equal(
        Polynomial(power=1.7), lambda o: lr_scheduler.PolynomialLR(o, total, power=1.7), total
    )
    assert_equal(
        Linear(end=0.2), lambda o: lr_scheduler.LinearLR(o, 1.0, 0.2, total_iters=total), total
    )
    assert_equal(
        Cosine(end=0.05), lambda o: lr_scheduler.CosineAnnealingLR(o, total, eta_min=0.05), total
    )
    assert_equal(
        WarmRestarts(first=9, factor=2, end=0.01),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 9, 2, eta_min=0.01),
        total,
    )
    assert_equal(
        InverseTime(end=0.25),
        lambda o: lr_scheduler.LambdaLR(o, lambda s: 1 / (1 + 3 * s / total)),
        total,
    )


@pytest.mark.parametrize(("shrink", "mode"), [(1.0, "triangular"), (0.5, "triangular2")])
def test_the_cyclical_one_equals_that_of_torch(shrink, mode):
    def make(optimizer):
        return lr_scheduler.CyclicLR(
            optimizer, base_lr=0.1, max_lr=1.0, step_size_up=13, mode=mode, cycle_momentum=False
        )

    assert_equal(Cyclical(half=13, low=0.1, shrink=shrink), make, 97)


@pytest.mark.parametrize("total", [10, 97, 240])
def test_one_cycle_equals_three_phases_of_torch(total):
    def make(optimizer):
        return lr_scheduler.OneCycleLR(
            optimizer, max_lr=1.0, total_steps=total, pct_start=0.45, anneal_strategy="linear",
            three_phase=True, div_factor=10, final_div_factor=10, base_momentum=0.85,
            max_momentum=0.95,
        )  # fmt: skip

    expected = by_torch(make, total, momentum=0.9)
    for rates, (lr, momentum) in zip(ours(OneCycle(), total), expected, strict=True):
        assert rates.lr == pytest.approx(lr, abs=1e-12)
        assert rates.momentum == pytest.approx(momentum, abs=1e-12)


def test_warm_up_equals_a_line_of_torch_before_the_schedule():
    total, warmup = 50, 8

    def make(optimizer):
        line = lr_scheduler.LinearLR(optimizer, 1 / warmup, 1.0, total_iters=warmup - 1)
        cosine = lr_scheduler.CosineAnnealingLR(optimizer, total - warmup)
        return lr_scheduler.SequentialLR(optimizer, [line, cosine], [warmup])

    expected = by_torch(make, total)
    for rates, (lr, _) in zip(ours(Warmed(Cosine(), warmup), total), expected, strict=True):
        assert rates.lr == pytest.approx(lr, abs=1e-12)


@pytest.mark.parametrize("name", sorted(SCHEDULES))
@given(total=st.integers(1, 500), past=st.integers(0, 1000))
def test_every_rate_is_a_share_and_the_last_one_holds(name, total, past):
    schedule = SCHEDULES[name]()
    for step in range(total):
        rates = schedule.at(step, total)
        assert 0 <= rates.lr <= 1
        assert rates.momentum is None or 0 <= rates.momentum < 1
    assert schedule.at(total + past, total) == schedule.at(total, total)
    assert math.isfinite(schedule.at(total, total).lr)


def test_shares_of_all_steps_are_counted_in_steps():
    assert Step(every=0.5).at(49, 100).lr == 1.0
    assert Step(every=0.5).at(50, 100).lr == pytest.approx(0.1)
    assert schedule_of("constant", warmup=0.1).at(4, 100).lr == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: schedule_of("cosin"), "there is no schedule 'cosin'"),
        (lambda: schedule_of("cosine", warmup=-1), "warm-up takes -1 steps"),
        (lambda: schedule_of("cosine", warmup=10).at(0, 10), "takes 10 steps, and the run has 10"),
        (lambda: schedule_of("cosine", warmup="5%"), "warmup is '5%'"),
        (lambda: schedule_of(Cosine), "the schedule is the class Cosine"),
        (lambda: schedule_of(lr_scheduler.StepLR), "the schedule is the class StepLR"),
        (lambda: TorchSchedule(make="StepLR"), "a scheduler is made by 'StepLR'"),
        (lambda: Step(gamma=0), "step has gamma 0"),
        (lambda: Cosine(end=2), "cosine has end 2"),
        (lambda: OneCycle(rise=0.7), "one_cycle has rise 0.7"),
    ],
)
def test_what_cannot_be_is_refused(make, words):
    with pytest.raises(ConfigError, match=words) as caught:
        make()
    assert caught.value.mistakes[0].todo
