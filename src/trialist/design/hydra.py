"""A configuration folder of Hydra's as a study: composed by Hydra, checked as any study file is.

The composed mapping is a study itself, or it is the configuration of one, with a key `trialist`
that has the study's other keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from trialist.design.compose import compose
from trialist.design.document import Document, Keys
from trialist.design.studyfile import study_in
from trialist.values.errors import ConfigError, MissingExtraError, Mistake
from trialist.values.study import Study

OWN = "trialist"
"""The key that has the study's keys where the rest is its configuration."""

_DEFAULT = "config"
_DEFAULTS = re.compile(r"^defaults[ \t]*:", flags=re.MULTILINE)
_OPTION = re.compile(r"(seeds|search\.trials)=\d+")
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What Hydra made of a folder.

    Attributes:
        data: The composed configuration, its interpolations resolved.
        options: The overrides that say how much is run, which are not Hydra's.
        name: What errors call it.
    """

    data: Mapping[str, Any]
    options: tuple[str, ...]
    name: str


def is_hydra(path: Path) -> bool:
    """Tell whether a path is a configuration folder, or a file with a `defaults` list."""
    if path.is_dir():
        return any(path.glob("*.yaml")) or any(path.glob("*.yml"))
    if path.suffix not in _SUFFIXES or not path.is_file():
        return False
    return _DEFAULTS.search(path.read_bytes().decode("utf-8", "replace")) is not None


def load_hydra(path: Path, overrides: Sequence[str] = ()) -> Study:
    """Read a configuration folder as a study.

    Args:
        path: The folder with `config.yaml`, or the file in it that is composed instead.
        overrides: Overrides in Hydra's grammar: `model=resnet`, `+lr=0.1`, `~scheduler`.

    Raises:
        ConfigError: If Hydra cannot compose it, or what it composes is no study.
        MissingExtraError: Without Hydra.
    """
    made = composed(path, overrides)
    data = _study_keys(made)
    places: dict[Keys, str] = {(): made.name}
    mistakes = tuple(_unlike_yaml(data, (), made.name))
    document = Document(name=made.name, data=data, values=places, keys={}, mistakes=mistakes)
    folder = path if path.is_dir() else path.parent
    return study_in(compose(document, made.options), _called(path), folder=folder.resolve().parent)


def study_text(path: Path, overrides: Sequence[str] = ()) -> str:
    """Give what a folder composes to as a study file that can be run alone.

    Raises:
        ConfigError: If Hydra cannot compose it, or it is no study.
        MissingExtraError: Without Hydra.
    """
    keys = _study_keys(composed(path, overrides))
    return str(_library("omegaconf").OmegaConf.to_yaml(keys))


def composed(path: Path, overrides: Sequence[str] = ()) -> Composed:
    """Compose a folder.

    Raises:
        ConfigError: If Hydra cannot.
        MissingExtraError: Without Hydra.
    """
    options = tuple(one for one in overrides if _OPTION.fullmatch(one))
    given = [one for one in overrides if one not in options]
    folder, name = (path, _DEFAULT) if path.is_dir() else (path.parent, path.stem)
    shown = f"{folder / name}.yaml, composed by Hydra"
    _check_there(folder, name, path)
    hydra, omegaconf = _library("hydra"), _library("omegaconf")
    errors = (hydra.errors.HydraException, omegaconf.errors.OmegaConfBaseException)
    try:
        with hydra.initialize_config_dir(config_dir=str(folder.resolve()), version_base=None):
            config = hydra.compose(config_name=name, overrides=given)
        missing = sorted(omegaconf.OmegaConf.missing_keys(config))
        if not missing:
            data = omegaconf.OmegaConf.to_container(config, resolve=True, enum_to_str=True)
            return Composed(data=data, options=options, name=shown)
    except errors as error:
        raise _not_composed(error, shown, given) from error
    raise ConfigError.of(
        [
            Mistake(message=f"{key} is ???: a value that has to be given", where=shown,
                    todo=f"give it: {key}=VALUE")
            for key in missing
        ]
    )  # fmt: skip


def _library(name: str) -> Any:
    try:
        found = import_module(name)
        import_module(f"{name}.errors")
    except ImportError as error:
        raise MissingExtraError(
            "a configuration folder is composed by Hydra, which is not installed",
            todo="pip install 'trialist[hydra]'",
        ) from error
    return found


def _check_there(folder: Path, name: str, path: Path) -> None:
    if any((folder / f"{name}{suffix}").is_file() for suffix in _SUFFIXES):
        return
    found = sorted(one.name for one in folder.glob("*.y*ml"))
    raise ConfigError(
        f"{folder} has no {name}.yaml",
        where=str(path),
        todo="name the file to compose: " + ", ".join(str(folder / one) for one in found[:8]),
    )


def _not_composed(error: Exception, shown: str, given: Sequence[str]) -> ConfigError:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    message = " ".join(lines[:3]) or type(error).__name__
    todo = "see the message: it is Hydra's own"
    about = next((one for one in given if one and one in message), None)
    if "Sweep" in message or "multirun" in message.lower() or "Ambiguous value" in message:
        todo = "several values are searched by `space:` of the study, not by an override"
    elif "Could not override" in message or "not in struct" in message:
        todo = "check the name; +KEY=VALUE adds a key that is not there"
    where = f"command line: {about}" if about else shown
    return ConfigError(f"Hydra cannot compose this: {message}", where=where, todo=todo)


def _study_keys(made: Composed) -> dict[str, Any]:
    """Give the study's keys, the configuration among them."""
    data = {key: value for key, value in made.data.items() if key != "hydra"}
    own = data.get(OWN)
    if own is None:
        if "metric" in data and {"trial", "command"} & set(data):
            return data
        raise ConfigError(
            "the composed configuration says neither what is run nor what is measured",
            where=made.name,
            todo="add a key `trialist:` with trial (or command) and metric; all that stands beside "
            "it is then the configuration",
        )
    if not isinstance(own, Mapping):
        raise ConfigError(
            f"{OWN} is no mapping", where=made.name, todo=f"let {OWN}: hold trial and metric"
        )
    rest = {key: value for key, value in data.items() if key != OWN}
    _refuse_doubt(made, own, rest)
    return {**own, "config": rest}


