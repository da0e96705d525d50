"""A DataLoader that draws from the run's seed, in every worker process and epoch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from trialist.train.keyed import key_of


class HasData(Protocol):
    """A run's seeds: `run.seed`, or a `SeedSet`."""

    @property
    def data(self) -> int:
        """The seed of the order of the data."""
        ...


@dataclass(frozen=True, slots=True)
class SeededWorker:
    """The `worker_init_fn`: seeds Python, NumPy and torch of one loader process.

    Torch gives the workers of one epoch neighboring seeds; a hash of seed, epoch and worker keeps
    them apart. An instance can be pickled, so it works with every way to start processes.

    Attributes:
        seed: The run's data seed.
    """

    seed: int

    def __call__(self, worker: int) -> None:
        """Seed this process; called by the DataLoader in each new worker."""
        import torch

        from trialist.train.seeding import seed_everything

        # Drawn anew for each epoch from the loader's own generator, plus the worker's number.
        epoch = torch.initial_seed() - worker
        seed_everything(key_of(self.seed, "worker", epoch, worker))


def seeded_loader_args(seed: HasData | int) -> dict[str, Any]:
    """Give `worker_init_fn` and `generator` for a DataLoader of one's own.

    The order of the data and what worker processes draw then follow from the seed alone: equal in
    every process and every repeat, another one in every epoch. The global generator is not
    touched. Each call gives a generator that begins anew.

    Args:
        seed: `run.seed`, a `SeedSet`, or a number.

    Example:
        >>> sorted(seeded_loader_args(7))
        ['generator', 'worker_init_fn']
    """
    import torch

    number = seed if isinstance(seed, int) else seed.data
    generator = torch.Generator().manual_seed(key_of(number, "loader"))
    return {"worker_init_fn": SeededWorker(number), "generator": generator}
