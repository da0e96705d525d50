"""How long a training step takes, what memory it needs, how long it waits for its data."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch

from trialist.analysis.loaderworkers import WorkerTiming
from trialist.analysis.throughput import BatchTiming
from trialist.train.augment.key import AugmentKey
from trialist.train.batch import Batch
from trialist.train.loaderdata import LoaderData
from trialist.train.taskparts import TaskParts
from trialist.values.errors import ConfigError

WARM_STEPS, TIMED_STEPS, TIMED_S = 3, 10, 0.3
"""Steps are timed until there are so many, and they took so long: short ones vary most."""
TENTHS = 10
"""Augmentation is timed as in each tenth of a training in turn: some grows while training."""
LEAST_BATCHES, LEAST_S = 50, 5.0
"""A loader is timed until it has given so many batches, or taken so long."""


def time_batch(parts: TaskParts, batch_size: int, *, device: torch.device) -> BatchTiming:
    """Make real training steps of one batch size: 3 to warm up, then 10 or more that are timed.

    Augmentation is part of a step. Then 10 steps warm up, one as in each tenth of the training.

    Args:
        parts: What is trained; its own batch size and micro-batches play no part.
        batch_size: Examples per step, in one forward and backward pass.
        device: Where.
    """
    whole = replace(parts, batch_size=batch_size, micro_batch=None)
    step, batches = whole.stepper(device), _all_over(whole, whole.loaded(device))
    for _ in range(WARM_STEPS if whole.augment is None else TENTHS):
        step(next(batches))
    seconds: list[float] = []
    while len(seconds) < TIMED_STEPS or sum(seconds) < TIMED_S:
        began = _now(device)
        batch = next(batches)
        step(batch)
        took = _now(device) - began
        if len(batch) == batch_size:  # the last one of an epoch has what is left
            seconds.append(took)
    typical = statistics.median(seconds) if whole.augment is None else _mean_over_tenths(seconds)
    return BatchTiming(batch_size=batch_size, seconds=typical, peak_bytes=peak_bytes(device))


def time_workers(parts: TaskParts, workers: int, *, device: torch.device) -> WorkerTiming:
    """Train with so many loading processes, and tell how long a step waits for its data.

    The start and the first `2 * workers` batches (at least 3) are left out: they come from queues
    that were filled while nobody waited. Augmentation is part of a step, and no waiting: no
    loading process does it.

    Raises:
        ConfigError: If the task's data has no loading processes.
    """
    if not isinstance(parts.data, LoaderData):
        raise ConfigError(
            "the task's data lies in memory: no process loads it",
            todo="nothing: a batch is one gather by index; --workers is for LoaderData",
        )
    parts.data.workers = workers
    step, loaded = parts.stepper(device), _Waited(parts.loaded(device))
    batches = _all_over(parts, loaded)
    for _ in range(max(2 * workers, WARM_STEPS if parts.augment is None else TENTHS)):
        step(next(batches))
    loaded.seconds, n, began = 0.0, 0, _now(device)
    while n < LEAST_BATCHES and time.perf_counter() - began < LEAST_S:
        step(next(batches))
        n += 1
    whole = _now(device) - began
    return WorkerTiming(
        workers=workers, seconds=whole / n, waited=loaded.seconds / whole, n_batches=n
    )


class _Waited:
    """Batches, and the seconds that they were waited for."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches = batches
        self.seconds = 0.0

    def __iter__(self) -> Iterator[Batch]:
        return self

    def __next__(self) -> Batch:
        began = time.perf_counter()
        try:
            return next(self._batches)
        finally:
            self.seconds += time.perf_counter() - began


def _all_over(parts: TaskParts, batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give batches augmented as in each tenth of the training in turn, from the first on."""
    if parts.augment is None:
        yield from batches
        return
    epoch = parts.data.steps_per_epoch(parts.batch_size)
    n_whole = 0
    for batch in batches:
        step = int((n_whole % TENTHS + 0.5) / TENTHS * parts.steps)
        # The last batch of an epoch takes no tenth away from a whole one, which alone is timed.
        n_whole += len(batch) == parts.batch_size
        yield parts.augment(
            batch,
            AugmentKey.at(step, seed=parts.seeds.data, steps_per_epoch=epoch, total=parts.steps),
        )


def _mean_over_tenths(seconds: Sequence[float]) -> float:
    """Give the mean of the tenths' medians; one median would name the middle tenth alone."""
    return statistics.fmean(statistics.median(seconds[k::TENTHS]) for k in range(TENTHS))


def peak_bytes(device: torch.device) -> int:
    """Give the most memory that was held: by torch on a device, by this process on a CPU."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved(device))
    import resource

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024


def device_bytes(device: torch.device) -> int | None:
    """Give the memory of a device; None for a CPU, whose memory others use too."""
    if device.type != "cuda":
        return None
    return int(torch.cuda.get_device_properties(device).total_memory)


def _now(device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter()
