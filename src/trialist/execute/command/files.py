"""The metrics of a command that are in files: where each source stands, and its new rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trialist.execute.command.matcher import Row, rows_in, step_of
from trialist.execute.command.sources.source import Place, reader_of
from trialist.values.metricsource import MetricSource, SourceKind

_IN_LINES = (SourceKind.TEXT, SourceKind.JSON)


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
            for one in found.rows:
                rows = [row for source in sources for row in rows_in(one.values, source)]
                step = step_of(one.step)
                if rows:
                    yield rows if step is None else [replace(row, step=step) for row in rows]


def environment_of(
    sources: Sequence[MetricSource], run_dir: Path, config: Mapping[str, Any], seed: int
) -> dict[str, str]:
    """Give the variables that the tools of a study's sources need."""
    kinds = {source.kind for source in sources} - set(_IN_LINES)
    found: dict[str, str] = {}
    for kind in sorted(kinds):
        found |= reader_of(kind).environment(run_dir, config, seed)
    return found
