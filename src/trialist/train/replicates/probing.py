"""The probe: whether replicates train together, decided once by trying it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from trialist.train.replicates.assembly import TRACED, VMAP
from trialist.train.replicates.decision import PROCESSES, Decision, Speedup
from trialist.train.replicates.equality import BOUND, largest_difference
from trialist.train.replicates.group import Own, check_task, data_of
from trialist.train.replicates.grouping import groups
from trialist.train.replicates.quiet import quiet
from trialist.train.replicates.terms import device_of
from trialist.train.replicates.timing import Timed, Way, timed
from trialist.train.replicates.unsupported import translated
from trialist.train.seeding import random_state, set_random_state
from trialist.train.task import Task
from trialist.train.tensordata import TensorData
from trialist.values.errors import ConfigError, VectorizeError, near
from trialist.values.seeds import SeedSet

MODES = ("auto", "off", "require")
LEAST = 1.2
"""So many times faster than processes it has to be, for `auto` to take it."""
WIDTHS = (4, 16)
_COMPARED = 4


def probe(
    task: Task,
    configs: Sequence[Mapping[str, Any]],
    *,
    mode: str = "auto",
    n_replicates: int = max(WIDTHS),
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
        n_replicates: How many there are to train with one structure of the model.
        device: "auto" takes a GPU where there is one.

    Raises:
        VectorizeError: With "require", where it is impossible: the operation and its line.
        ConfigError: For settings out of their ranges.
    """
    if mode not in MODES:
        raise ConfigError(f"vectorize is {mode!r}", todo=near(mode, MODES))
    if mode == "off" or (mode == "auto" and n_replicates < 2):
        reason = "switched off" if mode == "off" else "there is one replicate"
        return Decision(backend=PROCESSES, chunk=1, reason=reason)
    try:
        with _random_put_back(), quiet():
            return _tried(
                task, configs, n_replicates, device_of(device), is_required=mode != MODES[0]
            )
    except VectorizeError as error:
        if mode == "require":
            raise
        mistake = error.mistakes[0]
        return Decision(backend=PROCESSES, chunk=1, reason=mistake.message, where=mistake.where)


def _tried(
    task: Task,
    configs: Sequence[Mapping[str, Any]],
    n: int,
    device: torch.device,
    *,
    is_required: bool,
) -> Decision:
    check_task(task, device)
    owns = [Own.of(task, config) for config in configs]
    widths = sorted({min(n, width) for width in WIDTHS})
    tried = [
        _Group(task, [owns[number] for number in numbers], device) for numbers in groups(task, owns)
    ]
    difference = max(group.checked(VMAP) for group in tried)
    backends = [VMAP]
    if all(group.is_traceable() for group in tried):
        backends.append(TRACED)
    ways = [(backend, width) for backend in backends for width in widths]
    speedups = _speedups([group.timed(ways) for group in tried], ways)
    return decided(speedups, difference, is_on_cpu=device.type == "cpu", is_required=is_required)


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
