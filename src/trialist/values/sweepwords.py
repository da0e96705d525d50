"""A configuration as the agent of W&B's sweeps hands it to a program."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

PREFIX = "wandb."
"""`{wandb.args}` in a command is what `${args}` is in a sweep file."""

ENV_PREFIX = "env."
"""`{env.NAME}` in a command is a variable of the environment, looked up when the run starts."""


def sweep_words(name: str, config: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the words that a name such as `wandb.args` stands for.

    Values are written as Python does, nested ones as a whole. Keys come in order, plain ones
    before those that hold others, as a sweep gives them.

    References:
        wandb 0.31, `create_sweep_command_args`.

    Example:
        >>> sweep_words("wandb.args", {"lr": 0.1, "opt": {"name": "sgd"}, "amp": True})
        ('--amp=True', '--lr=0.1', "--opt={'name': 'sgd'}")
    """
    return _WORDS[name](in_order(config))


def in_order(config: Mapping[str, Any]) -> dict[str, Any]:
    """Give a configuration with its keys as a sweep has them: in order, at every depth."""
    keys = sorted(config, key=lambda key: (isinstance(config[key], Mapping), key))
    return {key: _sorted(config[key]) for key in keys}


def _sorted(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: _sorted(value[key]) for key in sorted(value)}


def _flags(before: str) -> Callable[[Mapping[str, Any]], tuple[str, ...]]:
    return lambda config: tuple(f"{before}{key}={value}" for key, value in config.items())


def _no_equals(config: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(word for key, value in config.items() for word in (f"--{key}", str(value)))


def _no_boolean_flags(config: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        f"--{key}" if value is True else f"--{key}={value}"
        for key, value in config.items()
        if value is not False
    )


def _as_json(config: Mapping[str, Any]) -> tuple[str, ...]:
    return (json.dumps(config),)


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, ...]]] = {
    "wandb.args": _flags("--"),
    "wandb.args_no_equals": _no_equals,
    "wandb.args_no_hyphens": _flags(""),
    "wandb.args_append_hydra": _flags("+"),
    "wandb.args_override_hydra": _flags("++"),
    "wandb.args_no_boolean_flags": _no_boolean_flags,
    "wandb.args_json": _as_json,
}

SWEEP_NAMES = tuple(_WORDS)
"""Names for the whole configuration as W&B's agent writes it."""
