"""The text of a YAML file, and what a person needs to hear where it is no YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from trialist.values.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slip:
    """A slip of the keyboard, by what the parser says about it."""

    said: re.Pattern[str]
    message: str
    todo: str
    at_opening: bool = False


_SLIPS = (
    _Slip(
        said=re.compile(r"\\t"),
        message="a tab stands where YAML takes spaces",
        todo="indent with spaces",
    ),
    _Slip(
        said=re.compile("mapping values are not allowed"),
        message="a ':' stands where no mapping can begin",
        todo="give neighbouring keys the same indentation, write 'key: value' with a space, "
        "and put quotes around text that contains ': '",
    ),
    _Slip(
        said=re.compile("could not find expected ':'"),
        message="a key has no ':' after it",
        todo="write 'key: value' with a space after the colon, and close every quote",
    ),
    _Slip(
        said=re.compile("expected <block end>"),
        message="this does not line up with what is above it",
        todo="give the keys of one mapping the same indentation",
    ),
    _Slip(
        said=re.compile("flow (sequence|mapping).*'<stream end>'|flow node.*'<stream end>'"),
        message="a '[' or '{' is never closed",
        todo="close it, or put quotes around it if it is text",
        at_opening=True,
    ),
    _Slip(
        said=re.compile("flow (sequence|mapping).*expected ',' or"),
        message="a list in [..] or a mapping in {..} goes wrong here",
        todo="put commas between its items, and close it on time",
    ),
    _Slip(
        said=re.compile("quoted scalar.*(end of stream|document separator)"),
        message="a quote is never closed",
        todo="close it",
        at_opening=True,
    ),
    _Slip(
        said=re.compile("while scanning a block scalar"),
        message="text that begins with '>' or '|' means something else here",
        todo="put quotes around the text, such as '> 0.005'",
    ),
    _Slip(
        said=re.compile("cannot start any token"),
        message="no text can begin with this character",
        todo="put quotes around the text",
    ),
)
_FALLBACK = "look at this line and the one above it"


def read_text(path: Path) -> str:
    """Give the file's text.

    Raises:
        ConfigError: If there is no such file, or it is not UTF-8 text.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise _not_there(path) from error
    except IsADirectoryError as error:
        raise ConfigError(
            f"{path} is a folder, not a study file", where=str(path), todo=_files_todo(path, "")
        ) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError(
            f"{path} cannot be read: {reason}",
            where=str(path),
            todo="check the path and its rights",
        ) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8", errors="replace")
        raise ConfigError(
            f"{path} is not UTF-8 text: byte 0x{raw[error.start]:02x}",
            where=f"{path}:{_place(before)}",
            todo="save it as UTF-8",
        ) from error


def not_yaml(error: Any, text: str, name: str) -> ConfigError:
    """Turn an error of the YAML parser into one for a person."""
    said = _said(error)
    slip = next((slip for slip in _SLIPS if slip.said.search(said)), None)
    place = _place_of(error, text, at_opening=slip is not None and slip.at_opening)
    message, todo = (slip.message, slip.todo) if slip else (said, _FALLBACK)
    opening = getattr(error, "context_mark", None)
    if opening is not None and opening.line + 1 < int(place.split(":")[0]):
        message += f" (it began in line {opening.line + 1})"
    return ConfigError(f"this is not YAML: {message}", where=f"{name}:{place}", todo=todo)


def _said(error: Any) -> str:
    character = getattr(error, "character", None)
    if character is not None:  # the reader met something that no YAML file may hold
        code = character if isinstance(character, int) else ord(character)
        return f"the character U+{code:04X} may not stand in a file"
    parts = (getattr(error, "context", None), getattr(error, "problem", None))
    return ", ".join(str(part) for part in parts if part) or type(error).__name__


def _place_of(error: Any, text: str, *, at_opening: bool) -> str:
    opening = getattr(error, "context_mark", None)
    mark = getattr(error, "problem_mark", None) or opening
    if at_opening and opening is not None:
        mark = opening
    if mark is not None:
        return f"{mark.line + 1}:{mark.column + 1}"
    position = getattr(error, "position", None)
    return _place(text[:position]) if isinstance(position, int) else "1:1"


def _place(before: str) -> str:
    lines = before.split("\n")
    return f"{len(lines)}:{len(lines[-1]) + 1}"


def _not_there(path: Path) -> ConfigError:
    return ConfigError(
        f"there is no file {path}", where=str(path), todo=_files_todo(path.parent, path.name)
    )


def _files_todo(folder: Path, name: str) -> str:
    if not folder.is_dir():
        return f"there is no folder {folder} either: check the path"
    found = sorted(entry.name for entry in folder.iterdir() if entry.suffix in (".yaml", ".yml"))
    close = get_close_matches(name, found, n=1, cutoff=0.5)
    if close:
        return f"did you mean {folder / close[0]}?"
    if found:
        return f"name one of its files: {', '.join(found[:8])}"
    return "there is no .yaml file in that folder: check the path"
