"""The loop of many: each run hears what it would hear alone, and comes to the same bits again."""

import math
import warnings
from functools import cache

import pytest
import torch
from fitcases import N_VAL, Interrupted, N, Recorded, arrays, equal, net, tensor_data, weights
from replicatecases import VECTORIZED, configs, runs, task
from torch import nn
from torch.nn import functional

from trialist.train import SGD, Loss, ReplicateLoop, TensorData, TorchSchedule
from trialist.train.loaderdata import LoaderData
from trialist.values.errors import ConfigError, DataError, ResumeError, VectorizeError

CASES = {
    "plain": {},
    "clip": {"clip_norm": 0.1, "augment": "none"},
    "ema": {"ema": 0.9},
    "cycle": {"schedule": "one_cycle", "warmup": 3},
    "bf16": {"precision": "bf16"},
    "everything": {
        "micro_batch": 10, "clip_norm": 0.5, "ema": 0.9, "schedule": "one_cycle",
        "checkpoint_every": 4, "optimizer": SGD(lr="lr", nesterov=True),
    },
}  # fmt: skip


class Killed(Recorded):
    """The process is killed while this run saves, the n-th time."""

    def __init__(self, *args, kill_save=None, **options):
        super().__init__(*args, **options)
        self._kill_save = kill_save

    def checkpoint(self, state, *, step=None):
        if step == self._kill_save:
            raise Interrupted
        super().checkpoint(state, step=step)


class Asked(Recorded):
    """Is to end before a step."""

    def __init__(self, *args, stop_at, **options):
        super().__init__(*args, **options)
        self._left = stop_at

    def should_stop(self):
        self._left -= 1
        return self._left < 0


def smooth():
    return nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 2))


def loop(recipe, given, **options):
    return ReplicateLoop(recipe, configs(len(given)), given, **options).run()


def again(first, seeds=(1, 2, 3)):
    return [Recorded(run, seed=seed) for run, seed in zip(first, seeds, strict=True)]


def same(found, expected):
    """Tell whether two fits are equal to the last bit."""
    both = (found.average, expected.average)
    return (
        equal(weights(found.model), weights(expected.model))
        and found.last == expected.last
        and (found.best_step, found.best_value) == (expected.best_step, expected.best_value)
        and (both == (None, None) or equal(*map(weights, both)))
    )


@pytest.mark.parametrize("options", [{}, {"clip_norm": 0.1}, {"ema": 0.9, "schedule": "cosine"}])
def test_each_run_hears_what_it_would_hear_alone(options):
    recipe = task(smooth, optimizer=SGD(lr="lr"), **options)
    together = runs(3)
    fits = loop(recipe, together)
    assert together[0].rows[0]["model/n_parameters"] == 6 * 16 + 16 + 16 * 2 + 2
    for number, (config, run) in enumerate(zip(configs(3), together, strict=True)):
        alone = Recorded(seed=number + 1)
        expected = recipe.trained(config, alone)
        assert list(run.rows) == list(alone.rows)
        for step, row in alone.rows.items():
            assert run.rows[step] == pytest.approx(row, rel=1e-4, abs=1e-5)
            assert list(run.rows[step]) == list(row)
        assert fits[number].last == pytest.approx(expected.last, rel=1e-4)
        assert (fits[number].reason, fits[number].steps) == ("finished", 23)
        assert fits[number].history == tuple(
            {"step": step, **row} for step, row in run.rows.items()
        )


@pytest.mark.slow
def test_a_net_with_dropout_learns_as_it_does_alone():
    """Masks are drawn otherwise alone, so only what they do to the loss can be compared."""
    recipe = task(net, steps=100)
    fits = loop(recipe, runs(8))
    alone = [recipe.trained(configs(8)[k], Recorded(seed=k + 1)) for k in range(8)]
    means = [sum(one.last["val/loss"] for one in group) / len(group) for group in (fits, alone)]
    assert means[0] == pytest.approx(means[1], abs=0.1)


