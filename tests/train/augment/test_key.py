"""Keys: where a step stands in a training, and how an augmentation is known again."""

import pytest
import torch
from augmentcases import data, trained
from fitcases import Interrupted, Recorded, equal, weights

from trialist.train import Augmentation, AugmentKey, Flip
from trialist.train.augment.key import augmented, name_of
from trialist.values.errors import ResumeError
from trialist.values.seeds import SeedSet


def by_key(batch, key):
    return batch


def test_a_step_has_its_epoch_and_its_place_there():
    found = AugmentKey.at(13, seed=7, steps_per_epoch=5, total=20)
    assert found == AugmentKey(seed=7, epoch=2, position=3, step=13, total=20)


def test_the_loop_gives_each_batch_its_key():
    seen = []

    def noting(batch, key):
        seen.append((key, batch.index))
        return batch

    run = Recorded()
    trained(run, noting)
    assert [key.step for key, _ in seen] == list(range(13))
    assert [key.epoch for key, _ in seen] == [0] * 5 + [1] * 5 + [2] * 3
    assert {(key.seed, key.total) for key, _ in seen} == {(SeedSet.of(3).data, 13)}
    given = data().batches(
        seed=SeedSet.of(3).data, batch_size=10, start=0, device=torch.device("cpu")
    )
    assert all(torch.equal(index, next(given).index) for _, index in seen)


def test_batches_outside_of_a_loop_get_the_same_keys():
    device, seen = torch.device("cpu"), []

    def noting(batch, key):
        seen.append(key)
        return batch

    batches = data().batches(seed=1, batch_size=10, start=6, device=device)
    changed = augmented(batches, noting, seed=1, steps_per_epoch=5, start=6, total=20)
    next(changed), next(changed)
    assert seen == [AugmentKey(1, 1, 1, 6, 20), AugmentKey(1, 1, 2, 7, 20)]
    plain = data().batches(seed=1, batch_size=10, start=0, device=device)
    first = next(augmented(plain, None, seed=1, steps_per_epoch=5, start=0, total=20))
    assert torch.equal(first.x, data().split("train")["x"][first.index])


def test_an_augmentation_is_known_again():
    assert name_of(None) is None
    assert name_of(by_key) == "by_key"
    assert name_of(Augmentation(Flip())) == "Augmentation(Flip(p=0.5))"

    class Plain:
        def __call__(self, batch, key):
            return batch

    assert name_of(Plain()).endswith("Plain")


def test_a_run_does_not_go_on_with_another_augmentation():
    first = Recorded(kill_at=9)
    with pytest.raises(Interrupted):
        trained(first, "weak")
    with pytest.raises(ResumeError, match="augment: 'weak' -> None"):
        trained(Recorded(first), None)
    whole = Recorded()
    expected = trained(whole, "weak")
    found = trained(Recorded(first), "weak")
    assert equal(weights(found.model), weights(expected.model))
