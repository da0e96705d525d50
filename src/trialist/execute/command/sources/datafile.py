"""A file that the script itself writes, as a source of metrics: JSON, JSON lines or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from trialist.execute.command.sources.source import Collected, FoundRow, Place
from trialist.values.errors import ConfigError

_LINES = (".jsonl", ".ndjson")
_TABLES = {".csv": ",", ".tsv": "\t"}
_AS_WRITTEN_S = 2.0
"""File systems keep times this coarsely at worst."""


class DataFile:
    """Reads lines and tables as they grow, a whole JSON document once the script is gone."""

    def environment(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[str, str]:
        """Nothing is needed: the script writes where the command says."""
        del run_dir, config, seed
        return {}

    def files(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[Path, str]:
        """Nothing is needed."""
        del run_dir, config, seed
        return {}

    def collect(self, place: Place, since: Mapping[str, Any], *, ended: bool) -> Collected:
        """Give the rows since a position.

        Raises:
            ConfigError: If the file is none of these, or cannot be read as what it is called.
        """
        path = place.path
        if path is None or not _is_of_this_run(path, place.began):
            return Collected(since=since)
        if path.suffix == ".json":
            return Collected(rows=_document(path) if ended else (), since=since)
        text, read = _whole_lines(path, since.get("read", 0), ended=ended)
        if path.suffix in _LINES:
            rows = [FoundRow(values=said) for said in _objects(text, path)]
            return Collected(rows=rows, since={"read": read})
        if path.suffix in _TABLES:
            return _table(text, _TABLES[path.suffix], {**since, "read": read})
        raise ConfigError(
            f"{path.name} is no file of metrics by its name",
            where=str(path),
            todo="call it .json, .jsonl, .csv or .tsv",
        )


def _is_of_this_run(path: Path, began: float) -> bool:
    return path.is_file() and path.stat().st_mtime >= began - _AS_WRITTEN_S


def _whole_lines(path: Path, since: int, *, ended: bool) -> tuple[str, int]:
    """Give what was added to a file up to the last end of line, and the position behind it."""
    with path.open("rb") as file:
        file.seek(since)
        data = file.read()
    whole = data if ended else data[: data.rfind(b"\n") + 1]
    return whole.decode("utf-8-sig", errors="replace"), since + len(whole)


def _objects(text: str, path: Path) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if not line.strip():
            continue
        try:
            said = json.loads(line)
        except ValueError as error:
            raise _unreadable(path, "a line that is no JSON", error) from error
        if isinstance(said, dict):
            yield said


def _document(path: Path) -> list[FoundRow]:
    try:
        said = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except ValueError as error:
        raise _unreadable(path, "no JSON", error) from error
    rows = said if isinstance(said, list) else [said]
    return [FoundRow(values=row) for row in rows if isinstance(row, dict)]


def _table(text: str, delimiter: str, since: dict[str, Any]) -> Collected:
    rows = list(csv.reader(text.splitlines(), delimiter=delimiter))
    header = since.get("header")
    if header is None and rows:
        header, rows = [name.strip() for name in rows[0]], rows[1:]
    if header is None:
        return Collected(since=since)
    found = [FoundRow(values=dict(zip(header, row, strict=False))) for row in rows if row]
    return Collected(rows=found, since={**since, "header": header})


def _unreadable(path: Path, what: str, error: Exception) -> ConfigError:
    return ConfigError(
        f"{path.name} holds {what}: {error}",
        where=str(path),
        todo="have the script write whole lines, or name another file",
    )


reader = DataFile()
