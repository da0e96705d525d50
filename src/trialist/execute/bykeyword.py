"""Functions that know nothing of trialist, as trials: `main(lr=0.1, seed=3)`."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any

SEED = "seed"
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def as_trial(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function as a trial `f(config, run)`.

    One that has a parameter called `seed`, and does not begin as a trial does (`config` first, or
    `run` second), is called by keyword: with the keys of the configuration, `seed` as the
    replicate's number, and `run` where it has a parameter of that name. `f(config, seed)` gets the
    whole configuration and that number.
    """
    parameters = _parameters(function)
    positional = [one.name for one in parameters.values() if one.kind in _POSITIONAL]
    if positional[:2] == ["config", SEED]:
        return functools.wraps(function)(lambda config, run: function(config, run.seed.base))
    if SEED not in parameters or positional[:1] == ["config"] or positional[1:2] == ["run"]:
        return function

    @functools.wraps(function)
    def called(config: Mapping[str, Any], run: Any) -> Any:
        given = {**config, SEED: run.seed.base}
        return function(**given, **({"run": run} if "run" in parameters else {}))

    return called


def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # some callables written in C say nothing of themselves
        return {}
