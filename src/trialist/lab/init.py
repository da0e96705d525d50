"""`trialist init`: a study that runs, written into a folder; nothing is ever overwritten."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from trialist.values.errors import ConfigError

EXAMPLE = ("study.yaml", "train.py")


def init(folder: str | Path = ".") -> tuple[Path, ...]:
    """Write the example study: does dropout help a small network on digits?

    Args:
        folder: Where to; made if it is not there.

    Returns:
        The files, in the order in which one reads them.

    Raises:
        ConfigError: If one of the files is there already; then none is written.
    """
    place = Path(folder)
    for name in EXAMPLE:
        if (place / name).exists():
            raise ConfigError(
                f"{name} is there already, and nothing is overwritten",
                where=str(place / name),
                todo="go to an empty folder, or run what is there: `trialist run study.yaml`",
            )
    place.mkdir(parents=True, exist_ok=True)
    source = files("trialist.lab") / "example"
    for name in EXAMPLE:
        (place / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tuple(place / name for name in EXAMPLE)
