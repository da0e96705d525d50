"""All metric rows of a study in one Parquet file: derived from the journals, and read instead.

A row group holds the rows of some runs, by metric. The file's metadata names each run's journal
with its digest, so that what is read here is known to be what the journal says. Parquet itself
notices few flipped bits, and its readers may hang on one: `metrics.sha256` has the digest of the
whole file, as `sha256sum -c` reads it, and a file that it does not fit is as good as none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from trialist.ledger.atomic import atomic_file, write_atomic
from trialist.ledger.extras import load_extra
from trialist.ledger.filedigest import digest_of_file
from trialist.ledger.folder import StudyFolder
from trialist.ledger.formats import COMPACTION, check_format
from trialist.ledger.journal import read_journal
from trialist.ledger.journalsummary import points_of
from trialist.values.errors import LedgerError, MissingExtraError

FILE_NAME = "metrics.parquet"
_DIGEST = "metrics.sha256"

_KEY = b"trialist"
_ROWS_IN_GROUP = 1 << 19


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactRun:
    """A run that has ended.

    Attributes:
        attempt: The attempt that counts, `VARIANT/seed-3/attempt-1`.
        variant: The variant's name.
        seed: None where it was given none.
        digest: The digest of its journal.
    """

    attempt: str
    variant: str
    seed: int | None
    digest: str


def compact(folder: StudyFolder, runs: Sequence[CompactRun]) -> int:
    """Write the metrics of `runs` into the study's `metrics.parquet`; give how many rows it has.

    Raises:
        MissingExtraError: Without pyarrow.
        JournalError: If a journal is damaged.
        LedgerError: If a journal is not the one of that digest.
    """
    arrow, parquet = load_extra("data", "pyarrow"), load_extra("data", "pyarrow.parquet")
    about = {
        "format": COMPACTION.newest,
        "study": folder.name,
        "runs": [[run.attempt, run.digest] for run in runs],
    }
    schema = _schema(arrow).with_metadata({_KEY: json.dumps(about).encode()})
    n_rows = 0
    with (
        atomic_file(folder.root / FILE_NAME) as file,
        parquet.ParquetWriter(file, schema, compression="zstd", write_page_checksum=True) as writer,
    ):
        for table in _tables(folder, runs, schema, arrow):
            writer.write_table(table)
            n_rows += table.num_rows
    path = folder.root / FILE_NAME
    write_atomic(path.with_name(_DIGEST), f"{digest_of_file(path)}  {FILE_NAME}\n")
    return n_rows


def _schema(arrow: Any) -> Any:
    name = arrow.dictionary(arrow.int32(), arrow.string())
    return arrow.schema(
        [
            ("run", arrow.int32()),
            ("variant", name),
            ("seed", arrow.int64()),
            ("metric", name),
            ("step", arrow.int64()),
            ("value", arrow.float64()),
        ]
    )


def _tables(
    folder: StudyFolder, runs: Sequence[CompactRun], schema: Any, arrow: Any
) -> Iterator[Any]:
    waiting: list[Any] = []
    for number, run in enumerate(runs):
        waiting.append(_table(number, run, _points(folder, run), schema, arrow))
        if sum(table.num_rows for table in waiting) >= _ROWS_IN_GROUP:
            yield _joined(waiting, arrow)
            waiting = []
    if waiting:
        yield _joined(waiting, arrow)


def _points(folder: StudyFolder, run: CompactRun) -> Mapping[str, tuple[Any, Any]]:
    path = folder.root / "trials" / run.attempt / "journal.jsonl"
    journal = read_journal(path)
    if journal.digest != run.digest:
        raise LedgerError(
            "this journal has changed while it was read",
            where=str(path),
            todo="a run that has ended never changes its journal: see `trialist store check`",
        )
    return points_of(journal)


def _table(
    number: int, run: CompactRun, points: Mapping[str, tuple[Any, Any]], schema: Any, arrow: Any
) -> Any:
    n = sum(len(steps) for steps, _ in points.values())
    metrics = [name for name, (steps, _) in points.items() for _ in steps]
    columns = (
        [number] * n,
        [run.variant] * n,
        [run.seed] * n,
        metrics,
        [step for steps, _ in points.values() for step in steps],
        [value for _, values in points.values() for value in values],
    )
    arrays = [
        arrow.array(column, field.type, from_pandas=False)
        for column, field in zip(columns, schema, strict=True)
    ]
    return arrow.Table.from_arrays(arrays, schema=schema)


def _joined(tables: Sequence[Any], arrow: Any) -> Any:
    compute = load_extra("data", "pyarrow.compute")
    joined = arrow.concat_tables(tables).unify_dictionaries()
    # By metric, and within one as before: so that whoever wants one reads few pages.
    return joined.take(compute.sort_indices(joined.column("metric").cast(arrow.string())))


def compacted_runs(folder: StudyFolder) -> Mapping[str, str]:
    """Give the digest of each journal that `metrics.parquet` holds, by attempt; empty without it.

    A file that cannot be read is as good as none: the journals are the truth.

    Raises:
        LedgerError: If a newer version of trialist wrote it.
    """
    path = folder.root / FILE_NAME
    if not path.exists() or not _is_as_written(path) or (about := _about(path)) is None:
        return {}
    check_format(about["format"], COMPACTION, where=path)
    return dict(about["runs"])


def _is_as_written(path: Path) -> bool:
    try:
        said = path.with_name(_DIGEST).read_text(encoding="utf-8", errors="replace").split()
        return said[:1] == [digest_of_file(path)]
    except OSError:
        return False


def _about(path: Path) -> Mapping[str, Any] | None:
    try:
        parquet = load_extra("data", "pyarrow.parquet")
        found = json.loads(parquet.read_schema(path).metadata[_KEY])
    except Exception:  # noqa: BLE001 — whatever is wrong with a derived file, it is not used
        return None
    return found if isinstance(found, dict) and {"format", "runs"} <= found.keys() else None


def compacted_points(
    folder: StudyFolder, metrics: Iterable[str], attempts: Iterable[str]
) -> Iterator[tuple[str, str, Any, Any]]:
    """Give attempt, metric, steps and values (NumPy arrays) of runs in `metrics.parquet`.

    Args:
        folder: The study's folder.
        metrics: The metrics that are wanted; none: all.
        attempts: The attempts that are wanted.
    """
    import numpy as np

    parquet = load_extra("data", "pyarrow.parquet")
    names = [attempt for attempt, _ in (_about(folder.root / FILE_NAME) or {"runs": ()})["runs"]]
    wanted = {names.index(attempt) for attempt in attempts}
    filters = [("metric", "in", list(metrics))] if metrics else None
    table = parquet.read_table(
        folder.root / FILE_NAME, columns=["run", "metric", "step", "value"], filters=filters
    )
    if not table.num_rows:
        return
    runs = table.column("run").to_numpy()
    metric = table.column("metric").cast("string").to_numpy()
    steps, values = table.column("step").to_numpy(), table.column("value").to_numpy()
    changes = np.flatnonzero((runs[1:] != runs[:-1]) | (metric[1:] != metric[:-1])) + 1
    edges = [0, *changes.tolist(), len(runs)]
    for first, last in pairwise(edges):
        if int(runs[first]) in wanted:
            yield names[runs[first]], str(metric[first]), steps[first:last], values[first:last]


def is_readable(path: Path) -> bool:
    """Tell whether a file is as `compact` wrote it; without pyarrow only its digest is asked."""
    if not _is_as_written(path):
        return False
    try:
        load_extra("data", "pyarrow.parquet")
    except MissingExtraError:
        return True
    return _about(path) is not None
