"""The metrics of a command that are in files: where each source stands, and its new rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trialist.execute.command.matcher import Row, names_of, rows_in, step_of, value_in
from trialist.execute.command.sources.source import Place, reader_of
from trialist.values.errors import ConfigError
from trialist.values.metricsource import MetricSource, SourceKind

_IN_LINES = (SourceKind.TEXT, SourceKind.JSON)
_MOST_NAMES = 100


class Files:
    """Reads the files that a study's sources name; a file of several sources is read once.

    Args:
        sources: The sources; those in lines are passed over.
        place: Where the run and its program are; `path` is filled in per source.
        paths: The file that each source names, filled in, by the metric's name.
    """

    def __init__(
        self, sources: Sequence[MetricSource], place: Place, paths: Mapping[str, Path]
    ) -> None:
        self._places: dict[tuple[SourceKind, Path | None], list[MetricSource]] = {}
        for source in sources:
            if source.kind not in _IN_LINES:
                where = (source.kind, paths.get(source.name))
                self._places.setdefault(where, []).append(source)
        self._place = place
        self._since: dict[tuple[SourceKind, Path | None], Mapping[str, Any]] = {}
        self._names: dict[tuple[SourceKind, Path | None], dict[str, None]] = {}
        self._paths = paths

    def names(self, source: MetricSource) -> tuple[str, ...]:
        """Give the names that a source's file has held so far, whatever they stand for."""
        return tuple(self._names.get((source.kind, self._paths.get(source.name)), ()))

    def new(self, *, ended: bool) -> Iterator[list[Row]]:
        """Give the rows that came since the last call, those of one moment together.

        Raises:
            ConfigError: If a file cannot be read.
        """
        for where, sources in self._places.items():
            kind, path = where
            place = replace(self._place, path=path)
            found = reader_of(kind).collect(place, self._since.get(where, {}), ended=ended)
            self._since[where] = found.since
            _refuse_doubtful(sources, found.doubtful)
            names = self._names.setdefault(where, {})
            for one in found.rows:
                if len(names) < _MOST_NAMES:
                    names.update(dict.fromkeys(names_of(one.values)))
                rows = [row for source in sources for row in rows_in(one.values, source)]
                step = step_of(one.step)
                if rows:
                    yield rows if step is None else [replace(row, step=step) for row in rows]


def environment_of(
    sources: Sequence[MetricSource], run_dir: Path, config: Mapping[str, Any], seed: int
) -> dict[str, str]:
    """Give the variables that the tools of a study's sources need."""
    found: dict[str, str] = {}
    for kind in _kinds(sources):
        found |= reader_of(kind).environment(run_dir, config, seed)
    return found


def files_before(
    sources: Sequence[MetricSource], run_dir: Path, config: Mapping[str, Any], seed: int
) -> dict[Path, str]:
    """Give the files that the tools of a study's sources want to find."""
    found: dict[Path, str] = {}
    for kind in _kinds(sources):
        found |= reader_of(kind).files(run_dir, config, seed)
    return found


def _kinds(sources: Sequence[MetricSource]) -> list[SourceKind]:
    return sorted({source.kind for source in sources} - set(_IN_LINES))


def _refuse_doubtful(
    sources: Sequence[MetricSource], doubtful: Mapping[str, Sequence[str]]
) -> None:
    for name, instead in doubtful.items():
        for source in sources:
            if value_in({name: 0.0}, source) is not None:
                raise ConfigError(
                    f"{source.name}: '{name}' is in {len(instead)} folders of one run",
                    todo=f"say which is meant, with key: {' or '.join(sorted(instead))}",
                )
