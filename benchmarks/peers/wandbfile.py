"""The rows of an offline W&B file, by the package's own messages."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

_BLOCK = 32768
_HEAD = 7


def rows(path: Path) -> Iterator[tuple[int, dict[str, float]]]:
    """Give step and values of each history row, also of a file that was cut."""
    from wandb.proto import wandb_internal_pb2

    for data in _records(path.read_bytes()):
        record = wandb_internal_pb2.Record()
        record.ParseFromString(data)
        if record.WhichOneof("record_type") != "history":
            continue
        items = {
            item.key or "/".join(item.nested_key): json.loads(item.value_json)
            for item in record.history.item
        }
        values = {name: value for name, value in items.items() if not name.startswith("_")}
        yield int(items["_step"]), values


def _records(data: bytes) -> Iterator[bytes]:
    # A LevelDB log: blocks of 32 KiB, records with a head of 7 bytes, cut into fragments.
    at, parts = _HEAD, b""
    while at + _HEAD <= len(data):
        if _BLOCK - at % _BLOCK < _HEAD:
            at += _BLOCK - at % _BLOCK
            continue
        _, length, kind = struct.unpack_from("<IHB", data, at)
        part = data[at + _HEAD : at + _HEAD + length]
        if kind == 0 or len(part) < length:
            return
        at += _HEAD + length
        parts += part
        if kind in (1, 4):
            yield parts
            parts = b""
