"""Where results that exist already come from: a file, a DataFrame, or values in Python."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from trialist.analysis.rawtable import RawTable, Row, read_table
from trialist.lab.options import VALUE, CompareOptions
from trialist.lab.runtable import is_runs, run_table
from trialist.ledger.extras import load_extra
from trialist.values.errors import ConfigError, TableError, near


def table_of(data: Any) -> tuple[str, RawTable]:
    """Give a short name for the results, and their table.

    Args:
        data: The path of a CSV (also .gz) or of a Parquet file, a DataFrame of pandas or polars,
            rows in Python (as mappings, or as sequences below one of names), or a structured array.

    Raises:
        TableError: If the file is not there or is no table.
        ConfigError: If `data` is something else.
    """
    if isinstance(data, (str, Path)):
        path = Path(data)
        if is_runs(path):
            return path.resolve().name, run_table(path)
        text = _parquet(path) if path.suffix == ".parquet" and path.is_file() else _read(path)
        return path.name.partition(".")[0], read_table(text, name=str(data))
    if hasattr(data, "to_csv"):  # pandas
        return "table", read_table(str(data.to_csv(index=_has_named_index(data))), name="DataFrame")
    if hasattr(data, "write_csv"):  # polars
        return "table", read_table(str(data.write_csv()), name="DataFrame")
    rows = _rows_of(data)
    if rows is not None:
        return "table", rows
    raise ConfigError(
        f"cannot compare a {type(data).__name__}",
        todo="give values by variant ({'baseline': [...], 'new': [...]}), the path of a CSV, or a "
        "DataFrame with a row per run",
    )


def groups_of(data: Mapping[Any, Any]) -> dict[Any, Any]:
    """Give values by variant, a pandas Series by the seeds in its index.

    Raises:
        ConfigError: If an index names a seed twice.
    """
    return {name: _by_seed(name, values) for name, values in data.items()}


def _by_seed(name: object, values: Any) -> Any:
    index = getattr(values, "index", None)
    if not hasattr(values, "to_dict") or index is None:
        return values
    if hasattr(index, "step") and index.name is None:  # row numbers that nobody has given
        return list(values)
    if not index.is_unique:
        raise ConfigError(
            f"the Series of {name!r} has a seed twice in its index",
            todo="keep one value per run, or give the values as a list",
        )
    return values.to_dict()


def long_table(table: RawTable, asked: CompareOptions) -> RawTable:
    """Give a wide table as a long one, with the columns called as `asked` says.

    Without a column of seeds, the rows of a paired comparison are its pairs.
    """
    from trialist.analysis.wideform import Wide, melted

    others = [
        *(asked.seed, asked.by, asked.example, asked.cluster, asked.truth, asked.task),
        *(asked.search, asked.phase),
    ]
    pairs_by_row = asked.paired and not asked.example and not table.has(asked.seed)
    wide = Wide(
        columns=asked.columns,
        others=[name for name in others if name is not None],
        variant=asked.variant,
        metric=asked.metric or VALUE,
        truth=asked.truth,
        number_rows=asked.seed if pairs_by_row else None,
    )
    return melted(table, wide)


def _has_named_index(frame: Any) -> bool:
    # A pivoted frame has its seeds in the index; a plain one has row numbers there, without name.
    names = getattr(getattr(frame, "index", None), "names", None) or ()
    if getattr(getattr(frame, "columns", None), "nlevels", 1) > 1:
        raise ConfigError(
            "the DataFrame has columns of more than one level",
            todo="give its columns one name each, such as 'a' instead of ('loss', 'a')",
        )
    return any(name is not None for name in names)


def _rows_of(data: Any) -> RawTable | None:
    """Give rows in Python as a table; None where `data` is something else."""
    names = getattr(getattr(data, "dtype", None), "names", None)
    if names:  # a structured array
        return _table(names, [tuple(row) for row in data.tolist()])
    if isinstance(data, str | bytes) or not isinstance(data, Sequence) or len(data) < 2:
        return None
    if all(isinstance(row, Mapping) for row in data):
        header = tuple(dict.fromkeys(str(key) for row in data for key in row))
        return _table(header, [tuple(row.get(name) for name in header) for row in data])
    is_rows = all(isinstance(row, Sequence) and not isinstance(row, str | bytes) for row in data)
    if is_rows and all(isinstance(name, str) for name in data[0]):
        return _table(data[0], data[1:])
    return None


def _table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> RawTable:
    # As read_table gives them: the header is line 1.
    cells = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    return RawTable(
        name="rows",
        header=tuple(header),
        line=1,
        rows=tuple(Row(line=k, cells=row) for k, row in enumerate(cells, start=2)),
    )


def _parquet(path: Path) -> str:
    """Give a Parquet file as the text of a CSV."""
    pandas = load_extra("data", "pandas")
    load_extra("data", "pyarrow")
    try:
        frame = pandas.read_parquet(path)
    except Exception as error:  # pyarrow's errors for a file that is none
        raise TableError(
            f"{path.name} cannot be read as Parquet ({error.__class__.__name__})",
            where=str(path),
            todo="give a Parquet file, or a CSV in UTF-8, with a row per run",
        ) from error
    return str(frame.to_csv(index=_has_named_index(frame)))


def _read(path: Path) -> str:
    try:
        if path.suffix == ".gz":
            return gzip.decompress(path.read_bytes()).decode("utf-8-sig")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        known = [entry.name for entry in _siblings(path)]
        raise TableError(
            f"there is no file {path.name!r}",
            where=str(path.parent),
            todo=near(path.name, known) if known else "give the path of a CSV with a row per run",
        ) from error
    except IsADirectoryError as error:
        raise TableError(
            f"'{path}' is a folder", where=str(path), todo="give the path of a CSV in it"
        ) from error
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name} cannot be read as text ({error.__class__.__name__})",
            where=str(path),
            todo="give a CSV in UTF-8 with a row per run",
        ) from error


def _siblings(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.csv*"))[:20] if path.parent.is_dir() else []
