"""Keras: a callback for `model.fit(callbacks=[...])`, with any backend."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from trialist.train.adapters.foreign import ForeignLoop, module_of
from trialist.values.ports import Sink


def keras_callback(run: Sink) -> Any:
    """Give a Keras callback that records a training in `run`: a row per epoch.

    Make it before the model: what is made afterwards is drawn from the run's seed. Rows stand at
    the number of batches that were trained on.

    Args:
        run: The `run` of a trial, or of `trialist.start_run`.

    Raises:
        MissingExtraError: If Keras is not installed.
        ConfigError: If the run has no seed.
    """
    base = _keras().callbacks.Callback
    loop = ForeignLoop(run, "Keras")
    _seed(run.seed.model)
    return _class(base)(loop)


class _Hooks:
    """What the callback does; Keras' own class is joined to it when it is there."""

    model: Any

    def __init__(self, loop: ForeignLoop) -> None:
        super().__init__()
        self._loop = loop

    def on_train_begin(self, *_state: Any, **_named: Any) -> None:
        self._loop.begin()
        _seed(self._loop.run.seed.train)

    def on_train_batch_end(self, *_state: Any, **_named: Any) -> None:
        if self._loop.should_stop():
            self.model.stop_training = True

    def on_epoch_end(self, _epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._loop.log(logs or {}, _n_done(self.model))

    def on_train_end(self, *_state: Any, **_named: Any) -> None:
        if self.model.stop_training:
            self._loop.ended_early(_n_done(self.model))


@cache
def _class(base: type) -> Any:
    return type("RunCallback", (_Hooks, base), {})


def _keras() -> Any:
    return module_of(("keras",), install="keras")


def _seed(seed: int) -> None:
    """Seed Keras too: its own generator, and those of a backend that is not torch."""
    _keras().utils.set_random_seed(seed % 2**32)


def _n_done(model: Any) -> int:
    """Give how many batches the optimizer has seen, those before a resume among them."""
    return int(model.optimizer.iterations)
