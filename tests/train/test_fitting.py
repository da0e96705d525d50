"""The loop: what a hand loop gives, and the same bits wherever it was interrupted."""

import math
from contextlib import suppress
from functools import cache

import pytest
import torch
from fitcases import (
    Interrupted,
    N,
    Recorded,
    arrays,
    built,
    equal,
    loader_data,
    loss,
    net,
    tensor_data,
    weights,
)
from torch.nn import functional

import trialist
from trialist.train import SGD, AdamW, TorchSchedule, plateau
from trialist.train.fitting import fit
from trialist.train.keyed import key_of, keyed_order
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError, MetricError, ResumeError
from trialist.values.seeds import SeedSet

STEPS, BATCH = 23, 32
CASES = {
    "plain": {},
    "micro": {"micro_batch": 10},
    "clip": {"clip_norm": 0.1},
    "ema": {"ema": 0.9},
    "one_cycle": {"schedule": "one_cycle"},
    "warm": {"schedule": "cosine", "warmup": 4},
    "plateau": {"schedule": plateau(patience=0, factor=0.5)},
    "torch": {
        "schedule": TorchSchedule(
            make=lambda o: torch.optim.lr_scheduler.StepLR(o, 2, gamma=0.5), per="epoch"
        )
    },
    "bf16": {"precision": "bf16"},
    "best": {"keep_best": True},
    "everything": {
        "micro_batch": 10, "clip_norm": 0.5, "ema": 0.9, "schedule": "one_cycle", "warmup": 3,
        "precision": "bf16", "keep_best": True,
    },
}  # fmt: skip


def trained(run, *, data=None, batch_norm=False, optimizer=None, **options):
    settings = {"steps": STEPS, "batch_size": BATCH, "val_every": 5, "log_every": 3, **options}
    return fit(
        built(run.seed.base, batch_norm=batch_norm),
        loss=loss,
        data=data or tensor_data(),
        optimizer=optimizer or AdamW(lr=0.01),
        run=run,
        progress=False,
        **settings,
    )


def interrupted(kill_at, **options):
    """Train with the process killed before step `kill_at`, and go on."""
    first = Recorded(kill_at=kill_at)
    with suppress(Interrupted):
        trained(first, **options)
    torch.manual_seed(123456)  # another process knows nothing of the first one's state
    second = Recorded(first)
    return trained(second, **options), second


@cache
def undisturbed(case, **options):
    """Give the run that nobody killed, and what it recorded; made once."""
    whole = Recorded()
    return trained(whole, **CASES[case], **options), whole


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kill_at", [4, 20])
def test_a_killed_run_goes_on_to_the_same_bits(case, kill_at):
    options = CASES[case] | {"checkpoint_every": 3}
    expected, whole = undisturbed(case, checkpoint_every=3)
    found, resumed = interrupted(kill_at, **options)
    assert equal(weights(found.model), weights(expected.model))
    assert resumed.rows == whole.rows
    assert (found.best_step, found.best_value) == (expected.best_step, expected.best_value)
    assert found.last == expected.last
    if expected.average is not None:
        assert equal(weights(found.average), weights(expected.average))
    if expected.best_weights is not None:
        assert equal(found.best_weights, expected.best_weights)


@pytest.mark.parametrize("kill_at", range(0, STEPS, 2))
def test_it_goes_on_from_every_step(kill_at):
    options = {"checkpoint_every": 1, "batch_norm": True}
    expected, whole = undisturbed("plain", **options)
    found, resumed = interrupted(kill_at, **options)
    assert equal(weights(found.model), weights(expected.model))
    assert resumed.rows == whole.rows


@pytest.mark.slow
@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("after", [0, 2])
def test_data_workers_change_nothing(before, after):
    whole = Recorded()
    expected = trained(whole, data=loader_data(0))
    first = Recorded(kill_at=14)
    with pytest.raises(Interrupted):
        trained(first, data=loader_data(before))
    second = Recorded(first)
    found = trained(second, data=loader_data(after))
    assert equal(weights(found.model), weights(expected.model))
    assert second.rows == whole.rows


