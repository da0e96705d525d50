"""TensorBoard's event files as a source of metrics."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from trialist.execute.command.sources.source import Collected, FoundRow, Place
from trialist.ledger.extras import load_extra

_FILES = "*tfevents*"
_AS_WRITTEN_S = 2.0
_LOADER = "tensorboard.backend.event_processing.event_file_loader"


@dataclass(slots=True)
class _Known:
    """The loaders of files that are open, and the folders in which a tag was found."""

    loaders: dict[Path, Any] = field(default_factory=dict)
    sizes: dict[Path, int] = field(default_factory=dict)
    folders: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, order=True)
class _Scalar:
    """One number of an event file."""

    time: float
    step: int
    tag: str
    folder: str
    value: float


class EventFiles:
    """Reads `*tfevents*` in the run's folder, or below the folder that `file` names.

    Every event is read, none is sampled. A number is called by its tag, and by its tag behind its
    folder; what `add_scalars("loss", {"val": ...})` writes is called `loss/val`.
    """

    def environment(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[str, str]:
        """Nothing is needed: TensorBoard writes where the script says."""
        del run_dir, config, seed
        return {}

    def files(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[Path, str]:
        """Nothing is needed."""
        del run_dir, config, seed
        return {}

    def collect(self, place: Place, since: Mapping[str, Any], *, ended: bool) -> Collected:
        """Give the scalars since a position, as they were logged.

        Raises:
            MissingExtraError: Without tensorboard, once there is a file.
        """
        del ended
        known: _Known = since.get("known") or _Known()
        root = place.path or place.run_dir
        found: list[_Scalar] = []
        for path in _grown(root, place.began, known):
            found += _scalars(path, root, known)
        rows = [_row(one, known) for one in sorted(found)]
        doubtful = {
            tag: [f"{_last(folder)}/{tag}" for folder in folders]
            for tag, folders in known.folders.items()
            if len(folders) > 1
        }
        return Collected(rows=rows, since={"known": known}, doubtful=doubtful)


def _grown(root: Path, began: float, known: _Known) -> Iterator[Path]:
    """Give the event files that are new or longer than before."""
    for path in [root] if root.is_file() else sorted(root.rglob(_FILES)):
        about = path.stat()
        is_of_this_run = path.is_file() and about.st_mtime >= began - _AS_WRITTEN_S
        if is_of_this_run and about.st_size != known.sizes.get(path, 0):
            known.sizes[path] = about.st_size
            yield path


def _scalars(path: Path, root: Path, known: _Known) -> Iterator[_Scalar]:
    if path not in known.loaders:
        known.loaders[path] = _loader(path)
    folder = path.parent.relative_to(root).as_posix() if path != root else "."
    for event in known.loaders[path].Load():
        for one in event.summary.value:
            value = _number(one)
            if value is not None:
                yield _Scalar(event.wall_time, event.step, one.tag, folder, value)


def _loader(path: Path) -> Any:
    # TensorBoard asks for this module; without it TensorFlow is loaded wherever it is installed.
    sys.modules.setdefault("tensorboard.compat.notf", ModuleType("tensorboard.compat.notf"))
    return load_extra("tensorboard", _LOADER).LegacyEventFileLoader(str(path))


def _number(value: Any) -> float | None:
    kind = value.WhichOneof("value")
    if kind == "simple_value":
        return float(value.simple_value)
    if kind != "tensor" or value.metadata.plugin_data.plugin_name not in ("", "scalars"):
        return None
    array = load_extra("tensorboard", "tensorboard.util.tensor_util").make_ndarray(value.tensor)
    return float(array.item()) if array.size == 1 and array.dtype.kind in "fiu" else None


def _row(one: _Scalar, known: _Known) -> FoundRow:
    names = {f"{_last(one.folder)}/{one.tag}", f"{one.folder}/{one.tag}"}
    # `add_scalars` makes a folder per line, called after the tag and the line's own name.
    of_many = one.tag.replace("/", "_") + "_"
    if _last(one.folder).startswith(of_many):
        names.add(f"{one.tag}/{_last(one.folder).removeprefix(of_many)}")
    else:
        known.folders.setdefault(one.tag, set()).add(one.folder)
        names.add(one.tag)
    return FoundRow(values=dict.fromkeys(sorted(names), one.value), step=one.step)


def _last(folder: str) -> str:
    return PurePosixPath(folder).name or "."


reader = EventFiles()
