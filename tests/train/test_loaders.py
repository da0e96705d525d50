"""A real DataLoader, seeded: equal in every repeat and every process, another order each epoch."""

import pickle
import subprocess
import sys

import pytest

from trialist.train.loaders import SeededWorker, seeded_loader_args
from trialist.values.seeds import SeedSet

torch = pytest.importorskip("torch")

SCRIPT = """
import random, sys
import numpy as np, torch
from trialist import seeded_loader_args
from trialist.values.seeds import SeedSet


class Noisy(torch.utils.data.Dataset):
    def __len__(self):
        return 12

    def __getitem__(self, index):
        noise = (random.random(), float(np.random.rand()), torch.rand(()).item())
        return torch.tensor([index, *noise], dtype=torch.float64)


def epochs(n_workers, n=2):
    seed = SeedSet.of(7)
    loader = torch.utils.data.DataLoader(
        Noisy(), batch_size=3, shuffle=True, num_workers=n_workers, **seeded_loader_args(seed)
    )
    return [torch.cat(list(loader)) for _ in range(n)]


torch.manual_seed(0)
before = torch.get_rng_state()
found = epochs(2)
print(torch.equal(torch.get_rng_state(), before))
print(torch.equal(found[0], found[1]))
print(torch.equal(found[0][:, 0], found[1][:, 0]))
print(repr([epoch.tolist() for epoch in found]))
"""


def script():
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    return ended.stdout.splitlines()


@pytest.mark.slow
def test_two_workers_give_the_same_epochs_in_every_process():
    one, other = script(), script()
    assert one == other
    assert one[0] == "True"  # the global generator stays where it was
    assert one[1:3] == ["False", "False"]  # an epoch has an order and draws of its own


def orders(**changes):
    data = torch.utils.data.TensorDataset(torch.arange(50))
    args = seeded_loader_args(changes.pop("seed", 7))
    loader = torch.utils.data.DataLoader(data, batch_size=5, shuffle=True, **args)
    return [torch.cat([batch for (batch,) in loader]) for _ in range(2)]


def test_without_workers_the_order_follows_from_the_seed():
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first, second = orders()
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first, orders()[0])
    assert torch.equal(second, orders()[1])
    assert not torch.equal(first, second)
    assert not torch.equal(first, orders(seed=8)[0])


def test_a_run_s_seeds_and_a_number_are_taken():
    seeds = SeedSet.of(3, data=7)
    one, other = (seeded_loader_args(seed) for seed in (seeds, 7))
    assert one["worker_init_fn"] == other["worker_init_fn"] == SeededWorker(7)
    assert one["generator"].initial_seed() == other["generator"].initial_seed()


def test_workers_and_epochs_are_kept_apart(monkeypatch):
    seeded = []
    monkeypatch.setattr("trialist.train.seeding.seed_everything", seeded.append)
    for epoch in (1000, 1001):
        for worker in range(3):
            monkeypatch.setattr(torch, "initial_seed", lambda e=epoch, w=worker: e + w)
            pickle.loads(pickle.dumps(SeededWorker(7)))(worker)
    assert (
        len(set(seeded)) == 6
    )  # torch's own seeds of worker 1 and of the next epoch's 0 are equal
