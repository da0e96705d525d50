"""Keyed operations: what an example becomes depends on nothing that a run could change."""

import pytest
import torch
from augmentcases import batch, key

from trialist.train import Augmentation, Crop, Erase, Flip, Shift
from trialist.train.batch import Batch
from trialist.values.errors import DataError

WEAK = Augmentation(Flip(), Crop(2), Erase(0.5))


def test_the_same_key_gives_the_same_pictures_whatever_was_drawn_before():
    first = WEAK(batch(), key())
    torch.rand(100)
    assert torch.equal(WEAK(batch(), key()).x, first.x)


def test_no_global_random_number_is_drawn():
    before = torch.get_rng_state()
    WEAK(batch(), key())
    assert torch.equal(torch.get_rng_state(), before)


def test_what_an_example_becomes_does_not_depend_on_its_batch():
    whole = WEAK(batch(6), key())
    late = WEAK(batch(2, first=4), key(position=7, step=30))
    assert torch.equal(late.x, whole.x[4:])
    turned = batch(6)
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    mixed = Batch({"x": turned.x[order], "y": turned.y[order]}, order)
    assert torch.equal(WEAK(mixed, key()).x, whole.x[order])


@pytest.mark.parametrize("other", [key(seed=2), key(epoch=1)])
def test_seeds_and_epochs_differ(other):
    assert not torch.equal(WEAK(batch(), key()).x, WEAK(batch(), other).x)


def test_sites_differ():
    one, two = (Augmentation(Shift(0.4), site=site)(batch(), key()).x for site in (0, 1))
    assert not torch.equal(one, two)


def test_what_is_no_picture_stays():
    given = batch()
    found = WEAK(given, key())
    assert found.y is given.y
    assert found.index is given.index
    assert torch.equal(given.x, batch().x)


def test_another_column_can_hold_the_pictures():
    given = Batch({"image": batch().x, "y": batch().y}, torch.arange(6))
    found = Augmentation(Flip(1.0), column="image")(given, key())
    assert torch.equal(found.image, given.image.flip(-1))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Batch({"x": torch.zeros(4, 3)}, torch.arange(4)), r"has shape \(4, 3\)"),
        (Batch({"x": ["a", "b"]}, torch.arange(2)), "is a list"),
        (Batch({"x": torch.zeros(4, 1, 2, 2)}), "have no numbers"),
    ],
)
def test_what_cannot_be_augmented_is_told(given, words):
    with pytest.raises(DataError, match=words) as caught:
        WEAK(given, key())
    assert caught.value.mistakes[0].todo


def test_it_says_what_it_does():
    assert repr(Augmentation(Flip(), Crop(4))) == "Augmentation(Flip(p=0.5), Crop(padding=4))"
