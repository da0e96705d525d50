"""`trialist export`: the runs of a study, or all their curves, as one file for other tools."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.lab.brokenlog import broken_log
from trialist.lab.frames import Curves, Runs
from trialist.lab.storedcurves import curves_of
from trialist.lab.storedruns import runs_of
from trialist.ledger.atomic import atomic_file
from trialist.ledger.extras import load_extra
from trialist.ledger.store import Store
from trialist.values.errors import ConfigError, Mistake
from trialist.values.events import encode_number

_ENDINGS = (".parquet", ".csv")
_POINT = ("study", "variant", "seed", "metric", "step", "value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written.

    Attributes:
        path: The file.
        study: The study that it holds.
        n_runs: Runs whose rows it holds.
        n_rows: Its rows: one per run, or one per point of a curve.
        broken: Where the study's log was altered, so that later runs are not in the file; else
            None.
    """

    path: Path
    study: str
    n_runs: int
    n_rows: int
    broken: Mistake | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "path": str(self.path),
            "study": self.study,
            "runs": self.n_runs,
            "rows": self.n_rows,
            "log_is_sound": self.broken is None,
        }


def export(
    study: str | None = None,
    *,
    to: str | Path,
    store: str | Path = "experiments",
    curves: bool = False,
) -> Exported:
    """Write the runs of a study into a Parquet or CSV file; a file that is there is replaced.

    In CSV an empty cell is a missing number, and NaN and Infinity are what a run logged.

    Args:
        study: The study's name; None: the newest.
        to: The file, `.parquet` or `.csv`.
        store: The folder of all studies.
        curves: True for a row per logged point instead of a row per run.

    Raises:
        ConfigError: If the file's name ends otherwise.
        MissingExtraError: For Parquet, without pandas and pyarrow.
        LedgerError: If there is no such study, or it cannot be read.
    """
    path = Path(to)
    if path.suffix not in _ENDINGS:
        raise ConfigError(
            f"{path.name!r} does not say in which form the runs are to be written",
            where="--to",
            todo="end the file's name with .parquet or .csv",
        )
    if not path.parent.is_dir():
        raise ConfigError(
            f"there is no folder {str(path.parent)!r}", where="--to", todo="make it first"
        )
    folder = Store.indexed(Path(store)).find(study)
    found = Curves(tuple(curves_of(folder))) if curves else Runs(runs_of(folder))
    n_rows = found.n_points if isinstance(found, Curves) else len(found)
    is_csv = path.suffix == ".csv"
    data = _csv(found).encode("utf-8", "backslashreplace") if is_csv else _parquet(found)
    with atomic_file(path) as file:
        file.write(data)
    runs = {(one.variant, one.seed) for one in found}
    return Exported(
        path=path,
        study=folder.name,
        n_runs=len(runs),
        n_rows=n_rows,
        broken=broken_log(folder),
    )


def _parquet(found: Runs | Curves) -> bytes:
    arrow, parquet = load_extra("data", "pyarrow"), load_extra("data", "pyarrow.parquet")
    pandas, frame = load_extra("data", "pandas"), found.to_frame()
    if isinstance(found, Curves):  # a plain column of floats would be written with NaN as missing
        values = arrow.array(frame["value"].to_numpy(), from_pandas=False)
        frame["value"] = pandas.arrays.ArrowExtensionArray(values)
    for name in frame.columns:
        if name.startswith("config.") and frame[name].dtype == object:
            # A column has one type in Parquet; a configuration may have several.
            frame[name] = [None if cell is None else str(cell) for cell in frame[name]]
    buffer = io.BytesIO()
    parquet.write_table(
        arrow.Table.from_pandas(frame, preserve_index=False), buffer, compression="zstd"
    )
    return buffer.getvalue()


def _csv(found: Runs | Curves) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if isinstance(found, Curves):
        writer.writerow(_POINT)
        writer.writerows(_cells(row, _POINT) for row in found.to_dicts())
    else:
        columns = found.columns
        writer.writerow(columns)
        writer.writerows(_cells(row, columns) for row in found.to_dicts())
    return text.getvalue()


def _cells(row: Mapping[str, Any], columns: Sequence[str]) -> Iterable[str]:
    return [_cell(row.get(name)) for name in columns]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(encode_number(value))
    return str(value)
