"""Tiers: what they are, that a run with them resumes to the same bits, and validation without."""

import sys
from functools import cache

import pytest
import torch
from augmentcases import N, batch, built, data, key, loss, pictures, trained
from fitcases import Interrupted, Recorded, equal, weights

from trialist.train import (
    AdamW,
    Augmentation,
    Crop,
    Flip,
    LoaderData,
    Progressive,
    Task,
    TensorData,
    augmentation,
)
from trialist.train.augment.tiers import resolved
from trialist.values.errors import ConfigError, MissingExtraError

TIERS = ("weak", "medium", "strong", "progressive")


def with_kornia(tier):
    if tier != "weak":
        pytest.importorskip("kornia")
    return tier


class Pictures(torch.utils.data.Dataset):
    def __len__(self):
        return N

    def __getitem__(self, number):
        x, y = pictures(N, 0)
        return x[number], y[number]


def loaded(workers):
    return LoaderData(Pictures(), workers=workers)


@cache
def undisturbed(tier, **options):
    """Give what a run came to that nobody killed, and what it recorded."""
    whole = Recorded()
    return trained(whole, tier, given=data().normalized(), **options), whole


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("kill_at", [3, 7, 11])
def test_a_killed_run_goes_on_to_the_same_bits(tier, kill_at):
    options = {"checkpoint_every": 2, "given": data().normalized()}
    expected, whole = undisturbed(with_kornia(tier), checkpoint_every=2)
    first = Recorded(kill_at=kill_at)
    with pytest.raises(Interrupted):
        trained(first, tier, **options)
    torch.manual_seed(99)
    second = Recorded(first)
    found = trained(second, tier, **options)
    assert equal(weights(found.model), weights(expected.model))
    assert second.rows == whole.rows


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["weak", "strong"])
@pytest.mark.parametrize(("before", "after"), [(0, 2), (2, 0)])
def test_data_workers_change_nothing(tier, before, after):
    expected = trained(Recorded(), with_kornia(tier), given=loaded(0))
    first = Recorded(kill_at=9)
    with pytest.raises(Interrupted):
        trained(first, tier, given=loaded(before), checkpoint_every=4)
    found = trained(Recorded(first), tier, given=loaded(after), checkpoint_every=4)
    assert equal(weights(found.model), weights(expected.model))


@pytest.mark.parametrize("tier", TIERS)
def test_a_training_is_changed_and_its_validation_is_not(tier):
    seen = []

    def noting(model, batch):
        if not model.training:
            seen.append(batch.x.clone())
        return loss(model, batch)

    def validated(augment):
        from trialist.train import fit

        seen.clear()
        run = Recorded()
        done = fit(
            built(3), loss=noting, data=data(), optimizer=AdamW(lr=0.01), run=run, steps=9,
            batch_size=10, val_every=3, augment=augment, progress=False,
        )  # fmt: skip
        return done, torch.cat(seen).numpy().tobytes()

    plain, expected = validated(None)
    changed, found = validated(with_kornia(tier))
    assert found == expected
    assert not equal(weights(plain.model), weights(changed.model))
    assert plain.history[0] == changed.history[0]


def test_dropout_draws_the_same_with_and_without_augmentation():
    pytest.importorskip("kornia")
    drawn = {}
    for tier in (None, "strong"):
        trained(Recorded(), tier)
        drawn[tier] = torch.rand(4)
    assert torch.equal(drawn[None], drawn["strong"])


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("tier", TIERS)
def test_a_tier_keeps_the_size_of_pictures(tier, channels):
    given = batch(size=(channels, 8, 8))
    found = augmentation(with_kornia(tier))(given, key())
    assert found.x.shape == given.x.shape
    assert not torch.equal(found.x, given.x)


@pytest.mark.parametrize("tier", TIERS[:3])
def test_a_tier_uses_no_operation_that_differs_between_equal_runs(tier):
    augment, before = augmentation(with_kornia(tier)), torch.are_deterministic_algorithms_enabled()
    try:
        torch.use_deterministic_algorithms(True)
        augment(batch(), key())
    finally:
        torch.use_deterministic_algorithms(before)


def test_weak_is_flip_and_crop():
    given = batch(40)
    expected = Augmentation(Flip(), Crop(4))(given, key())
    assert torch.equal(augmentation("weak")(given, key()).x, expected.x)


