"""The configuration that a script gives to `start_run`: plain data, held against the study's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Any

from trialist.values.errors import ConfigError

_MOST_SHOWN = 60


def plain_config(given: Any) -> dict[str, Any]:
    """Give a mapping, a dataclass or what `argparse` gives as plain data.

    Raises:
        ConfigError: If something in it is no plain data, with its name.
    """
    if given is None:
        return {}
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        given = dataclasses.asdict(given)
    elif not isinstance(given, Mapping) and hasattr(given, "__dict__"):
        given = vars(given)
    if not isinstance(given, Mapping):
        raise ConfigError(
            f"config is {given!r:.60}, not a mapping",
            where="trialist.start_run",
            todo='give names and values, for example config={"lr": 0.1} or config=vars(args)',
        )
    return {str(key): _plain(value, str(key)) for key, value in given.items()}


def _plain(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, f"{name}.{key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, f"{name}[{place}]") for place, inner in enumerate(value)]
    if isinstance(value, PurePath):
        return str(value)
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ConfigError(
            f"config.{name} is {value!r:.60}, which is not plain data",
            where="trialist.start_run",
            todo="use finite numbers, text, booleans, None, lists and mappings; "
            "for an object, its name or its settings",
        ) from error


def differences(
    given: Mapping[str, Any], study: Mapping[str, Any], name: str = ""
) -> Iterator[str]:
    """Give a sentence for each value that the script says otherwise than the study."""
    for key, value in given.items():
        if key not in study:
            continue
        here, way = study[key], f"{name}{key}"
        if isinstance(value, Mapping) and isinstance(here, Mapping):
            yield from differences(value, here, f"{way}.")
        elif value != here:
            yield (
                f"the script gave config.{way} = {_shown(value)}, the study says {_shown(here)}: "
                "the study counts"
            )


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
