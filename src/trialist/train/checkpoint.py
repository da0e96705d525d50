"""A checkpoint's content: the user's state, the random state, and whose it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from trialist.train.seeding import random_state, set_random_state
from trialist.train.statetree import JsonTree, for_torch, from_torch
from trialist.values.errors import CheckpointError

CHECKPOINT_FORMAT = 1

_TORCH, _NUMPY = ".pt", ".npz"
_PARTS = ("step", "identity", "recorded", "state", "random")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a checkpoint holds.

    Attributes:
        step: Where the run stood.
        identity: Whose state it is: run, plan, configuration.
        recorded: What the run's recorder knew: last values and steps of its metrics.
        state: What the user saved.
        random: The state of every global random source.
    """

    step: int
    identity: Mapping[str, str]
    recorded: Mapping[str, Any]
    state: Any
    random: Any

    def put_back(self) -> tuple[str, ...]:
        """Set the global random sources; give what could not be set, as sentences."""
        return set_random_state(self.random)


def taken(
    state: Any, *, step: int, identity: Mapping[str, str], recorded: Mapping[str, Any]
) -> Checkpoint:
    """Give the checkpoint of this moment: `state`, and the random state of this process."""
    return Checkpoint(
        step=step,
        identity=dict(identity),
        recorded=dict(recorded),
        state=state,
        random=random_state(),
    )


def suffix() -> str:
    """Give how the name of a checkpoint's file ends: as torch's where torch is loaded."""
    return _TORCH if "torch" in sys.modules else _NUMPY


def write(checkpoint: Checkpoint, file: BinaryIO) -> None:
    """Write a checkpoint in the form that `suffix` names.

    Raises:
        CheckpointError: Where the state holds what cannot be saved; the file is then of no use.
    """
    try:
        _write_parts({name: getattr(checkpoint, name) for name in _PARTS}, file)
    except RecursionError as error:
        raise CheckpointError(
            "the state is nested too deeply, or holds itself",
            todo="save tensors, arrays, numbers, text, lists and dicts of them",
        ) from error


def _write_parts(parts: dict[str, Any], file: BinaryIO) -> None:
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        packed = {name: for_torch(part, name) for name, part in parts.items()}
        torch.save({"format": CHECKPOINT_FORMAT, **packed}, file)
        return
    import numpy as np

    tree = JsonTree()
    packed = {name: tree.pack(part, name) for name, part in parts.items()}
    text = json.dumps({"format": CHECKPOINT_FORMAT, **packed}).encode()
    arrays = {f"array_{place}": array for place, array in enumerate(tree.arrays)}
    np.savez(file, tree=np.frombuffer(text, dtype=np.uint8), **arrays)


def read(file: BinaryIO, *, name: str) -> Checkpoint:
    """Give the checkpoint in `file`, which is called `name`.

    Raises:
        CheckpointError: If it is no checkpoint, or one of another format.
        ImportError: If the library that wrote it cannot be imported: the file may be sound.
    """
    try:
        parts = _torch_parts(file) if name.endswith(_TORCH) else _numpy_parts(file)
        found = parts["format"]
    except (CheckpointError, ImportError, MemoryError):
        raise
    except Exception as error:  # whatever torch and NumPy raise for a foreign file
        raise CheckpointError(
            f"{name} is no checkpoint of trialist ({type(error).__name__})",
            todo="restore it from a copy, or remove it: the one before is taken",
        ) from error
    if found != CHECKPOINT_FORMAT:
        raise CheckpointError(
            f"{name} has format {found}, and this version reads format {CHECKPOINT_FORMAT}",
            todo="go on with the version of trialist that wrote it",
        )
    return Checkpoint(**{part: parts[part] for part in _PARTS})


def _torch_parts(file: BinaryIO) -> dict[str, Any]:
    import torch

    # A state from a GPU can be read on a machine without one.
    place = None if torch.cuda.is_available() else "cpu"
    parts = torch.load(file, weights_only=True, map_location=place)
    return {name: from_torch(part) for name, part in parts.items()}


def _numpy_parts(file: BinaryIO) -> dict[str, Any]:
    import numpy as np

    with np.load(file, allow_pickle=False) as saved:
        tree = JsonTree([saved[f"array_{place}"] for place in range(len(saved.files) - 1)])
        parts = json.loads(saved["tree"].tobytes())
    return {name: tree.unpack(part) for name, part in parts.items()}
