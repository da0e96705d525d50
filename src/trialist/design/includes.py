"""`include:` at the top of a study file: other files below it, every node with its own place.

Files are named from the file that includes them. Later ones win over earlier ones, the including
file over all; mappings are merged key by key, everything else is replaced, lists as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from trialist.design.document import Document, Keys
from trialist.design.schema import shown
from trialist.design.yamlnodes import parse_leniently
from trialist.design.yamltext import read_text
from trialist.values.errors import ConfigError, Mistake

INCLUDE = "include"
MOST_FILES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A study file with what it includes.

    Attributes:
        document: All of it as one; `include` is not in it any more.
        files: The files that were read, the study file first, each once.
    """

    document: Document
    files: tuple[Path, ...]


def resolve_includes(path: Path) -> Resolved:
    """Read a file and all that it includes.

    Raises:
        ConfigError: If a file cannot be read at all, or includes form a circle.
    """
    files: list[Path] = []
    document = _read(path, (), files)
    return Resolved(document=document, files=tuple(dict.fromkeys(files)))


def _read(path: Path, way: tuple[Path, ...], files: list[Path]) -> Document:
    files.append(path)
    own = parse_leniently(read_text(path), str(path))
    if not isinstance(own.data, dict) or INCLUDE not in own.data:
        return own
    names, mistakes = _names(own)
    below: Document | None = None
    for place, name in names:
        target = path.parent / name
        _refuse_circle(target, (*way, path), place)
        if len(files) >= MOST_FILES:
            message = f"this study includes more than {MOST_FILES} files"
            raise ConfigError(message, where=place, todo="include each file once")
        try:
            included = _read(target, (*way, path), files)
        except ConfigError as error:
            raise _seen_from(error, place, target) from error
        mistakes += included.mistakes
        if not isinstance(included.data, dict):
            message = f"{target} is {shown(included.data)}, and only a mapping can be included"
            todo = "let it hold keys of a study"
            mistakes.append(Mistake(message=message, where=included.place(()), todo=todo))
            continue
        below = included if below is None else _laid_over(below, included)
    rest = replace(_without_include(own), mistakes=(*own.mistakes, *mistakes))
    return rest if below is None else replace(_laid_over(below, rest), mistakes=rest.mistakes)


def _names(document: Document) -> tuple[list[tuple[str, str]], list[Mistake]]:
    """Give the places and names of the included files, and what is wrong with the rest."""
    given = document.data[INCLUDE]
    items = given if isinstance(given, list) else [given]
    found, mistakes = [], []
    for number, item in enumerate(items):
        keys: Keys = (INCLUDE, number) if isinstance(given, list) else (INCLUDE,)
        if isinstance(item, str) and item.strip():
            found.append((document.place(keys), item))
            continue
        message = f"include names {shown(item)}, expected the path of a YAML file"
        todo = "write include: base.yaml, or a list such as [base.yaml, tuned.yaml]"
        mistakes.append(Mistake(message=message, where=document.place(keys), todo=todo))
    return found, mistakes


def _refuse_circle(target: Path, way: tuple[Path, ...], place: str) -> None:
    real = [one.resolve() for one in way]
    if target.resolve() not in real:
        return
    circle = [*way[real.index(target.resolve()) :], target]
    raise ConfigError(
        "the includes form a circle: " + " includes ".join(str(one) for one in circle),
        where=place,
        todo="put what they share into a file of its own, which includes neither",
    )


def _seen_from(error: ConfigError, place: str, target: Path) -> ConfigError:
    """Give an error of an included file, with the place of its name where it is not there."""
    first = error.mistakes[0]
    if first.where != str(target):
        return error
    todo = first.todo if "empty" not in first.message else "write keys of a study into it"
    return ConfigError(f"{first.message}, and it is included here", where=place, todo=todo)


def _without_include(document: Document) -> Document:
    return replace(
        document,
        data={key: value for key, value in document.data.items() if key != INCLUDE},
        values={way: place for way, place in document.values.items() if way[:1] != (INCLUDE,)},
        keys={way: place for way, place in document.keys.items() if way[:1] != (INCLUDE,)},
    )


def _laid_over(below: Document, above: Document) -> Document:
    """Give `below` with `above` laid over it; a node keeps the place of the file it came from."""
    replaced = set(_replaced(below.data, above.data, ()))
    values = _kept(below.values, replaced) | dict(above.values)
    keys = _kept(below.keys, replaced) | dict(above.keys)
    data = _merged(below.data, above.data)
    return replace(above, data=data, values=values, keys=keys)


def _replaced(below: Mapping[str, Any], above: Mapping[str, Any], way: Keys) -> Iterator[Keys]:
    for key, value in above.items():
        if key in below:
            under = below[key]
            if isinstance(value, dict) and isinstance(under, dict):
                yield from _replaced(under, value, (*way, key))
            else:
                yield (*way, key)


def _kept(places: Mapping[Keys, str], replaced: set[Keys]) -> dict[Keys, str]:
    return {
        way: place
        for way, place in places.items()
        if not any(way[:end] in replaced for end in range(1, len(way) + 1))
    }


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(below)
    for key, value in above.items():
        under = result.get(key)
        both = isinstance(value, dict) and isinstance(under, dict)
        result[key] = _merged(under, value) if both else value  # type: ignore[arg-type]
    return result
