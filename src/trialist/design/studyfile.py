"""A study file as a `Study`, with everything that is wrong with it listed at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from trialist.design.commandkeys import read_env, read_metrics
from trialist.design.compose import compose
from trialist.design.cures import MISSING_CURES, later_todo, type_todo, unknown_todo
from trialist.design.document import Document, dotted
from trialist.design.hints import nearest
from trialist.design.includes import resolve_includes
from trialist.design.reading import Reading
from trialist.design.rules import check_rules
from trialist.design.schema import EXPECTED, GROUPS, LATER, fit, keys_of, shown
from trialist.design.times import seconds_of
from trialist.values.errors import ConfigError
from trialist.values.study import Study

_MAY_BE_EMPTY = ("config", "variants", "expect", "resources", "env", "metrics", "space")
_TIMES = (("resources", "timeout"), ("budget", "wall_clock"))

_ITEMS = {
    "seeds": "a whole number",
    "ablate": "a key of config",
    "data": "a path",
    "test": "a path",
}
"""What the items of a list are; elsewhere they are random sources."""


def load_study(path: Path, overrides: Sequence[str] = ()) -> Study:
    """Read a study file.

    Args:
        path: The file; positions in errors name it as it is given here.
        overrides: Dotted overrides such as `config.lr=0.2`.

    Raises:
        ConfigError: With every mistake that the file and the overrides hold, most fundamental
            first.
    """
    return study_in(compose(resolve_includes(path).document, overrides), path)


def study_in(
    document: Document,
    path: Path,
    *,
    folder: Path | None = None,
    notes: tuple[str, ...] = (),
) -> Study:
    """Give the study that a document says.

    Args:
        document: The keys of a study with their places, overrides among them.
        path: The file that it comes from, which names a study without a name.
        folder: The folder that relative paths start from; None: the file's.
        notes: What a front end has to say about how it was read.

    Raises:
        ConfigError: With every mistake that it holds, most fundamental first.
    """
    folder = path.parent if folder is None else folder
    reading = Reading(document=document)
    if not isinstance(document.data, dict):
        raise ConfigError(
            f"a study is a mapping of keys, and this file is {shown(document.data)}",
            where=document.place(()),
            todo="begin with `trial:` and `metric:`",
        )
    values = _read_keys(reading)
    check_rules(reading, values, folder / path.name)
    if reading.mistakes:
        raise ConfigError.of(reading.mistakes)
    values["name"] = values.get("name") or path.stem
    return Study(**values, folder=folder, notes=notes)


def _read_keys(reading: Reading) -> dict[str, Any]:
    """Give the values of all keys that are known and of the right type."""
    data = reading.document.data
    meant = _check_known(reading, "", data)
    _check_missing(reading, "", data, meant)
    values: dict[str, Any] = {}
    for key, given in data.items():
        if key not in keys_of(""):
            continue
        if key in GROUPS and isinstance(given, dict):
            _read_group(reading, key, values)
        elif key in _MAY_BE_EMPTY and given is None:
            values[key] = {}
        elif key == "variants":
            _read_variants(reading, given, values)
        elif key in _MAPPINGS:
            _read_mapping(reading, key, given, values)
        elif key == "config":
            _read_value(reading, "", "config", {} if isinstance(given, dict) else given, values)
            values.update({"config": given} if isinstance(given, dict) else {})
        else:
            _read_value(reading, "", key, given, values)
    return values


def _read_group(reading: Reading, group: str, values: dict[str, Any]) -> None:
    given = reading.document.data[group]
    meant = _check_known(reading, group, given)
    _check_missing(reading, group, given, meant)
    inside: dict[str, Any] = {}
    for key, value in given.items():
        if key in keys_of(group):
            _read_value(reading, group, key, value, inside)
    values[group] = inside


def _read_variants(reading: Reading, given: Any, values: dict[str, Any]) -> None:
    if not isinstance(given, dict):
        _wrong_type(reading, ("variants",), given)
        return
    values["variants"] = {}
    for name, change in given.items():
        if change is None or isinstance(change, dict):
            values["variants"][name] = change or {}
        else:
            reading.wrong_type(
                ("variants", name),
                f"{dotted(('variants', name))} is {shown(change)}, expected a mapping of the keys "
                "that it changes",
                "for example {dropout: 0.3}; the unchanged configuration is {}",
            )


def _read_mapping(reading: Reading, key: str, given: Any, values: dict[str, Any]) -> None:
    if isinstance(given, dict):
        values[key] = _MAPPINGS[key](reading, given)
    else:
        _wrong_type(reading, (key,), given)


def _as_given(reading: Reading, given: dict[str, Any]) -> dict[str, Any]:
    del reading  # each text has a rule of its own, which says what it may be
    return given


_MAPPINGS: Mapping[str, Callable[[Reading, dict[str, Any]], dict[str, Any]]] = {
    "expect": _as_given,
    "env": read_env,
    "metrics": read_metrics,
    "space": _as_given,
}
"""Keys whose own keys are the user's, with what reads them."""


def _read_value(reading: Reading, group: str, key: str, given: Any, values: dict[str, Any]) -> None:
    keys = (group, key) if group else (key,)
    if keys in _TIMES and isinstance(given, str):
        seconds = seconds_of(given)
        given = given if seconds is None else seconds
    fitted = fit(group, key, given)
    if fitted.fits:
        values[key] = fitted.value
    elif fitted.items:
        for item in fitted.items:
            _wrong_type(reading, (*keys, item), given[item])
    else:
        _wrong_type(reading, keys, given)


def _wrong_type(reading: Reading, keys: tuple[str | int, ...], given: Any) -> None:
    if isinstance(keys[-1], int):
        expected = _ITEMS.get(str(keys[0]), "the name of a random source")
        reading.wrong_type(keys, f"{dotted(keys)} is {shown(given)}, expected {expected}", None)
        return
    name = dotted(keys)
    expected = EXPECTED.get(name, "something else")
    message = f"{name} is {shown(given)}, expected {expected}"
    reading.wrong_type(keys, message, type_todo(name, given))


def _check_known(reading: Reading, group: str, data: dict[str, Any]) -> set[str]:
    """Report unknown keys; give the known keys that they seem to mean."""
    known = keys_of(group)
    meant: set[str] = set()
    for key in data:
        if key in known:
            continue
        keys = (group, key) if group else (key,)
        if key in LATER.get(group, ()):
            cure = later_todo(key)
            reading.unknown(keys, f"'{dotted(keys)}' is not in this version of trialist yet", cure)
            continue
        close = nearest(key, [name for name in known if name not in data])
        meant |= {close} if close else set()
        meant |= {home for home in GROUPS if not group and key in keys_of(home)}
        of = group or "a study"
        reading.unknown(keys, f"'{key}' is not a key of {of}", unknown_todo(group, key))
    return meant


def _check_missing(reading: Reading, group: str, data: dict[str, Any], meant: set[str]) -> None:
    known = keys_of("")
    for field in fields(GROUPS.get(group, Study)):
        required = field.default is MISSING and field.default_factory is MISSING
        misplaced = bool(group) and field.name in reading.document.data and field.name not in known
        if not required or field.name in data or field.name in meant or misplaced:
            continue
        name = f"{group}.{field.name}" if group else field.name
        owner = group or "the study"
        keys = (group,) if group else ()
        reading.unknown(keys, f"{owner} has no '{field.name}'", MISSING_CURES[name])
    if not group and not {"trial", "command"} & {*data, *meant}:
        reading.unknown((), "the study has no 'trial'", MISSING_CURES["trial"])
