"""The Trainer of Hugging Face's transformers: a callback for `Trainer(callbacks=[...])`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from trialist.train.adapters.foreign import ForeignLoop, module_of
from trialist.values.ports import Sink

_SETTING = 'TrainingArguments(run.directory / "checkpoints-hf")'
_CALLED = {"train_loss": "train/loss_mean"}
"""The summary at the end: the mean over all steps, beside the last `loss`."""


def huggingface_callback(run: Sink) -> Any:
    """Give a callback for the `Trainer` of transformers that records a training in `run`.

    Make it before the model: what is made afterwards is drawn from the run's seed. The seed of the
    Trainer's arguments is set to `run.seed.train`.

    Args:
        run: The `run` of a trial, or of `trialist.start_run`.

    Raises:
        MissingExtraError: If transformers is not installed.
        ConfigError: If the run has no seed.
    """
    base = module_of(("transformers",), install="'transformers[torch]'").TrainerCallback
    return _class(base)(ForeignLoop(run, "The Hugging Face Trainer"))


class _Hooks:
    """What the callback does; the class of transformers is joined to it when it is there."""

    def __init__(self, loop: ForeignLoop) -> None:
        self._loop = loop

    def on_init_end(self, args: Any, *_state: Any, **_named: Any) -> None:
        # The Trainer has just seeded everything with its own number, 42 for every run, and the
        # order of the data would follow from that.
        args.seed = self._loop.run.seed.train % 2**32
        self._loop.begin()

    def on_train_begin(self, *_state: Any, **_named: Any) -> None:
        self._loop.begin()

    def on_log(
        self, _args: Any, state: Any, _control: Any, *, logs: Mapping[str, Any], **_named: Any
    ) -> None:
        if state.is_world_process_zero:
            self._loop.log(logs, state.global_step, called=_CALLED)

    def on_step_end(self, _args: Any, _state: Any, control: Any, **_named: Any) -> None:
        if self._loop.should_stop():
            control.should_training_stop = True

    def on_save(self, args: Any, state: Any, _control: Any, **_named: Any) -> None:
        if state.is_world_process_zero:
            self._loop.saves_in(args.output_dir, setting=_SETTING)

    def on_train_end(self, _args: Any, state: Any, _control: Any, **_named: Any) -> None:
        if state.is_world_process_zero and state.global_step < state.max_steps:
            self._loop.ended_early(state.global_step)


@cache
def _class(base: type) -> Any:
    return type("RunCallback", (_Hooks, base), {})