@pytest.mark.parametrize(
    ("case", "backend"), [*((case, "vmap") for case in CASES), ("everything", "traced")]
)
def test_the_same_group_repeats_bitwise(case, backend):
    recipe = task(net, **CASES[case])
    first, second = runs(3), runs(3)
    for one, other in zip(
        loop(recipe, first, backend=backend), loop(recipe, second, backend=backend), strict=True
    ):
        assert same(one, other)
    assert [run.rows for run in first] == [run.rows for run in second]


@cache
def undisturbed(case):
    """Give a group that nobody killed: its task, what it recorded and what it came to."""
    if case == "waiting":
        recipe = task(net, schedule="one_cycle", ema=0.5, checkpoint_every=4)
    else:
        recipe = task(lambda: net(batch_norm="micro_batch" not in CASES[case]), **CASES[case])
    whole = runs(3)
    return recipe, whole, loop(recipe, whole)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kill_at", [4, 20])
def test_a_killed_group_goes_on_to_the_same_bits(case, kill_at):
    recipe, whole, expected = undisturbed(case)
    first = [Recorded(seed=1), Recorded(seed=2, kill_at=kill_at), Recorded(seed=3)]
    with pytest.raises(Interrupted):
        loop(recipe, first)
    torch.manual_seed(kill_at)  # another process knows nothing of the first one's state
    second = again(first)
    found = loop(recipe, second)
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))
    assert [run.rows for run in second] == [run.rows for run in whole]


@pytest.mark.parametrize("victim", [0, 1, 2])
@pytest.mark.parametrize("step", [4, 16, 23])
def test_those_that_are_ahead_wait_for_the_rest(victim, step):
    recipe, whole, expected = undisturbed("waiting")
    first = [
        Killed(seed=number + 1, kill_save=step if number == victim else None) for number in range(3)
    ]
    with pytest.raises(Interrupted):
        loop(recipe, first)
    second = again(first)
    found = loop(recipe, second)
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))
    assert [run.rows for run in second] == [run.rows for run in whole]


def test_a_group_that_has_ended_gives_the_same_again():
    recipe = task(net)
    first = runs(3)
    expected = loop(recipe, first)
    second = again(first)
    found = loop(recipe, second)
    assert all(same(one, other) for one, other in zip(found, expected, strict=True))
    assert [run.rows for run in second] == [run.rows for run in first]


def odd_beyond_100(model, batch):
    """Give a loss that is never finite, once the first weight is far away."""
    first = next(iter(model.parameters())).flatten()[0].detach()
    found = functional.cross_entropy(model(batch.x), batch.y)
    return found * torch.where(first.abs() > 100, float("nan"), 1.0)


def whole_vectors(**options):
    """A task whose batches are whole vectors, so that bits do not depend on how many there are."""
    return task(smooth, data=TensorData(arrays(192, 0), arrays(64, 1)), **options)


def test_one_that_is_stopped_leaves_the_others_as_they_are():
    recipe = whole_vectors()
    whole = runs(4)
    expected = loop(recipe, whole)
    given = runs(4)
    given[1] = Asked(seed=2, stop_at=8)
    heard = []
    found = loop(recipe, given, on_end=lambda place, fit: heard.append((place, fit.reason)))
    assert (found[1].reason, found[1].steps) == ("stopped", 8)
    assert heard == [(1, "stopped")]
    for number in (0, 2, 3):
        assert same(found[number], expected[number])
        assert given[number].rows == whole[number].rows


def test_one_that_diverges_leaves_the_others_as_they_are():
    recipe = whole_vectors(loss=odd_beyond_100, optimizer=SGD(lr="lr"))
    given, whole = runs(4), runs(4)
    rates = [{"lr": 0.01}, {"lr": 1e6}, {"lr": 0.02}, {"lr": 0.03}]
    found = ReplicateLoop(recipe, rates, given).run()
    sound = [{"lr": 0.01}, {"lr": 0.01}, {"lr": 0.02}, {"lr": 0.03}]
    expected = ReplicateLoop(recipe, sound, whole).run()
    assert found[1].reason == "diverged"
    assert found[1].steps < 23
    assert math.isnan(found[1].last["val/loss"])
    for number in (0, 2, 3):
        assert same(found[number], expected[number])
        assert given[number].rows == whole[number].rows


