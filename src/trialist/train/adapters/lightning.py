"""Lightning: a callback for `Trainer(callbacks=[...])`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from trialist.train.adapters.foreign import ForeignLoop, module_of
from trialist.values.ports import Sink

_NAMES = ("lightning.pytorch", "pytorch_lightning")
_SETTING = "Trainer(default_root_dir=run.directory)"


def lightning_callback(run: Sink) -> Any:
    """Give a Lightning callback that records a training in `run`.

    Make it before the model: what is made afterwards is drawn from the run's seed. Rows are those
    that Lightning's own loggers get, at their steps.

    Args:
        run: The `run` of a trial, or of `trialist.start_run`.

    Raises:
        MissingExtraError: If Lightning is not installed.
        ConfigError: If the run has no seed.
    """
    # The two packages are copies of each other, and a Trainer takes the callbacks of its own.
    loaded = [name for name in _NAMES if name in sys.modules]
    found = module_of((*loaded, *_NAMES), install="lightning")
    loop = ForeignLoop(run, "Lightning")
    return _callback_class(found.__name__)(loop, _logger_class(found.__name__)(loop))


class _Hooks:
    """What the callback does; Lightning's own class is joined to it when it is there."""

    def __init__(self, loop: ForeignLoop, logger: Any) -> None:
        self._loop = loop
        self._logger = logger

    def _attach(self, trainer: Any) -> None:
        # Not in `setup`: there the first logger says where checkpoints go.
        if self._logger not in trainer.loggers:
            trainer.loggers = [*trainer.loggers, self._logger]

    def on_fit_start(self, trainer: Any, _module: Any) -> None:
        self._attach(trainer)
        self._loop.begin()

    def on_validation_start(self, trainer: Any, _module: Any) -> None:
        self._attach(trainer)

    def on_test_start(self, trainer: Any, _module: Any) -> None:
        self._attach(trainer)

    def on_train_batch_end(self, trainer: Any, *_batch: Any, **_named: Any) -> None:
        if self._loop.should_stop():
            trainer.fit_loop.min_epochs = trainer.fit_loop.epoch_loop.min_steps = None
            trainer.should_stop = True

    def on_save_checkpoint(self, trainer: Any, *_state: Any) -> None:
        saver = trainer.checkpoint_callback
        if trainer.is_global_zero and saver is not None and saver.dirpath:
            self._loop.saves_in(saver.dirpath, setting=_SETTING)

    def on_train_end(self, trainer: Any, _module: Any) -> None:
        if trainer.should_stop and trainer.is_global_zero:
            self._loop.ended_early(trainer.global_step)

    def on_exception(self, _trainer: Any, _module: Any, exception: BaseException) -> None:
        if isinstance(exception, KeyboardInterrupt):
            self._loop.interrupted()


class _Rows:
    """What the logger does: it gets what Lightning's own loggers get."""

    name = "trialist"
    version = ""

    def __init__(self, loop: ForeignLoop) -> None:
        super().__init__()
        self._loop = loop

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        self._loop.log(metrics, step)

    def log_hyperparams(self, *_params: Any, **_named: Any) -> None:
        """Record nothing: the run has its configuration."""


@cache
def _callback_class(module: str) -> Any:
    return type("RunCallback", (_Hooks, import_module(module).Callback), {})


@cache
def _logger_class(module: str) -> Any:
    only: Any = import_module(f"{module}.utilities").rank_zero_only
    hooks = {"log_metrics": only(_Rows.log_metrics)}
    return type("RunLogger", (_Rows, import_module(f"{module}.loggers").Logger), hooks)
