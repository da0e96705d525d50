"""Seeding: one number, every generator; and nothing that is not loaded."""

import random
import subprocess
import sys

import numpy as np
import pytest

from trialist.train.seeding import seed_everything

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