def test_stronger_tiers_change_colors_more():
    pytest.importorskip("kornia")
    given = batch(60, size=(3, 32, 32))
    given.columns["x"] = torch.full_like(given.x, 0.5) + torch.tensor([0.1, 0, -0.1])[:, None, None]
    middle = (slice(None), slice(None), slice(15, 17), slice(15, 17))  # no rim gets there
    apart = [
        (augmentation(tier)(given, key()).x - given.x)[middle].abs().flatten(1).amax(1).median()
        for tier in TIERS[:3]
    ]
    assert apart[0] == 0
    assert 0 < apart[1] < apart[2]


def test_progressive_is_weak_then_medium_then_strong():
    pytest.importorskip("kornia")
    given, found = batch(), augmentation("progressive")
    for step, tier in ((0, "weak"), (49, "weak"), (50, "medium"), (79, "medium"), (80, "strong")):
        at = key(step=step)
        assert torch.equal(found(given, at).x, augmentation(tier)(given, at).x), step
    last = key(step=99)
    assert torch.equal(found(given, last).x, augmentation("strong")(given, last).x)


def test_stages_of_ones_own():
    given = batch()
    flips = Augmentation(Flip(1.0))
    found = Progressive([(0.1, None), (0.2, flips), (0.7, None)])
    steps = [torch.equal(found(given, key(step=step, total=10)).x, given.x) for step in range(10)]
    assert steps == [True, False, False, *[True] * 7]
    with pytest.raises(ConfigError, match=r"\[0.5, 0.4\]"):
        Progressive([(0.5, None), (0.4, None)])


def test_a_tier_of_normalized_pictures_is_the_tier_of_the_pictures_normalized():
    pytest.importorskip("kornia")
    plain = TensorData(pictures(N, 0))
    normal = plain.normalized()
    given = batch()
    given.columns["x"] = given.x * 0.6 + 0.2
    raw = resolved("medium", plain)(given, key()).x
    given.columns["x"] = normal.normalizer(given.x)
    found = resolved("medium", normal)(given, key()).x
    is_rim = (raw == 0).all(1, keepdim=True)
    expected = torch.where(is_rim, 0.0, normal.normalizer(raw))  # 0 is black there, the mean here
    assert 0 < is_rim.double().mean() < 0.9
    assert torch.allclose(found, expected, atol=1e-4)


def test_a_task_takes_a_tier_or_a_hyperparameter_that_names_one():
    def task(augment):
        return Task(
            model=lambda hp: built(0), loss=loss, data=data(), optimizer=AdamW(lr=0.01), steps=5,
            batch_size=10, augment=augment,
        )  # fmt: skip

    runs = {
        name: task(augment).trained({"augmentation": value}, Recorded())
        for name, augment, value in (
            ("tier", "weak", None),
            ("named", "augmentation", "weak"),
            ("without", "augmentation", "none"),
            ("off", "augmentation", False),
            ("plain", None, "weak"),
        )
    }
    found = {name: weights(done.model) for name, done in runs.items()}
    assert equal(found["tier"], found["named"])
    assert equal(found["without"], found["plain"])
    assert equal(found["off"], found["plain"])
    assert not equal(found["tier"], found["plain"])
    with pytest.raises(ConfigError, match="'augmentation' is 'weka'") as caught:
        task("augmentation").trained({"augmentation": "weka"}, Recorded())
    assert "'weak'" in caught.value.mistakes[0].todo
    with pytest.raises(ConfigError, match="takes its augment from 'wek'"):
        task("wek").trained({"weak": "weak"}, Recorded())


def test_an_unknown_tier_is_told():
    with pytest.raises(ConfigError, match="no augmentation 'mediun'") as caught:
        trained(Recorded(), "mediun")
    assert "'medium'" in caught.value.mistakes[0].todo


def test_without_kornia_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "kornia", None)
    monkeypatch.setattr("trialist.train.augment.bykornia.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match="'medium' needs kornia") as caught:
        augmentation("medium")
    assert "trialist[augment]" in caught.value.mistakes[0].todo
    assert augmentation("weak")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Flip, r"augment=Augmentation\(Flip"),
        (Flip(), r"augment=Augmentation\(Flip"),
        (3, "augment is 3"),
    ],
)
def test_what_changes_no_batch_is_refused(given, words):
    with pytest.raises(ConfigError, match=words):
        resolved(given, None)
