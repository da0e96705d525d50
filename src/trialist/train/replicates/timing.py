"""How fast replicates train together, against a warm worker that trains one after the other."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from trialist.train.precision import Precision
from trialist.train.rates import RateSetter
from trialist.train.replicates.assembly import Assembly
from trialist.train.replicates.group import Own
from trialist.train.stepper import Loss, Stepper
from trialist.train.task import Task
from trialist.train.tensordata import TensorData
from trialist.train.window import Window
from trialist.values.ports import RunSeeds

ROUNDS = 3
BLOCK_S = 0.15
"""About so long each way is timed in a round."""
_WARM, _LEAST, _MOST = 3, 2, 400

Steps = Callable[[int], None]
"""Makes a number of steps."""
Way = tuple[str, int]
"""A backend, and how many replicates train together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """Seconds per step: of CPU time, on a GPU of time.

    Attributes:
        alone: Of one replicate in a warm worker.
        together: Of all replicates, by backend and number.
    """

    alone: float
    together: Mapping[Way, float]


def timed(
    task: Task,
    group: Sequence[Own],
    seeds: Sequence[RunSeeds],
    *,
    data: TensorData,
    device: torch.device,
    ways: Sequence[Way],
) -> Timed:
    """Time each way, in turns, so that a busy machine is busy for all of them.

    Args:
        task: What is trained.
        group: The numbers of replicates; taken again from the first where there are too few.
        seeds: The random sources of each.
        data: What they train on.
        device: Where.
        ways: What to time.
    """
    precision = Precision.of(task.precision, device)
    alone = _alone(task, group[0], seeds[0], data=data, precision=precision)
    together = {
        way: _together(task, group, seeds, data=data, precision=precision, way=way) for way in ways
    }
    clock = _clock(device)
    sizes = {steps: _block(steps, clock) for steps in (alone, *together.values())}
    base, found = list[float](), {way: list[float]() for way in ways}
    for _ in range(ROUNDS):
        base.append(_seconds(alone, sizes[alone], clock))
        for way, steps in together.items():
            found[way].append(_seconds(steps, sizes[steps], clock) / base[-1])
    whole = statistics.median(base)
    return Timed(
        alone=whole,
        together={way: statistics.median(shares) * whole for way, shares in found.items()},
    )


def seconds_at_least(
    task: Task, own: Own, seeds: RunSeeds, *, data: TensorData, device: torch.device
) -> float:
    """Give the seconds that the gradients of a batch take: a step takes no less.

    No optimizer is made: the first one of a process imports `torch._dynamo`, for about two seconds.
    """
    size = own.micro_batch or own.batch_size
    forward = Precision.of(task.precision, device).computed(task.loss)
    model = task.built(own.hp, seeds.model).to(device)
    batches = data.batches(seed=seeds.data, batch_size=size, start=0, device=device)
    clock = _clock(device)

    def steps(n: int) -> None:
        for _ in range(n):
            found = forward(model, next(batches))
            (found.mean if type(found) is Loss else found).backward()

    return _seconds(steps, _block(steps, clock), clock) * own.batch_size / size


def _alone(
    task: Task, own: Own, seeds: RunSeeds, *, data: TensorData, precision: Precision
) -> Steps:
    model = task.built(own.hp, seeds.model).to(precision.device)
    trained = [one for one in model.parameters() if one.requires_grad]
    settings: dict[str, Any] = {**own.settings, "fused": True}
    optimizer = own.kind(trained, **settings)
    stepper = Stepper(
        model, task.loss, optimizer, precision=precision, micro=own.micro_batch,
        clip_norm=own.clip_norm,
    )  # fmt: skip
    epoch = data.steps_per_epoch(own.batch_size)
    rates = RateSetter(optimizer, own.schedule, total=own.steps, epoch_steps=epoch)
    batches = data.batches(
        seed=seeds.data, batch_size=own.batch_size, start=0, device=precision.device
    )
    window, numbers = Window(own.clip_norm), itertools.count()

    def steps(n: int) -> None:
        for _ in range(n):
            rates.set(next(numbers))
            window.add(stepper(next(batches)), stepper.norm)
        window.read()

    return steps


def _together(
    task: Task,
    group: Sequence[Own],
    seeds: Sequence[RunSeeds],
    *,
    data: TensorData,
    precision: Precision,
    way: Way,
) -> Steps:
    backend, n = way
    taken = list(itertools.islice(itertools.cycle(zip(group, seeds, strict=True)), n))
    parts = Assembly.of(
        [task.built(own.hp, one.model).to(precision.device) for own, one in taken],
        [own for own, _ in taken],
        [one for _, one in taken],
        data=data,
        loss=task.loss,
        precision=precision,
        backend=backend,
    )
    numbers = itertools.count()

    def steps(n: int) -> None:
        kept = list[torch.Tensor]()
        for number in itertools.islice(numbers, n):
            batch = parts.batches.at(number)
            kept.append(parts.stepper(batch, number, parts.rates.at(number)))
        torch.stack(kept).tolist()

    return steps


def _clock(device: torch.device) -> Callable[[], float]:
    if device.type == "cpu":
        return time.process_time

    def clock() -> float:
        torch.cuda.synchronize(device)
        return time.perf_counter()

    return clock


def _block(steps: Steps, clock: Callable[[], float]) -> int:
    """Warm up; give how many steps make a block."""
    steps(_WARM)
    once = _seconds(steps, _WARM, clock)
    return min(_MOST, max(_LEAST, round(BLOCK_S / max(once, 1e-6))))


def _seconds(steps: Steps, n: int, clock: Callable[[], float]) -> float:
    began = clock()
    steps(n)
    return (clock() - began) / n