def test_a_run_that_has_ended_gives_the_same_again():
    whole = Recorded()
    expected = trained(whole)
    again = Recorded(whole)
    found = trained(again)
    assert found.last == expected.last
    assert equal(weights(found.model), weights(expected.model))
    assert again.rows == whole.rows


def test_it_is_a_hand_loop():
    run = Recorded()
    found = trained(run, optimizer=SGD(lr=0.1), clip_norm=1.0)
    seeds = SeedSet.of(3)
    model = built(3)
    torch.manual_seed(seeds.train)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, fused=True)
    x, y = arrays(N, 0)
    step, epoch = 0, 0
    while step < STEPS:
        order = keyed_order(key_of(seeds.data, "order", epoch), N)
        for index in order.split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(model(x[index]), y[index]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step += 1
            if step == STEPS:
                break
        epoch += 1
    assert equal(weights(found.model), weights(model))


def test_the_rows_are_what_was_computed():
    run = Recorded()
    found = trained(run, clip_norm=0.5)
    assert sorted(run.rows) == [0, *sorted({*range(3, 24, 3), *range(5, 24, 5), 23})]
    assert set(run.rows[0]) == {"val/loss", "val/accuracy"}
    assert {"train/loss", "train/lr", "train/grad_norm", "train/clipped"} == set(run.rows[3])
    assert found.model.training
    model = found.model.eval()
    x, y = arrays(40, 1)
    with torch.no_grad():
        said = model(x)
    assert run.rows[23]["val/accuracy"] == (said.argmax(1) == y).double().mean().item()
    assert run.rows[23]["val/loss"] == pytest.approx(functional.cross_entropy(said, y).item())
    assert found.last == {name: run.rows[23][name] for name in ("val/loss", "val/accuracy")}
    assert found.history[0]["step"] == 0


def test_the_best_one_is_the_earliest_of_the_best():
    run = Recorded()
    found = trained(run, keep_best=True, watch="val/accuracy", goal="maximize")
    values = {step: row["val/accuracy"] for step, row in run.rows.items() if "val/accuracy" in row}
    assert found.best_value == max(values.values())
    assert found.best_step == min(s for s, value in values.items() if value == found.best_value)
    model = net()
    model.load_state_dict(found.best_weights)
    x, y = arrays(40, 1)
    with torch.no_grad():
        assert (model.eval()(x).argmax(1) == y).double().mean().item() == found.best_value


def test_patience_ends_a_run_and_a_resumed_one_at_the_same_step():
    options = {"patience": 1, "optimizer": SGD(lr=1e-12), "checkpoint_every": 2}
    found = trained(Recorded(), **options)
    assert found.reason == "stopped early"
    assert found.steps < STEPS
    again, _ = interrupted(6, **options)
    assert (again.reason, again.steps) == (found.reason, found.steps)


def test_a_loss_that_is_not_finite_ends_the_run_as_diverged():
    calls = []

    def breaking(model, batch):
        calls.append(1)
        return loss(model, batch) * (float("nan") if len(calls) > 6 and model.training else 1.0)

    run = Recorded()
    found = fit(
        built(3), loss=breaking, data=tensor_data(), optimizer=SGD(lr=0.1), steps=100, run=run,
        log_every=10, val_every=50, progress=False,
    )  # fmt: skip
    assert found.reason == "diverged"
    assert found.steps <= 20
    assert math.isnan(found.last["val/loss"])


@pytest.mark.parametrize("clip_norm", [None, 1.0])
def test_single_steps_that_are_not_finite_are_passed_over(clip_norm):
    calls = []

    def blinking(model, batch):
        calls.append(model.training)
        return loss(model, batch) * (float("inf") if sum(calls) == 4 and model.training else 1.0)

    found = fit(
        built(3), loss=blinking, data=tensor_data(), optimizer=SGD(lr=0.1), steps=20,
        run=Recorded(), clip_norm=clip_norm, progress=False,
    )  # fmt: skip
    assert (found.reason, found.n_skipped) == ("finished", 1)
    assert math.isfinite(found.last["val/loss"])


def test_going_on_otherwise_is_refused_or_recorded():
    first = Recorded()
    trained(first)
    with pytest.raises(ResumeError, match=r"batch_size: 32 -> 16; clip_norm: None -> 1.0"):
        trained(Recorded(first), batch_size=16, clip_norm=1.0)
    second = Recorded(first)
    trained(second, clip_norm=1.0, allow_inexact=True)
    assert second.findings == ["resumed otherwise than it began: clip_norm: None -> 1.0"]


def test_without_a_run_a_seed_is_enough():
    data = tensor_data()
    one, two = (
        fit(built(5), loss=loss, data=data, optimizer=AdamW(lr=0.01), steps=10, seed=5)
        for _ in range(2)
    )
    assert equal(weights(one.model), weights(two.model))
    assert one.history[-1]["step"] == 10
    assert one.examples_per_second > 0
    assert 0 <= one.data_wait <= 1
    assert trialist.train.fit is fit


def test_micro_batches_before_batch_norm_are_told():
    run = Recorded()
    trained(run, micro_batch=8, batch_norm=True)
    assert run.findings == [
        "BatchNorm sees micro-batches: its statistics are those of smaller batches"
    ]


def test_no_validation_data_is_no_mistake():
    found = trained(Recorded(), data=TensorData(arrays(N, 0)))
    assert found.last == {}
    assert found.best_step is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"schedule": "cosine", "patience": 2}, "patience would cut off the end of the schedule"),
        ({"schedule": "constant", "warmup": 30}, "warm-up takes 30 steps, and the run has 23"),
        ({"optimizer": SGD(lr=0.0)}, "the learning rate is 0.0"),
        ({"optimizer": SGD(lr="lr")}, "takes its lr from 'lr'"),
        ({"metrics": ("acuracy",)}, "there is no metric 'acuracy'"),
        ({"precision": "fp8"}, "there is no precision 'fp8'"),
        ({"patience": 0}, "patience is 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(options, words):
    with pytest.raises((ConfigError, MetricError), match=words) as caught:
        trained(Recorded(), **options)
    assert caught.value.mistakes[0].todo


def test_run_and_seed_together_and_neither_are_refused():
    common = {"loss": loss, "data": tensor_data(), "optimizer": SGD(lr=0.1), "steps": 1}
    with pytest.raises(ConfigError, match="both run and seed"):
        fit(net(), run=Recorded(), seed=1, **common)
    with pytest.raises(ConfigError, match="neither run nor seed"):
        fit(net(), **common)


def test_the_share_of_waiting_for_data_is_told_at_the_end_and_every_few_seconds(monkeypatch):
    run = Recorded()
    found = trained(run)
    (told,) = run.used
    assert told["system/data_wait"] == pytest.approx(found.data_wait, abs=0.05)
    monkeypatch.setattr("trialist.train.loop.WAIT_TOLD_EVERY_S", 0.0)
    often = Recorded()
    trained(often)
    assert len(often.used) > 4
    assert all(0 <= one["system/data_wait"] <= 1 for one in often.used)
    assert often.rows == run.rows


def test_going_on_with_another_learning_rate_is_refused():
    def trained(run, lr):
        return fit(
            built(3), loss=loss, data=tensor_data(), optimizer=AdamW(lr=lr), steps=20, run=run,
            batch_size=32, checkpoint_every=5,
        )  # fmt: skip

    first = Recorded(kill_at=12)
    with pytest.raises(Interrupted):
        trained(first, 0.01)
    with pytest.raises(ResumeError, match=r"optimizer\.lr: 0\.01 -> 0\.02"):
        trained(Recorded(first), 0.02)
    assert trained(Recorded(first), 0.01).steps == 20
