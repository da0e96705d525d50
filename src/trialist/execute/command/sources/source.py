"""The way in which files of other tools give metrics: a position, and the rows behind it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from trialist.values.metricsource import SourceKind

READERS: Mapping[SourceKind, str] = {
    SourceKind.FILE: "trialist.execute.command.sources.datafile",
    SourceKind.TFEVENTS: "trialist.execute.command.sources.tfevents",
    SourceKind.WANDB: "trialist.execute.command.sources.wandb",
}
"""The module that reads each kind; it has a `reader` of the form `Reader`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to look.

    Attributes:
        run_dir: The attempt's own folder.
        cwd: The folder that the program runs in.
        path: The file or folder that the study names, filled in; None where it names none.
        began: When the program was started, seconds since the epoch: older files are another run's.
    """

    run_dir: Path
    cwd: Path
    path: Path | None
    began: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRow:
    """What a tool has recorded at one moment.

    Attributes:
        values: Numbers by the tool's own names.
        step: The step, where there is one.
    """

    values: Mapping[str, Any]
    step: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What has come since a position.

    Attributes:
        rows: The rows, in order.
        since: The position behind them: to be given to the next call, whatever it is.
        doubtful: Names that mean several things there, with those that mean one each.
    """

    rows: Sequence[FoundRow] = ()
    doubtful: Mapping[str, Sequence[str]] = field(default_factory=dict)
    since: Mapping[str, Any] = field(default_factory=dict)


class Reader(Protocol):
    """Reads the files of one tool. It holds no state: all of it is in the position."""

    def environment(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[str, str]:
        """Give the variables that make the tool write into the run's folder, without a network."""
        ...

    def files(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[Path, str]:
        """Give the files that have to be there before the program starts, by their paths."""
        ...

    def collect(self, place: Place, since: Mapping[str, Any], *, ended: bool) -> Collected:
        """Give the rows since a position.

        Args:
            place: Where to look; nothing may be there yet, which is no mistake.
            since: What the last call gave; empty for the first.
            ended: True once the program is gone: what is there is all.

        Raises:
            ConfigError: If what is there cannot be read, a package is missing for instance.
        """
        ...


def reader_of(kind: SourceKind) -> Reader:
    """Give what reads files of a kind."""
    reader: Reader = importlib.import_module(READERS[kind]).reader
    return reader
