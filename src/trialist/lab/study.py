"""Getting a study: from a file with overrides, or as it was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from trialist.values.errors import ConfigError
from trialist.values.study import Study


def load_study(path: str | Path, overrides: Sequence[str] = ()) -> Study:
    """Read a study file strictly; a sweep file of W&B's and a folder of Hydra's become a study.

    Args:
        path: The YAML file, or the folder.
        overrides: Dotted changes, for example `config.lr=0.2`.

    Raises:
        ConfigError: With every mistake, its file, line and column, and what to do.
    """
    from trialist.design.hydra import is_hydra, load_hydra
    from trialist.design.studyfile import load_study as load
    from trialist.design.sweepfile import is_sweep, load_sweep

    path = Path(path)
    if path.is_file() and is_sweep(path.read_bytes().decode("utf-8", "replace")):
        return load_sweep(path, overrides, here=Path.cwd())
    return load_hydra(path, overrides) if is_hydra(path) else load(path, overrides)


def study_text(path: str | Path, overrides: Sequence[str] = ()) -> str:
    """Give the text of a study file that can be run alone, as the store keeps it.

    Of a folder of Hydra's it is what Hydra composed.

    Raises:
        ConfigError: If a file cannot be read.
    """
    from trialist.design import hydra
    from trialist.design.wholetext import whole_text

    path = Path(path)
    return hydra.study_text(path, overrides) if hydra.is_hydra(path) else whole_text(path)


def as_study(study: Study | str | Path, overrides: Sequence[str] = ()) -> Study:
    """Give `study` itself, or the study in the file it names."""
    return study if isinstance(study, Study) else load_study(study, overrides)


@contextmanager
def at_their_places(study: Study | str | Path, overrides: Sequence[str] = ()) -> Iterator[None]:
    """Give mistakes that are found in here their places in the file of `study`, if it has one."""
    try:
        yield
    except ConfigError as error:
        if isinstance(study, Study):
            raise
        from trialist.design.compose import compose
        from trialist.design.includes import resolve_includes
        from trialist.design.placed import placed

        document = compose(resolve_includes(Path(study)).document, overrides)
        raise ConfigError.of(placed(error.mistakes, document)) from error
