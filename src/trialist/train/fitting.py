"""`trialist.train.fit`: train a model, exactly repeatable, and resumable to the same bits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from trialist.train.alone import Alone
from trialist.train.arguments import check_device, check_kinds, check_owner, check_validated
from trialist.train.augment.key import Augment, name_of
from trialist.train.augment.tiers import resolved
from trialist.train.average import AveragedModel
from trialist.train.batchnorm import PARTS_CAVEAT, check_lone, sees_parts
from trialist.train.datanote import explained, odd_values
from trialist.train.device import device_of
from trialist.train.evaluation import Metric, metrics_of
from trialist.train.fitted import Fit, Pace
from trialist.train.intervals import Intervals
from trialist.train.loaderdata import LoaderData
from trialist.train.loop import Loop, Parts, Reason
from trialist.train.optimizers import OptimizerRecipe
from trialist.train.precision import Precision
from trialist.train.progress import Progress, wanted
from trialist.train.rates import RateSetter
from trialist.train.sameness import facts_of, optimizer_facts
from trialist.train.schedules import Schedule, schedule_of
from trialist.train.settings import check_counts, check_reals
from trialist.train.stepper import LossFunction, Stepper
from trialist.train.stopping import Best, check_patience, goal_of
from trialist.train.tensordata import TensorData
from trialist.train.torchschedules import TorchSchedule
from trialist.values.errors import ConfigError
from trialist.values.ports import Sink

LOG_EVERY = 50


def fit(  # noqa: PLR0913 — one keyword per thing that a training loop can do
    model: torch.nn.Module,
    *,
    loss: LossFunction,
    data: TensorData | LoaderData,
    optimizer: OptimizerRecipe | torch.optim.Optimizer,
    steps: int,
    run: Sink | None = None,
    seed: int | None = None,
    batch_size: int = 64,
    micro_batch: int | None = None,
    schedule: str | Schedule | TorchSchedule | None = None,
    warmup: float = 0,
    precision: str = "auto",
    clip_norm: float | None = None,
    ema: float | None = None,
    augment: str | Augment | None = None,
    metrics: Sequence[str] | Mapping[str, Metric] | None = None,
    watch: str = "val/loss",
    goal: str = "minimize",
    val_every: int | None = None,
    log_every: int = LOG_EVERY,
    checkpoint_every: int | None = None,
    keep_best: bool = False,
    patience: int | None = None,
    min_delta: float = 0.0,
    device: str | torch.device = "auto",
    allow_inexact: bool = False,
    progress: bool | None = None,
    first_row: Mapping[str, float] | None = None,
) -> Fit:
    """Train a model for a number of optimizer steps.

    The same seed gives the same bits, whatever the number of data workers. With `run`, rows go to
    its journal, and a run that was killed goes on from its last checkpoint to the same bits. A step
    whose gradients are not finite changes nothing; after five in a row the run has diverged.

    Args:
        model: Any nn.Module, initialized.
        loss: Gives the mean loss of `(model, batch)`, or `Loss(mean, weight)` of weighted examples.
        data: Training and validation data.
        optimizer: `trialist.train.AdamW(lr=...)` and its like, or an optimizer of torch's.
        steps: Optimizer steps, from 1.
        run: The `run` of a trial, or of `trialist.start_run`; None: nothing is recorded.
        seed: Without `run`: what everything random follows from.
        batch_size: Examples per optimizer step.
        micro_batch: Examples per forward and backward pass, where a whole batch does not fit; its
            parts are weighed by their examples, or by their weights.
        schedule: A name ("cosine", "one_cycle", ...), a schedule, or `TorchSchedule`.
        warmup: Steps of linear warm-up before it; a share of all steps where below 1.
        precision: "auto", "fp32", "bf16" or "fp16".
        clip_norm: The largest gradient norm; None: gradients are taken as they are.
        ema: What an averaged model keeps of itself at each step, for example 0.999; validation
            then judges the averaged one.
        augment: "weak", "medium", "strong" or "progressive" for pictures, or what gives a training
            batch changed from `(batch, key)`; validation never goes through it.
        metrics: "accuracy", "mse", "mae", or functions by name; None: accuracy where there are
            classes.
        watch: What "best" is about.
        goal: What is better of it, "minimize" or "maximize".
        val_every: Steps between validations; None: 20 in the whole run.
        log_every: Steps between rows of the curves.
        checkpoint_every: Steps between checkpoints; None: as validations; 0: none.
        keep_best: True keeps a copy of the weights where `watch` was best.
        patience: Validations without a better value after which to stop; None: never.
        min_delta: How much better counts.
        device: "auto" takes a GPU where there is one.
        allow_inexact: True goes on even where settings, torch or threads are others; recorded.
        progress: True draws a bar; None: where a person looks on.
        first_row: What is to stand in the row of step 0, before the validation there.

    Raises:
        ConfigError: For settings out of their ranges, or a batch of one example before BatchNorm.
        DataError: For data that cannot be trained on.
        ResumeError: Where the run began with other settings.
    """
    check_kinds(model, loss, data, optimizer)
    check_counts(
        steps=steps, batch_size=batch_size, micro_batch=micro_batch, val_every=val_every,
        log_every=log_every, patience=patience,
    )  # fmt: skip
    check_counts(least=0, checkpoint_every=checkpoint_every, seed=seed)
    check_reals(clip_norm=clip_norm, ema=ema, min_delta=min_delta)
    check_device(device)
    sink = _sink(run, seed)
    overruled = data.overruled(batch_size) if isinstance(data, LoaderData) else None
    if overruled is not None:
        sink.finding(overruled)
    changes = resolved(augment, data)
    place = device_of(device)
    model.to(place)
    computes = Precision.of(precision, place)
    made = (
        optimizer.build(model.parameters(), {})
        if isinstance(optimizer, OptimizerRecipe)
        else optimizer
    )
    check_owner(made, model.parameters())
    plan = schedule if isinstance(schedule, TorchSchedule) else schedule_of(schedule, warmup)
    check_validated(data.n_val, plan, patience=patience, keep_best=keep_best)
    if isinstance(plan, Schedule):
        check_patience(patience, plan)
        plan.at(0, steps)  # a warm-up that is too long is told before anything runs
    average = None if ema is None else AveragedModel(model, ema)
    intervals = Intervals.of(
        steps,
        log_every=log_every,
        val_every=val_every,
        checkpoint_every=checkpoint_every,
        is_recorded=run is not None,
    )
    normalizer = getattr(data, "normalizer", None)
    facts = facts_of(
        data, computes, steps=steps, batch_size=batch_size, micro_batch=micro_batch,
        schedule=_named(plan), warmup=warmup, clip_norm=clip_norm, ema=ema,
        augment=name_of(changes), **optimizer_facts(made),
    )  # fmt: skip
    if sees_parts(model, micro_batch):
        sink.finding(PARTS_CAVEAT)
    check_lone(model, loss, data, batch_size=batch_size, micro_batch=micro_batch, steps=steps)
    parts = Parts(
        model=model,
        optimizer=made,
        stepper=Stepper(
            model, loss, made, precision=computes, micro=micro_batch, clip_norm=clip_norm,
            average=average,
        ),
        rates=RateSetter(made, plan, total=steps, epoch_steps=data.steps_per_epoch(batch_size)),
        data=data,
        loss=loss,
        precision=computes,
        best=Best(name=watch, goal=goal_of(goal), patience=patience, min_delta=min_delta),
        intervals=intervals,
        steps=steps,
        batch_size=batch_size,
        facts=facts,
        sink=sink,
        average=average,
        metrics=metrics_of(metrics),
        augment=changes,
        clip_norm=clip_norm,
        normalizer_state=None if normalizer is None else normalizer.state_dict(),
        keep_best=keep_best,
        allow_inexact=allow_inexact,
        first_row=first_row or {},
    )  # fmt: skip
    loop = Loop(parts)
    with explained(model, data):
        if wanted(asked=progress, alone=run is None):
            with Progress(total=steps, batch_size=batch_size) as parts.progress:
                reason = loop.run()
        else:
            reason = loop.run()
    odd = odd_values(data) if reason is Reason.DIVERGED else None
    if odd is not None:
        sink.finding(f"diverged, and the data has {odd}")
    return _fit(loop, reason)


def _fit(loop: Loop, reason: Reason) -> Fit:
    parts = loop.parts
    return Fit.of(
        parts.model,
        reason,
        average=None if parts.average is None else parts.average.module,
        steps=loop.done,
        best=parts.best,
        best_weights=loop.best_weights,
        history=loop.history,
        n_skipped=loop.n_skipped,
        pace=Pace(
            seconds=loop.seconds,
            waited=loop.waited,
            examples=(loop.done - loop.first) * parts.batch_size,
        ),
        evaluation=loop.evaluation,
    )


def _sink(run: Sink | None, seed: int | None) -> Sink:
    if run is not None and seed is not None:
        raise ConfigError("both run and seed are given", todo="leave seed out: run.seed counts")
    if run is not None:
        return run
    if seed is None:
        raise ConfigError("there is neither run nor seed", todo="give run=run, or seed=0")
    return Alone(seed)


def _named(schedule: Schedule | TorchSchedule) -> str:
    return repr(schedule) if isinstance(schedule, Schedule) else f"torch, per {schedule.per}"
