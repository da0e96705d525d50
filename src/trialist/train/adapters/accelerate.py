"""Hugging Face Accelerate: a tracker for `Accelerator(log_with=...)`; the loop is the user's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from trialist.train.adapters.foreign import ForeignLoop, module_of
from trialist.values.ports import Sink

_SETTING = 'accelerator.save_state(run.directory / "accelerate")'


def accelerate_tracker(run: Sink) -> Any:
    """Give a tracker for Accelerate that records in `run` what `accelerator.log` is given.

    Make it before the model, and call `accelerator.init_trackers(...)` after: what is made in
    between is drawn from the run's seed of the model, what comes afterwards from that of the
    training. `tracker.should_stop()` tells whether to leave the loop, alike in all processes;
    `accelerator.register_save_state_pre_hook(tracker.on_save)` tells where checkpoints lie.

    Args:
        run: The `run` of a trial, or of `trialist.start_run`.

    Raises:
        MissingExtraError: If Accelerate is not installed.
        ConfigError: If the run has no seed.
    """
    base = module_of(("accelerate.tracking",), install="accelerate").GeneralTracker
    return _class(base)(ForeignLoop(run, "Accelerate"))


class _Tracker:
    """What the tracker does; Accelerate's own class is joined to it when it is there."""

    name = "trialist"
    requires_logging_directory = False
    main_process_only = False  # every process is seeded, and the first one writes

    def __init__(self, loop: ForeignLoop) -> None:
        super().__init__()
        self._loop = loop

    @property
    def tracker(self) -> Sink:
        return self._loop.run

    def start(self) -> None:
        self._loop.begin()

    def store_init_configuration(self, _values: Any) -> None:
        """Record nothing: the run has its configuration."""

    def log(self, values: Mapping[str, Any], step: int | None = None, **_named: Any) -> None:
        if _is_first():
            self._loop.log(values, step)

    def finish(self) -> None:
        """Leave the run open: who started it ends it."""

    def should_stop(self) -> bool:
        return self._loop.should_stop()

    def on_save(self, _models: Any, _weights: Any, folder: Any) -> None:
        if _is_first():
            self._loop.saves_in(folder, setting=_SETTING)


@cache
def _class(base: type) -> Any:
    return type("RunTracker", (_Tracker, base), {})


def _is_first() -> bool:
    return bool(
        module_of(("accelerate.state",), install="accelerate").PartialState().is_main_process
    )