def test_a_group_that_lost_one_goes_on_to_the_same_bits():
    recipe = task(net)
    whole, first = runs(3), runs(3)
    whole[1], first[1] = Asked(seed=2, stop_at=8), Asked(seed=2, stop_at=8)
    expected = loop(recipe, whole)
    first[2] = Recorded(seed=3, kill_at=17)
    with pytest.raises(Interrupted):
        loop(recipe, first)
    second = [Recorded(first[0], seed=1), Recorded(first[2], seed=3)]
    rates = [configs(3)[0], configs(3)[2]]
    found = ReplicateLoop(recipe, rates, second).run()
    assert same(found[0], expected[0])
    assert same(found[1], expected[2])
    assert [run.findings for run in second] == [[], []]


def test_going_on_among_fewer_is_recorded():
    first = runs(3)
    first[0] = Recorded(seed=1, kill_at=9)
    with pytest.raises(Interrupted):
        loop(task(net), first)
    second = again(first[:2], (1, 2))
    loop(task(net), second)
    assert second[0].findings == [
        "resumed among 2 replicates, saved among 3: the last bits may depend on it"
    ]


def test_going_on_otherwise_is_refused_or_recorded():
    first = runs(2)
    loop(task(net), first)
    with pytest.raises(ResumeError, match=r"backend: 'vmap' -> 'traced'; clip_norm: None -> 1.0"):
        loop(task(net, clip_norm=1.0), again(first, (1, 2)), backend="traced")
    second = again(first, (1, 2))
    loop(task(net, clip_norm=1.0), second, allow_inexact=True)
    assert second[1].findings == ["resumed otherwise than it began: clip_norm: None -> 1.0"]


@pytest.mark.parametrize("clip_norm", [None, 1.0])
def test_what_was_told_of_skipped_steps_is_counted(clip_norm):
    def loss(model, batch):
        found = functional.cross_entropy(model(batch.x), batch.y)
        if batch.index is None:
            return found
        return found * torch.where((batch.index == 7).any(), float("inf"), 1.0)

    fits = loop(task(smooth, loss=loss, clip_norm=clip_norm, steps=21), runs(3))
    assert [one.n_skipped for one in fits] == [3, 3, 3]  # once in each epoch of seven steps
    assert {one.reason for one in fits} == {"finished"}


def test_weighted_losses_and_metrics_are_those_of_one_model():
    def loss(model, batch):
        weight = 1.0 + batch.y
        losses = functional.cross_entropy(model(batch.x), batch.y, reduction="none")
        return Loss((losses * weight).sum() / weight.sum(), weight.sum())

    recipe = task(smooth, loss=loss, optimizer=SGD(lr="lr"), metrics=("accuracy",), micro_batch=10)
    fits = loop(recipe, runs(2))
    expected = recipe.trained(configs(2)[1], Recorded(seed=2))
    assert fits[1].last == pytest.approx(expected.last, rel=1e-4)
    assert fits[1].evaluation.outputs.shape == (N_VAL, 2)


def test_without_validation_data_there_is_nothing_to_tell():
    fits = loop(task(net, data=TensorData(arrays(N, 0))), runs(2))
    assert [one.last for one in fits] == [{}, {}]
    assert fits[0].evaluation is None


def test_micro_batches_before_batch_norm_are_told():
    given = runs(2)
    loop(task(lambda: net(batch_norm=True), micro_batch=8), given)
    assert all("BatchNorm sees micro-batches" in run.findings[0] for run in given)


