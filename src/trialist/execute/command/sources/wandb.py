"""W&B's offline files as a source of metrics, for scripts that call `wandb.init`."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trialist.execute.command.sources.source import Collected, FoundRow, Place
from trialist.execute.command.yamltext import yaml_of
from trialist.ledger.extras import load_extra
from trialist.values.errors import ConfigError

SWEEP_FILE = "wandb-config.yaml"
_FILES = ("wandb/offline-run-*/run-*.wandb", ".wandb/offline-run-*/run-*.wandb")
_MESSAGES = "wandb.proto.wandb_internal_pb2"

# The file is a LevelDB log behind a head of 7 bytes: blocks of 32 KiB with parts of records, each
# behind its checksum, length and place (1 all of it, 2 first, 3 middle, 4 last).
_HEAD = 7
_BLOCK = 1 << 15
_PART = struct.Struct("<IHB")
_IS_WHOLE, _IS_FIRST, _IS_LAST = 1, 2, 4


@dataclass(slots=True)
class _Position:
    """How far one file is read, and what is kept of it for the end."""

    at: int = _HEAD
    named: set[str] = field(default_factory=set)
    summary: dict[str, Any] = field(default_factory=dict)


class OfflineRuns:
    """Reads `offline-run-*` folders in the run's folder, or in the folder that `file` names.

    A row of `wandb.log` is a row; what stands only in `wandb.summary` is a row at the end. The
    study's configuration is given as a sweep gives it: it wins over that of `wandb.init`.
    """

    def environment(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[str, str]:
        """Give what keeps W&B offline, silent and in the run's folder, and its configuration."""
        del config, seed
        return {
            "WANDB_MODE": "offline",
            "WANDB_DIR": str(run_dir),
            "WANDB_SILENT": "true",
            "WANDB_SWEEP_PARAM_PATH": str(run_dir / SWEEP_FILE),
            "WANDB_X_DISABLE_STATS": "true",  # it would measure the machine, not the run
            "WANDB_X_TRANSACTION_LOG_FLUSH_INTERVAL": "1",  # else rows come every 15 s
        }

    def files(self, run_dir: Path, config: Mapping[str, Any], seed: int) -> dict[Path, str]:
        """Give the configuration as a sweep's agent writes it."""
        del seed
        # As YAML 1.1: W&B takes the 1e-05 of JSON for text.
        text = yaml_of(
            {"wandb_version": 1, **{key: {"value": value} for key, value in config.items()}}
        )
        return {run_dir / SWEEP_FILE: text}

    def collect(self, place: Place, since: Mapping[str, Any], *, ended: bool) -> Collected:
        """Give the rows since a position.

        Raises:
            ConfigError: If a file is no file of W&B's.
            MissingExtraError: Without wandb, once there is a file.
        """
        known: dict[Path, _Position] = dict(since.get("files", {}))
        rows: list[FoundRow] = []
        for path in _files(place):
            position = known.setdefault(path, _Position())
            rows += _rows(path, position)
            if ended:
                only = {k: v for k, v in position.summary.items() if k not in position.named}
                rows += [FoundRow(values=only)] if only else []
                position.summary = {}
        return Collected(rows=rows, since={"files": known})


def _files(place: Place) -> list[Path]:
    root = place.path or place.run_dir
    found = [path for pattern in _FILES for path in root.glob(pattern)]
    return sorted(path for path in found if path.stat().st_mtime >= place.began - 2)


def _rows(path: Path, position: _Position) -> Iterator[FoundRow]:
    with path.open("rb") as file:
        base = position.at - position.at % _BLOCK
        file.seek(base)
        data = file.read()
    if base + len(data) <= position.at:
        return
    messages = load_extra("wandb", _MESSAGES)
    decode_error = load_extra("wandb", "google.protobuf.message").DecodeError
    for record, end in _records(data, position.at - base):
        said = messages.Record()
        try:
            said.ParseFromString(record)
        except decode_error as error:
            raise ConfigError(
                f"{path.name} holds a record that cannot be read: {error}",
                where=str(path),
                todo="use a version of wandb beside trialist that reads what the script writes",
            ) from error
        position.at = base + end
        yield from _row(said, position)


def _records(data: bytes, at: int) -> Iterator[tuple[bytes, int]]:
    """Give each whole record, and the place behind it; `data` begins with a block."""
    parts = b""
    while True:
        left = _BLOCK - at % _BLOCK
        at += left if left < _HEAD else 0
        if at + _HEAD > len(data):
            return
        _, length, place = _PART.unpack_from(data, at)
        part = data[at + _HEAD : at + _HEAD + length]
        if place == 0 or len(part) < length:
            return  # not written yet, or never: the script was killed
        at += _HEAD + length
        parts = part if place in (_IS_WHOLE, _IS_FIRST) else parts + part
        if place in (_IS_WHOLE, _IS_LAST):
            yield parts, at


def _row(said: Any, position: _Position) -> Iterator[FoundRow]:
    kind = said.WhichOneof("record_type")
    if kind == "summary":
        values = _values(said.summary.update)
        position.summary |= {k: v for k, v in values.items() if not k.startswith("_")}
    elif kind == "history":
        values = _values(said.history.item)
        step = values.get("_step", said.history.step.num)
        named = {name: value for name, value in values.items() if not name.startswith("_")}
        position.named |= named.keys()
        if named:
            yield FoundRow(values=named, step=step)


def _values(items: Any) -> dict[str, Any]:
    return {item.key or ".".join(item.nested_key): json.loads(item.value_json) for item in items}


reader = OfflineRuns()
