"""Seeding: one number, every generator; and nothing that is not loaded."""

import random
import subprocess
import sys

import numpy as np
import pytest

from trialist.train.seeding import random_state, seed_everything, seed_host, set_random_state

torch = pytest.importorskip("torch")


def draws():
    return random.random(), float(np.random.random()), float(torch.rand(1)), float(torch.randn(1))


def test_the_same_seed_gives_the_same_draws_everywhere():
    seed_everything(7)
    first = draws()
    between = draws()
    seed_everything(7)
    assert draws() == first
    assert all(a != b for a, b in zip(first, between, strict=True))


def test_another_seed_gives_other_draws():
    seed_everything(7)
    first = draws()
    seed_everything(8)
    assert all(a != b for a, b in zip(draws(), first, strict=True))


@pytest.mark.parametrize("seed", [0, 2**32, 2**63 - 1])
def test_every_seed_that_a_study_derives_is_taken(seed):
    seed_everything(seed)
    assert len(draws()) == 4


def test_nothing_is_imported_for_it():
    code = (
        "import sys\n"
        "from trialist.train.seeding import seed_everything\n"
        "seed_everything(1)\n"
        "sys.exit(bool({'numpy', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_random_state_comes_back():
    seed_everything(7)
    draws()
    state = random_state()
    first = draws()
    seed_everything(8)
    assert set_random_state(state) == ()
    assert draws() == first


def test_a_random_state_of_more_gpus_than_are_here_is_told():
    state = random_state()
    n = torch.cuda.device_count()
    told = set_random_state({**state, "cuda": [torch.zeros(16, dtype=torch.uint8)] * (n + 1)})
    assert told[-1] == f"the random state of {n + 1} GPUs was saved, and {n} are here"


@pytest.mark.skipif(torch.backends.mps.is_available(), reason="this machine has such a GPU")
def test_a_random_state_of_a_gpu_that_is_not_here_is_told():
    state = {**random_state(), "mps": torch.zeros(16, dtype=torch.uint8)}
    assert set_random_state(state) == ("the random state of a GPU was saved, and none is here",)


def test_the_host_alone_is_seeded_as_everything_is():
    import numpy as np

    drawn = []
    for seed in (seed_everything, seed_host):
        seed(2**40 + 3)
        drawn.append((random.random(), np.random.rand(), torch.rand(1).item()))
    assert drawn[0] == drawn[1]
