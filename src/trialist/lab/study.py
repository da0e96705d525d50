"""Getting a study: from a file with overrides, or as it was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trialist.values.study import Study


def load_study(path: str | Path, overrides: Sequence[str] = ()) -> Study:
    """Read a study file strictly; a sweep file of W&B's and a folder of Hydra's become a study.

    Args:
        path: The YAML file, or the folder.
        overrides: Dotted changes, for example `config.lr=0.2`.

    Raises:
        ConfigError: With every mistake, its file, line and column, and what to do.
    """
    from trialist.design.studyfile import load_study as load
    from trialist.design.sweepfile import is_sweep, load_sweep

    path = Path(path)
    if path.is_file() and is_sweep(path.read_bytes().decode("utf-8", "replace")):
        return load_sweep(path, overrides, here=Path.cwd())
    return load(path, overrides)


def as_study(study: Study | str | Path, overrides: Sequence[str] = ()) -> Study:
    """Give `study` itself, or the study in the file it names."""
    return study if isinstance(study, Study) else load_study(study, overrides)
