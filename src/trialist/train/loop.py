"""The training loop: plain PyTorch, exact when it is resumed, quiet between two readings."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import torch

from trialist.train.augment.key import Augment, AugmentKey
from trialist.train.average import AveragedModel
from trialist.train.batch import Batch
from trialist.train.evaluation import Evaluation, Metric, evaluate
from trialist.train.intervals import Intervals
from trialist.train.precision import Precision
from trialist.train.progress import Progress
from trialist.train.rates import RateSetter
from trialist.train.sameness import check_same, check_same_model
from trialist.train.seeding import seed_everything
from trialist.train.stepper import LossFunction, Stepper
from trialist.train.stopping import Best, check_watched
from trialist.train.window import Window
from trialist.values.machineuse import DATA_WAIT
from trialist.values.ports import Sink

ODD_STEPS = 5
"""So many steps in a row without a finite loss or norm, and the run has diverged."""
VAL = "val"
WAIT_TOLD_EVERY_S = 5.0
"""How often a run tells how long it waited for data, besides at its end."""


class Reason(StrEnum):
    """Why a loop ended."""

    FINISHED = "finished"
    STOPPED_EARLY = "stopped early"
    DIVERGED = "diverged"
    STOPPED = "stopped"


class DataSource(Protocol):
    """Where batches come from."""

    @property
    def n_val(self) -> int:
        """How many validation examples there are."""
        ...

    def steps_per_epoch(self, batch_size: int) -> int:
        """Give how many batches an epoch has."""
        ...

    def batches(
        self, *, seed: int, batch_size: int, start: int, device: torch.device
    ) -> Iterator[Batch]:
        """Give the training batches from a step on, without an end."""
        ...

    def validation(self, *, batch_size: int, device: torch.device) -> Iterator[Batch]:
        """Give the validation examples."""
        ...


@dataclass(slots=True, kw_only=True)
class Parts:
    """What a loop joins."""

    model: torch.nn.Module
    optimizer: torch.optim.Optimizer
    stepper: Stepper
    rates: RateSetter
    data: DataSource
    loss: LossFunction
    precision: Precision
    best: Best
    intervals: Intervals
    steps: int
    batch_size: int
    facts: Mapping[str, Any]
    sink: Sink
    average: AveragedModel | None = None
    metrics: Mapping[str, Metric] | None = None
    augment: Augment | None = None
    clip_norm: float | None = None
    normalizer_state: Any = None
    keep_best: bool = False
    allow_inexact: bool = False
    progress: Progress | None = None
    first_row: Mapping[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Loop:
    """Trains to the last step, or as far as it goes; `run` is called once."""

    parts: Parts
    done: int = 0
    row: dict[str, float] = field(default_factory=dict)
    best_weights: dict[str, torch.Tensor] | None = None
    evaluation: Evaluation | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0
    waited: float = 0.0
    first: int = 0
    _window: Window = field(init=False)
    _began: float = 0.0
    _told: float = 0.0

    def __post_init__(self) -> None:
        self._window = Window(self.parts.clip_norm)

    @property
    def n_skipped(self) -> int:
        """Steps that changed nothing, as their gradients were not finite."""
        return self._window.n_skipped

    def run(self) -> Reason:
        """Train; give why it ended."""
        parts = self.parts
        if not self._resume():
            seed_everything(parts.sink.seed.train)
            self.row |= parts.first_row
            self._validate()
            self._tell()
        self.first = self.done
        self._began = self._told = time.perf_counter()
        reason = self._train()
        self.seconds = time.perf_counter() - self._began
        if self.done > self.first:
            self._tell_wait()
        if self.evaluation is None and parts.data.n_val and reason is not Reason.DIVERGED:
            self.evaluation = self._evaluated()  # it had come to its end before
        return reason

    def _train(self) -> Reason:
        parts = self.parts
        stop, set_rates, step, add = (
            parts.sink.should_stop, parts.rates.set, parts.stepper, self._window.add,
        )  # fmt: skip
        after_step, augment, clock = parts.rates.after_step, parts.augment, time.perf_counter
        batches = parts.data.batches(
            seed=parts.sink.seed.data, batch_size=parts.batch_size, start=self.done,
            device=parts.precision.device,
        )  # fmt: skip
        due = parts.intervals.next_after(self.done, parts.steps)
        while self.done < parts.steps:
            if stop():
                self._save()
                return Reason.STOPPED
            set_rates(self.done)
            before = clock()
            batch = next(batches)
            self.waited += clock() - before
            if augment is not None:
                batch = augment(batch, self._key())
            add(step(batch), step.norm)
            self.done += 1
            after_step(self.done)
            if self.done == due:
                reason = self._at_interval()
                if reason is not None:
                    return reason
                due = parts.intervals.next_after(self.done, parts.steps)
        return Reason.FINISHED

    def _key(self) -> AugmentKey:
        parts = self.parts
        return AugmentKey.at(
            self.done,
            seed=parts.sink.seed.data,
            steps_per_epoch=parts.data.steps_per_epoch(parts.batch_size),
            total=parts.steps,
        )

    # -- what is done at intervals ----------------------------------------------

    def _at_interval(self) -> Reason | None:
        parts, done = self.parts, self.done
        is_end = done == parts.steps
        if done % parts.intervals.log == 0 or is_end:
            self._read()
        if done % parts.intervals.validate == 0 or is_end:
            if len(self._window):
                self._read()
            self._validate()
        self._tell()
        if time.perf_counter() - self._told >= WAIT_TOLD_EVERY_S:
            self._tell_wait()
        if self._window.odd_in_a_row >= ODD_STEPS:
            return Reason.DIVERGED
        if parts.intervals.checkpoint and (done % parts.intervals.checkpoint == 0 or is_end):
            self._save()
        return Reason.STOPPED_EARLY if parts.best.is_exhausted and not is_end else None

    def _read(self) -> None:
        self.row |= self._window.read()
        self.row["train/lr"] = self.parts.rates.lr

    def _validate(self) -> None:
        parts = self.parts
        if not parts.data.n_val:
            return
        self.evaluation = self._evaluated()
        self.row |= {f"{VAL}/{name}": value for name, value in self.evaluation.values.items()}
        check_watched(parts.best.name, [f"{VAL}/{name}" for name in self.evaluation.values])
        watched = self.row.get(parts.best.name, math.nan)
        parts.rates.after_validation(watched)
        if parts.best.see(watched, self.done) and parts.keep_best:
            self.best_weights = copy.deepcopy(self._judged().state_dict())

    def _evaluated(self) -> Evaluation:
        parts = self.parts
        batches = parts.data.validation(
            batch_size=max(parts.batch_size, 256), device=parts.precision.device
        )
        return evaluate(
            self._judged(), batches, parts.loss, precision=parts.precision, metrics=parts.metrics
        )

    def _judged(self) -> torch.nn.Module:
        return self.parts.model if self.parts.average is None else self.parts.average.module

    def _tell(self) -> None:
        if not self.row:
            return
        self.parts.sink.log(dict(self.row), step=self.done)
        self.history.append({"step": self.done, **self.row})
        if self.parts.progress is not None:
            self.parts.progress.show(self.done, self.row)
        self.row = {}

    def _tell_wait(self) -> None:
        self._told = time.perf_counter()
        share = self.waited / (self._told - self._began)
        self.parts.sink.system({DATA_WAIT: round(share, 4)})

    # -- what a run needs to go on ----------------------------------------------

    def _save(self) -> None:
        parts = self.parts
        if not parts.intervals.checkpoint:
            return
        scaler = parts.precision.scaler
        state = {
            "step": self.done,
            "facts": dict(parts.facts),
            "model": parts.model.state_dict(),
            "modes": [module.training for module in parts.model.modules()],
            "optimizer": parts.optimizer.state_dict(),
            "rates": parts.rates.state_dict(),
            "scaler": None if scaler is None else scaler.state_dict(),
            "average": None if parts.average is None else parts.average.state_dict(),
            "best": parts.best.state_dict(),
            "best_weights": self.best_weights,
            "window": self._window.state_dict(),
            "normalizer": parts.normalizer_state,
        }
        parts.sink.checkpoint(state, step=self.done)

    def _restore_optimizer(self, state: Mapping[str, Any], *, evolves: bool) -> None:
        parts = self.parts
        groups = parts.optimizer.param_groups
        settings = [{name: one for name, one in g.items() if name != "params"} for g in groups]
        parts.optimizer.load_state_dict(state["optimizer"])
        if not evolves:
            parts.rates.load_state_dict(state["rates"])
            return
        # The moments are those of the checkpoint, the rates those of the new configuration.
        for group, own in zip(parts.optimizer.param_groups, settings, strict=True):
            group.update(own)

    def _resume(self) -> bool:
        """Go on where an interrupted run was; tell whether there was one."""
        parts = self.parts
        state = parts.sink.restore()
        if state is None:
            return False
        evolves = getattr(parts.sink, "evolves", False)
        caveat = check_same(
            state["facts"], parts.facts, allow_inexact=parts.allow_inexact or evolves
        )
        if caveat is not None and not evolves:
            parts.sink.finding(caveat)
        check_same_model(state["model"], parts.model.state_dict())
        parts.model.load_state_dict(state["model"])
        for module, mode in zip(parts.model.modules(), state["modes"], strict=True):
            module.training = mode
        self._restore_optimizer(state, evolves=evolves)
        if parts.precision.scaler is not None:
            parts.precision.scaler.load_state_dict(state["scaler"])
        if parts.average is not None:
            parts.average.load_state_dict(state["average"])
        parts.best.load_state_dict(state["best"])
        self.best_weights = state["best_weights"]
        self._window.load_state_dict(state["window"])
        self.done = state["step"]
        return True
