"""Seeding: the same number, the same draws, in every library that is loaded."""

import random
import sys

import numpy as np
import pytest

from trialist.train.seeding import seed_everything
from trialist.values.seeds import derive_seed


@pytest.fixture(autouse=True)
def _keep_the_state_of_this_process():
    before, numpys = random.getstate(), np.random.get_state()
    yield
    random.setstate(before)
    np.random.set_state(numpys)


def draws():
    torch = pytest.importorskip("torch")
    return random.random(), float(np.random.rand()), float(torch.rand(()))


def test_the_same_seed_gives_the_same_draws_everywhere():
    seed_everything(7)
    first = draws()
    seed_everything(7)
    assert draws() == first
    seed_everything(8)
    assert all(one != other for one, other in zip(draws(), first, strict=True))


def test_a_seed_of_63_bits_is_taken_and_seen_in_full():
    seed = derive_seed(0, "train")
    seed_everything(seed)
    first = draws()
    seed_everything(seed + 2**40)
    assert draws()[0] != first[0]
    assert draws()[2] != first[2]


@pytest.mark.parametrize("missing", [["torch"], ["numpy", "torch"]])
def test_a_library_that_is_not_loaded_is_not_loaded_for_it(monkeypatch, missing):
    for name in missing:
        monkeypatch.delitem(sys.modules, name, raising=False)
    seed_everything(3)
    first = random.random()
    seed_everything(3)
    assert random.random() == first
    assert not set(missing) & set(sys.modules)
