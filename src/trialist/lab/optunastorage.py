"""Studies of Optuna's own storages: which there are, and one of them, opened to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trialist.values.errors import LedgerError, near

PREFIX = "optuna://"
_SQLITE = b"SQLite format 3\0"
_URLS = ("sqlite:", "postgresql", "mysql", "mariadb", "oracle", "mssql")


def open_study(source: str | Path) -> Any:
    """Open a study of Optuna's; nothing is written.

    Args:
        source: The URL of a storage (`sqlite:///trials.db`), or the path of an SQLite file or of a
            `JournalStorage` file; `#NAME` behind it names the study, where there are several.

    Returns:
        The `optuna.Study`.

    Raises:
        LedgerError: If there is no such storage or study, or it has several and none is named.
    """
    place, _, name = str(source).removeprefix(PREFIX).partition("#")
    storage = _storage(place)
    import optuna

    names = sorted(optuna.get_all_study_names(storage))
    if not names:
        raise LedgerError("this storage holds no study", where=place, todo="name another file")
    if not name and len(names) > 1:
        listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        raise LedgerError(
            f"this storage holds {len(names)} studies: {listed}",
            where=place,
            todo=f"name one: {place}#{names[0]}",
        )
    chosen = name or names[0]
    if chosen not in names:
        raise LedgerError(f"there is no study {chosen!r}", where=place, todo=near(chosen, names))
    return optuna.load_study(study_name=chosen, storage=storage)


def _storage(place: str) -> Any:
    path = _file_of(place)
    if path is None:
        return _database(place, place)
    if not path.is_file():
        raise LedgerError(
            f"there is no file {path}",
            where=str(path),
            todo="give the URL or the file of the storage that the Optuna study was made with",
        )
    with path.open("rb") as file:
        is_sqlite = file.read(len(_SQLITE)) == _SQLITE
    # Read-only: Optuna would create tables that are missing in a file of another program.
    url = f"sqlite:///file:{path.resolve()}?mode=ro&uri=true"
    return _database(url, str(path)) if is_sqlite else _journal(path)


def _file_of(place: str) -> Path | None:
    """Give the file that a place names; None for a database elsewhere."""
    if place.startswith("sqlite:///"):
        return Path(place.removeprefix("sqlite:///").partition("?")[0])
    return None if place.startswith(_URLS) else Path(place)


def _database(url: str, shown: str) -> Any:
    import optuna

    try:
        return optuna.storages.RDBStorage(url)
    except ImportError as error:
        raise LedgerError(
            f"the storage needs a library that is not installed: {error}",
            where=shown,
            todo="pip install it; for PostgreSQL that is 'psycopg[binary]'",
        ) from error
    except Exception as error:  # each database has errors of its own
        first = str(error).strip().partition("\n")[0]
        raise LedgerError(
            f"this is no storage of Optuna's that can be read: {first}",
            where=shown,
            todo="of an older Optuna it is brought up to date by: optuna storage upgrade "
            "--storage URL",
        ) from error


def _journal(path: Path) -> Any:
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    try:
        return JournalStorage(JournalFileBackend(str(path)))
    except Exception as error:  # whatever a foreign file makes of its reader
        raise LedgerError(
            f"this is no journal of Optuna's: {type(error).__name__}: {error}",
            where=str(path),
            todo="give an SQLite file, a JournalStorage file or a storage's URL",
        ) from error