def _refuse_doubt(made: Composed, own: Mapping[str, Any], rest: Mapping[str, Any]) -> None:
    if "config" in own:
        raise ConfigError(
            f"{OWN}.config is given, and what stands beside {OWN} is the configuration",
            where=made.name,
            todo=f"move its keys out of {OWN}",
        )
    for option in made.options:
        key = option.partition("=")[0].partition(".")[0]
        if key in rest:
            raise ConfigError(
                f"{option} may mean the study's {key} or the configuration's",
                where=f"command line: {option}",
                todo=f"write ++{OWN}.{option}, or ++{option}",
            )


def _unlike_yaml(value: Any, way: Keys, where: str) -> Iterator[Mistake]:
    """Give what a study file could not hold: keys that are no text, values of other kinds."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield Mistake(message=f"the key {key!r} is not text", where=where,
                              todo=f"put it into quotes: '{key}'")  # fmt: skip
            yield from _unlike_yaml(inner, (*way, str(key)), where)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _unlike_yaml(inner, (*way, place), where)
    elif not isinstance(value, str | int | float | bool | None):
        name = ".".join(map(str, way))
        yield Mistake(message=f"{name} is a {type(value).__name__}, and a configuration is plain "
                      "data", where=where, todo="write it as text or numbers")  # fmt: skip


def _called(path: Path) -> Path:
    """Give the path that names a study without a name: the file's, or the folder's."""
    return path.resolve() if path.is_dir() else path