def test_torchs_warnings_of_slow_operations_are_not_passed_on():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loop(task(VECTORIZED["attention"], steps=2), runs(2))


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"augment": lambda batch, *_: batch}, VectorizeError, "augment"),
        ({"augment": "weak"}, VectorizeError, "augment changes one batch"),
        ({"precision": "fp16"}, VectorizeError, "fp16 scales the loss"),
        (
            {"schedule": TorchSchedule(make=lambda o: None, per="step")},
            VectorizeError,
            "one of torch's",
        ),
        (
            {"data": LoaderData(torch.utils.data.TensorDataset(*arrays(9, 0)))},
            VectorizeError,
            "the data is a LoaderData",
        ),
        ({"data": lambda hp: tensor_data() if hp.lr < 0.02 else TensorData(arrays(9, 0))},
         VectorizeError, "replicates 0 and 1 have other data"),
        ({"batch_size": lambda hp: round(hp.lr * 1000)}, VectorizeError, "batch_size 10 and 20"),
        ({"ema": lambda hp: None if hp.lr < 0.02 else 0.9}, VectorizeError, "ema None and 0.9"),
        ({"batch_size": 204}, DataError, "a batch has 204 examples"),
        ({"steps": 0}, ConfigError, "steps is 0"),
        ({"clip_norm": -1.0}, ConfigError, "clip_norm is -1.0"),
        ({"ema": 1.0}, ConfigError, "keeps 1.0 of itself"),
        ({"warmup": 30}, ConfigError, "warm-up takes 30 steps"),
        ({"steps": "n"}, ConfigError, "takes its steps from 'n'"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(options, error, words):
    with pytest.raises(error, match=words) as caught:
        loop(task(net, **options), runs(2))
    assert caught.value.mistakes[0].todo


def test_a_call_that_says_nothing_is_refused():
    with pytest.raises(ConfigError, match="1 configurations and 2 runs"):
        ReplicateLoop(task(net), configs(1), runs(2))
    with pytest.raises(ConfigError, match="no backend 'vmpa'"):
        ReplicateLoop(task(net), configs(2), runs(2), backend="vmpa")


def test_rows_that_nobody_hears_of_keep_the_shape_for_the_others():
    """At ragged sizes the last bits depend on how many rows there are."""
    recipe = task(net, schedule="one_cycle", ema=0.9)
    whole = runs(5)
    expected = loop(recipe, whole)
    given = [None, None, Recorded(seed=3), None, Recorded(seed=5)]
    found = ReplicateLoop(recipe, configs(5), given).run()
    assert len(found) == 2
    for fit, place in zip(found, (2, 4), strict=True):
        assert same(fit, expected[place])
        assert given[place].rows == whole[place].rows
    with pytest.raises(ConfigError, match="2 configurations and 0 runs"):
        ReplicateLoop(recipe, configs(2), [None, None])


def test_one_that_is_stopped_may_keep_its_row():
    recipe = task(net)
    whole, given = runs(3), runs(3)
    expected = loop(recipe, whole)
    given[1] = Asked(seed=2, stop_at=8)
    heard = []
    found = loop(
        recipe, given, restack=False, on_end=lambda place, fit: heard.append((place, fit.steps))
    )
    assert heard == [(1, 8)]
    for number in (0, 2):
        assert same(found[number], expected[number])
    # Whenever that was: the others have the bits of a group in which nobody was stopped.
    assert [given[number].rows for number in (0, 2)] == [whole[number].rows for number in (0, 2)]


def test_a_group_that_lost_one_goes_on_in_its_rows():
    recipe = task(net, optimizer=SGD(lr="lr"), loss=odd_beyond_100)
    rates = [{"lr": 0.01}, {"lr": 1e6}, {"lr": 0.02}]
    whole, first = runs(3), runs(3)
    expected = ReplicateLoop(recipe, rates, whole).run()
    assert (expected[1].reason, expected[1].steps < 17) == ("diverged", True)
    first[2] = Recorded(seed=3, kill_at=17)
    with pytest.raises(Interrupted):
        ReplicateLoop(recipe, rates, first).run()
    second = [Recorded(first[0], seed=1), None, Recorded(first[2], seed=3)]
    found = ReplicateLoop(recipe, rates, second).run()
    assert same(found[0], expected[0])
    assert same(found[1], expected[2])
    assert [run.rows for run in second if run] == [whole[0].rows, whole[2].rows]
