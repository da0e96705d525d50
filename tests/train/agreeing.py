"""What one of two processes does in a test: a process that is spawned imports it by name."""

from __future__ import annotations

import trialist
from trialist.train.adapters.foreign import ForeignLoop


def agreeing(rank, folder, answers):
    """Stand in one of two processes; tell what it was told."""
    import torch.distributed as distributed

    distributed.init_process_group(
        "gloo", init_method=f"file://{folder}/meeting", rank=rank, world_size=2
    )
    run = type("Run", (), {"should_stop": lambda _: rank == 1, "seed": trialist.SeedSet.of(0)})()
    answers[rank] = ForeignLoop(run, "It").should_stop()
    distributed.destroy_process_group()
