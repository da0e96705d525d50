"""The probe: whether replicates train together, decided once by trying it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch

from trialist.train.device import device_of
from trialist.train.replicates.assembly import TRACED, VMAP
from trialist.train.replicates.equality import BOUND, largest_difference
from trialist.train.replicates.group import Own, check_lone_of, check_task, data_of
from trialist.train.replicates.grouping import groups
from trialist.train.replicates.quiet import quiet
from trialist.train.replicates.timing import Timed, Way, seconds_at_least, timed
from trialist.train.replicates.unsupported import translated
from trialist.train.seeding import random_state, set_random_state
from trialist.train.task import Task
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError, VectorizeError, near
from trialist.values.numbers import duration
from trialist.values.seeds import SeedSet
from trialist.values.vectorization import PROCESSES, Decision, Speedup, Vectorize

LEAST = 1.2
"""So many times faster than processes it has to be, for `auto` to take it."""
WIDTHS = (4, 16)
WORTH_S, WORTH_AT_ALL_S = 30.0, 300.0
"""Of training in all, for `auto` to try: a probe takes a few seconds itself. It has to be more
where a step is no small one, as these seldom gain."""
SMALL_STEP_S = 1e-3
_COMPARED = 4


def probe(
    task: Task,
    configs: Sequence[Mapping[str, Any]],
    *,
    mode: str = Vectorize.AUTO,
    n_replicates: int = max(WIDTHS),
    workers: int | None = None,
    device: str | torch.device = "auto",
) -> Decision:
    """Decide how the replicates of a task are trained: together in one process, or in processes.

    Together they must be supported (a step runs), equal (in float64 to what each is alone, to
    1e-9), and faster (1.2 x the replicate-steps per CPU second of a warm worker). The probe trains
    a few steps of each; random state is the same afterwards as before.

    Args:
        task: What is trained.
        configs: The hyperparameters of the variants, at least one.
        mode: "auto"; "off": processes; "require": together, or an error.
        n_replicates: How many there are to train of each variant.
        workers: Processes that would share them: then training that is too short to gain anything
            is not tried, and no process gets so many that another one has none. None: this one
            process takes all, however short it is.
        device: "auto" takes a GPU where there is one.

    Raises:
        VectorizeError: With "require", where it is impossible: the operation and its line.
        ConfigError: For settings out of their ranges.
    """
    if mode not in list(Vectorize):
        raise ConfigError(f"vectorize is {mode!r}", todo=near(mode, list(Vectorize)))
    asked = Vectorize(mode)
    if asked is Vectorize.OFF:
        return _processes("switched off", asked)
    if asked is Vectorize.AUTO and n_replicates * len(configs) < 2:
        return _processes("there is one replicate", asked)
    try:
        with _random_put_back(), quiet():
            return _Probe(task, configs, device_of(device), asked).made(n_replicates, workers)
    except VectorizeError as error:
        if asked is Vectorize.REQUIRE:
            raise
        mistake = error.mistakes[0]
        return _processes(mistake.message, asked, where=mistake.where)


class _Probe:
    """One probe of the variants of a task."""

    def __init__(
        self,
        task: Task,
        configs: Sequence[Mapping[str, Any]],
        device: torch.device,
        asked: Vectorize,
    ) -> None:
        check_task(task, device)
        owns = [Own.of(task, config) for config in configs]
        self._device, self._asked = device, asked
        self._steps = [own.steps for own in owns]
        self._places = groups(task, owns)
        self._groups = [
            _Group(task, [owns[number] for number in numbers], device) for numbers in self._places
        ]

    def made(self, n_replicates: int, workers: int | None) -> Decision:
        """Try it, and decide."""
        if workers is not None and self._asked is Vectorize.AUTO:
            short = self._too_short(n_replicates)
            if short is not None:
                return _processes(short, self._asked)
        difference = max(group.checked(VMAP) for group in self._groups)
        backends = [VMAP]
        if all(group.is_traceable() for group in self._groups):
            backends.append(TRACED)
        widths = self._widths(n_replicates, workers or 1)
        ways = [(backend, width) for backend in backends for width in widths]
        speedups = _speedups([group.timed(ways) for group in self._groups], ways)
        made = decided(
            speedups,
            difference,
            is_on_cpu=self._device.type == "cpu",
            is_required=self._asked is Vectorize.REQUIRE,
        )
        return replace(made, asked=self._asked, groups=self._places if made.is_vectorized else ())

    def _too_short(self, n_replicates: int) -> str | None:
        """Tell why the training is too short to try; None where it is not."""
        steps = [group.at_least() for group in self._groups]
        seconds = n_replicates * sum(
            step * sum(self._steps[number] for number in numbers)
            for step, numbers in zip(steps, self._places, strict=True)
        )
        is_small = max(steps) < SMALL_STEP_S or self._device.type != "cpu"
        if seconds >= (WORTH_S if is_small else WORTH_AT_ALL_S):
            return None
        words = f"all runs until the first look are {duration(seconds)} of training"
        if is_small:
            return f"{words}, too little to gain by it"
        return f"{words}, too little to try it with steps of {1e3 * max(steps):.1f} ms"

    def _widths(self, n_replicates: int, workers: int) -> list[int]:
        """Give how many are tried together: as many as every structure has, and every process."""
        sizes = [len(places) * n_replicates for places in self._places]
        n = min(*sizes, math.ceil(sum(sizes) / workers))
        return sorted({min(n, width) for width in WIDTHS})


def _processes(reason: str, asked: Vectorize, *, where: str | None = None) -> Decision:
    return Decision(backend=PROCESSES, chunk=1, reason=reason, where=where, asked=asked)


def decided(
    speedups: Sequence[Speedup], difference: float, *, is_on_cpu: bool, is_required: bool
) -> Decision:
    """Give the decision for what was measured: the fastest way, where it is fast enough.

    Args:
        speedups: At least one.
        difference: The largest difference to single models.
        is_on_cpu: True where CPU time was measured.
        is_required: True takes the fastest way however slow it is.
    """
    best = max(speedups, key=lambda one: one.ratio)
    words = (
        f"{best.replicates} replicates together ({best.backend}) make {best.ratio:.2f} x the steps "
        f"per {'CPU ' if is_on_cpu else ''}second of a warm worker"
    )
    is_taken = best.ratio >= LEAST or is_required
    return Decision(
        backend=best.backend if is_taken else PROCESSES,
        chunk=best.replicates if is_taken else 1,
        reason=words if is_taken else f"{words}, less than {LEAST} x",
        difference=difference,
        speedups=tuple(speedups),
    )


class _Group:
    """The variants of one structure, and what is tried with them."""

    def __init__(self, task: Task, owns: Sequence[Own], device: torch.device) -> None:
        self._task, self._device = task, device
        self._data: TensorData = data_of(task, owns)
        n = max(len(owns), min(WIDTHS))
        self._owns = [owns[number % len(owns)] for number in range(n)]
        self._seeds = [SeedSet.of(number) for number in range(n)]
        model = task.built(owns[0].hp, self._seeds[0].model).to(device)
        check_lone_of(owns[0], model, task.loss, self._data)

    def checked(self, backend: str) -> float:
        """Give the largest difference to single models.

        Raises:
            VectorizeError: If a step does not run, or the difference is too large.
        """
        with translated():
            found = max(self._difference(first, backend) for first in self._firsts())
        if not found < BOUND:
            raise VectorizeError(
                f"together they are not what each is alone: {found:.1e} in float64 after a few "
                f"steps, more than {BOUND:.0e}",
                todo="train in processes: vectorize: off",
            )
        return found

    def is_traceable(self) -> bool:
        """Tell whether the traced graph gives the same."""
        try:
            self.checked(TRACED)
        except VectorizeError:
            return False
        return True

    def at_least(self) -> float:
        """Give the seconds that a step takes at least."""
        return seconds_at_least(
            self._task, self._owns[0], self._seeds[0], data=self._data, device=self._device
        )

    def timed(self, ways: Sequence[Way]) -> Timed:
        """Time each way."""
        return timed(
            self._task, self._owns, self._seeds, data=self._data, device=self._device, ways=ways
        )

    def _firsts(self) -> range:
        return range(0, len(self._owns), _COMPARED)

    def _difference(self, first: int, backend: str) -> float:
        part = slice(first, first + _COMPARED)
        return largest_difference(
            self._task, self._owns[part], self._seeds[part], data=self._data,
            device=self._device, backend=backend,
        )  # fmt: skip


@contextmanager
def _random_put_back() -> Iterator[None]:
    state = random_state()
    try:
        yield
    finally:
        set_random_state(state)


def _speedups(found: Sequence[Timed], ways: Sequence[Way]) -> tuple[Speedup, ...]:
    """Join structures: one way is taken for all of them."""
    alone = sum(one.alone for one in found)
    return tuple(
        Speedup(
            backend=backend,
            replicates=width,
            ratio=alone * width / sum(one.together[backend, width] for one in found),
        )
        for backend, width in ways
    )
