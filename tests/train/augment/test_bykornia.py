"""kornia in a training: keyed, beside the training's own randomness, and never in validation."""

import random

import numpy as np
import pytest
import torch
from augmentcases import batch, key

from trialist.train import KorniaAugmentation
from trialist.train.normalizer import Normalizer
from trialist.train.seeding import seed_everything
from trialist.values.errors import DataError

kornia = pytest.importorskip("kornia.augmentation")


def rotated(_channels):
    return [kornia.RandomAffine(20.0, p=1.0), kornia.ColorJitter(0.3, 0.3, 0.3, 0.1, p=1.0)]


def test_the_same_key_gives_the_same_pictures_whatever_was_drawn_before():
    augment = KorniaAugmentation(rotated)
    first = augment(batch(), key()).x
    torch.rand(10)
    assert torch.equal(augment(batch(), key()).x, first)
    assert torch.equal(KorniaAugmentation(rotated)(batch(), key()).x, first)
    assert not torch.equal(first, batch().x)


@pytest.mark.parametrize("other", [key(seed=2), key(epoch=1), key(position=1)])
def test_seeds_epochs_and_batches_differ(other):
    augment = KorniaAugmentation(rotated)
    assert not torch.equal(augment(batch(), key()).x, augment(batch(), other).x)


def test_the_training_draws_as_if_it_were_not_there():
    def draws():
        return random.random(), np.random.rand(), torch.rand(3).tolist()

    seed_everything(1)
    expected = draws()
    seed_everything(1)
    KorniaAugmentation(rotated)(batch(), key())  # the first call makes modules, which draw too
    KorniaAugmentation(rotated)(batch(), key(position=1))
    assert draws() == expected


def test_the_random_source_is_put_back_after_a_mistake():
    def failing(_channels):
        torch.rand(3)
        raise ZeroDivisionError

    before = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError):
        KorniaAugmentation(failing)(batch(), key())
    assert torch.equal(torch.get_rng_state(), before)


def test_what_kornia_gets_is_what_was_there_before_normalizing():
    seen = []

    def noting(_channels):
        return [lambda x: seen.append(x) or x]

    given = batch()
    normalizer = Normalizer.fit(given.x)
    given.columns["x"] = normalizer(batch().x)
    found = KorniaAugmentation(noting, normalizer=normalizer)(given, key())
    assert torch.allclose(seen[0], batch().x, atol=1e-6)
    assert torch.allclose(found.x, given.x, atol=1e-5)


def test_bytes_come_back_as_bytes():
    given = batch()
    given.columns["x"] = (given.x * 255).to(torch.uint8)
    found = KorniaAugmentation(lambda _: [lambda x: x])(given, key())
    assert found.x.dtype == torch.uint8
    assert torch.equal(found.x, given.x)


def test_colors_out_of_their_range_are_refused():
    given = batch()
    given.columns["x"] = given.x * 3 - 1
    with pytest.raises(DataError, match=r"the pictures go from -\d.* to \d") as caught:
        KorniaAugmentation(rotated)(given, key())
    assert "normalized()" in caught.value.mistakes[0].todo


def test_modules_are_made_once_for_a_number_of_channels():
    asked = []

    def noting(channels):
        asked.append(channels)
        return []

    augment = KorniaAugmentation(noting)
    for _ in range(2):
        augment(batch(), key())
        augment(batch(size=(1, 8, 8)), key())
    assert asked == [3, 1]


def test_modules_that_move_pixels_take_any_range():
    given = batch()
    given.columns["x"] = given.x * 7 - 3
    flipped = KorniaAugmentation(lambda _: [kornia.RandomHorizontalFlip(p=1.0)], colors=False)
    assert torch.equal(flipped(given, key()).x, given.x.flip(-1))


def test_sites_differ():
    one, two = (KorniaAugmentation(rotated, site=site)(batch(), key()).x for site in (0, 1))
    assert not torch.equal(one, two)
