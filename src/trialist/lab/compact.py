"""`trialist store compact`: the metrics of a study's runs in one Parquet file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.storedruns import runs_of
from trialist.ledger.compaction import FILE_NAME, CompactRun, compact
from trialist.ledger.folder import StudyFolder
from trialist.ledger.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Compacted:
    """What the file of one study holds.

    Attributes:
        study: The study's name.
        path: The file.
        n_runs: Runs whose metrics it holds: those that have ended.
        n_open: Runs that have not ended; they are read from their journals.
        n_rows: Rows of all metrics.
        n_bytes: Its size.
    """

    study: str
    path: Path
    n_runs: int
    n_open: int
    n_rows: int
    n_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "study": self.study,
            "path": str(self.path),
            "runs": self.n_runs,
            "open_runs": self.n_open,
            "rows": self.n_rows,
            "bytes": self.n_bytes,
        }


def compact_store(
    study: str | None = None, *, store: str | Path = "experiments"
) -> tuple[Compacted, ...]:
    """Write `metrics.parquet` into studies; journals stay as they are, and stay the truth.

    Args:
        study: The study's name; None: all studies.
        store: The folder of all studies.

    Raises:
        MissingExtraError: Without pyarrow.
        LedgerError: If there is no such study, or a journal is damaged.
    """
    place = Store.indexed(Path(store))
    folders = (place.find(study),) if study is not None else place.studies() or (place.find(None),)
    return tuple(_compacted(folder) for folder in folders)


def _compacted(folder: StudyFolder) -> Compacted:
    runs = runs_of(folder)
    ended = [
        CompactRun(attempt=run.attempt, variant=run.variant, seed=run.seed, digest=run.digest)
        for run in runs
        if run.digest is not None
    ]
    n_rows = compact(folder, ended)
    path = folder.root / FILE_NAME
    return Compacted(
        study=folder.name,
        path=path,
        n_runs=len(ended),
        n_open=len(runs) - len(ended),
        n_rows=n_rows,
        n_bytes=path.stat().st_size,
    )
