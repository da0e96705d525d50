"""The probe: supported, equal, faster; else processes, with the reason."""

import random

import pytest
import torch
from fitcases import net
from replicatecases import CPU, REFUSED, Counting, Item, configs, task

from trialist.train import probe
from trialist.train.replicates import probing, timing
from trialist.train.replicates.group import Own, data_of
from trialist.train.replicates.probing import decided
from trialist.train.replicates.timing import Timed
from trialist.values.errors import ConfigError, VectorizeError
from trialist.values.seeds import SeedSet
from trialist.values.vectorization import Speedup


@pytest.mark.parametrize("model", REFUSED)
def test_what_cannot_be_vectorized_goes_to_processes_with_the_reason(model):
    found = probe(task(model), configs(2))
    assert (found.backend, found.chunk, found.is_vectorized) == ("processes", 1, False)
    assert found.speedups == ()
    with pytest.raises(VectorizeError, match=REFUSED[model]):
        probe(task(model), configs(2), mode="require")


def test_the_line_is_in_the_decision():
    assert "replicatecases.py:" in probe(task(Item), configs(2)).where


def test_off_and_a_single_replicate_are_not_tried():
    assert probe(task(Item), configs(1), mode="off").reason == "switched off"
    assert probe(task(), configs(1), n_replicates=1).reason == "there is one replicate"
    with pytest.raises(ConfigError, match="vectorize is 'on'"):
        probe(task(), configs(1), mode="on")


def test_a_model_that_is_not_what_it_is_alone_goes_to_processes():
    assert "they are not what each is alone" in probe(task(Counting), configs(1)).reason


def test_settings_that_are_wrong_are_told_not_swallowed():
    with pytest.raises(ConfigError, match="takes its lr from 'lr'"):
        probe(task(), [{}])


def test_random_state_is_the_same_afterwards():
    torch.manual_seed(1)
    before = (random.getstate(), torch.get_rng_state())
    probe(task(Item), configs(1))
    assert random.getstate() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])


@pytest.mark.slow
def test_a_small_net_is_measured_and_decided_by_what_was_measured(monkeypatch):
    monkeypatch.setattr(timing, "BLOCK_S", 0.01)  # whatever is measured, it is what decides
    found = probe(task(net, schedule="one_cycle", clip_norm=1.0), configs(2), n_replicates=5)
    assert {(one.backend, one.replicates) for one in found.speedups} == {
        (backend, n) for backend in ("vmap", "traced") for n in (4, 10)
    }
    best = max(found.speedups, key=lambda one: one.ratio)
    assert found.difference < 1e-9
    assert f"{best.ratio:.2f} x the steps per CPU second" in found.reason
    expected = (best.backend, best.replicates) if best.ratio >= 1.2 else ("processes", 1)
    assert (found.backend, found.chunk) == expected


def test_one_way_is_taken_for_all_structures():
    ways = [("vmap", 4), ("traced", 4)]
    small = Timed(alone=1.0, together={ways[0]: 1.0, ways[1]: 2.0})
    large = Timed(alone=10.0, together={ways[0]: 43.0, ways[1]: 20.0})
    assert probing._speedups([small, large], ways) == (
        Speedup(backend="vmap", replicates=4, ratio=1.0),
        Speedup(backend="traced", replicates=4, ratio=2.0),
    )


def measured(*ratios):
    return [Speedup(backend="vmap", replicates=n + 4, ratio=one) for n, one in enumerate(ratios)]


def test_too_slow_is_not_taken_unless_it_is_required():
    fast = decided(measured(1.1, 1.2), 1e-12, is_on_cpu=True, is_required=False)
    assert (fast.backend, fast.chunk, fast.difference) == ("vmap", 5, 1e-12)
    slow = decided(measured(1.1, 1.19), 1e-12, is_on_cpu=True, is_required=False)
    assert (slow.backend, slow.chunk) == ("processes", 1)
    assert slow.reason == (
        "5 replicates together (vmap) make 1.19 x the steps per CPU second of a warm worker, "
        "less than 1.2 x"
    )
    assert decided(measured(0.5), 0.0, is_on_cpu=True, is_required=True).chunk == 4
    assert (
        "steps per second" in decided(measured(2.0), 0.0, is_on_cpu=False, is_required=False).reason
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (0.0004, "all runs until the first look are 20 s of training, too little to gain by it"),
        (0.0030, "2 min 30 s of training, too little to try it with steps of 3.0 ms"),
        (0.0007, None),
        (0.0070, None),
    ],
)
def test_short_training_is_not_tried_where_a_study_asks(monkeypatch, step, said):
    def timed(*_given, ways, **_more):
        return Timed(alone=step, together=dict.fromkeys(ways, step))

    monkeypatch.setattr(probing, "timed", timed)
    monkeypatch.setattr(probing, "seconds_at_least", lambda *_, **__: step)
    found = probe(task(net, steps=5000), configs(2), n_replicates=5, workers=2)
    if said is None:
        assert found.speedups
    else:
        assert (found.backend, found.speedups) == ("processes", ())
        assert found.reason.endswith(said)
    assert probe(task(net, steps=5), configs(2), n_replicates=5).speedups


def test_the_gradients_of_a_batch_take_no_longer_than_a_step():
    recipe = task(net, micro_batch=16)
    owns = [Own.of(recipe, configs(1)[0])]
    given = {"data": data_of(recipe, owns), "device": CPU}
    whole = timing.timed(recipe, owns, [SeedSet.of(0)], **given, ways=[]).alone
    least = timing.seconds_at_least(recipe, owns[0], SeedSet.of(0), **given)
    assert 0.1 * whole < least < 2 * whole
