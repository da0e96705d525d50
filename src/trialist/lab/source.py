"""Where results that exist already come from: a file, a DataFrame, or values in Python."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

from trialist.analysis.rawtable import RawTable, read_table
from trialist.values.errors import ConfigError, TableError, near


def table_of(data: Any) -> tuple[str, RawTable]:
    """Give a short name for the results, and their table.

    Args:
        data: The path of a CSV (also .gz), or a DataFrame of whichever library.

    Raises:
        TableError: If the file is not there or is no table.
        ConfigError: If `data` is something else.
    """
    if isinstance(data, (str, Path)):
        path = Path(data)
        return path.name.partition(".")[0], read_table(_read(path), name=str(data))
    if hasattr(data, "to_csv"):  # pandas
        return "table", read_table(str(data.to_csv(index=False)), name="DataFrame")
    if hasattr(data, "write_csv"):  # polars
        return "table", read_table(str(data.write_csv()), name="DataFrame")
    raise ConfigError(
        f"cannot compare a {type(data).__name__}",
        todo="give values by variant, the path of a CSV, or a DataFrame with a row per run",
    )


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
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise TableError(
            f"{path.name} cannot be read as text ({error.__class__.__name__})",
            where=str(path),
            todo="give a CSV in UTF-8 with a row per run",
        ) from error


def _siblings(path: Path) -> list[Path]:
    return sorted(path.parent.glob("*.csv*"))[:20] if path.parent.is_dir() else []
