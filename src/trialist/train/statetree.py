"""A training state as plain data: what a checkpoint may hold, and how it looks on disk.

With torch the tensors and containers stay as they are, and `torch.load(weights_only=True)` reads
them; without it the state becomes a JSON tree with its arrays beside it. Nothing is pickled that
could run code when it is read.
"""

from __future__ import annotations

import base64
import io
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from trialist.values.errors import CheckpointError

TAG = "__trialist__"
"""The key of a dict that stands for something else."""

_SCALARS = (type(None), bool, int, float, str)
_Pack = Callable[[Any, str], Any]


def for_torch(value: Any, path: str = "state") -> Any:
    """Give `value` as `torch.save` may write it and `weights_only` may read it.

    Raises:
        CheckpointError: With the path inside the state, where something cannot be saved.
    """
    torch = sys.modules["torch"]
    kept = (torch.Tensor, torch.nn.Parameter)
    if type(value) in (*_SCALARS, bytes, torch.Size, torch.dtype, torch.device, *kept):
        return value
    if type(value) in (dict, OrderedDict):
        packed = type(value)(_packed_items(value, path, for_torch))
        if type(value) is OrderedDict:  # the versions that load_state_dict asks for hang on it
            vars(packed).update(for_torch(vars(value), f"{path}.__dict__"))
        return packed
    if type(value) in (list, tuple):
        return type(value)(for_torch(one, f"{path}[{k}]") for k, one in enumerate(value))
    if type(value) in (set, frozenset):
        return _packed_set(value, path, for_torch)
    array = _array_of(value)
    if array is None:
        raise _unknown(value, path)
    return {TAG: "array", "data": _npy(torch, array, path), "scalar": array is not value}


def from_torch(value: Any) -> Any:
    """Give back what `for_torch` was given."""
    if isinstance(value, dict):
        if TAG in value:
            return _untagged_torch(value)
        opened = type(value)((key, from_torch(one)) for key, one in value.items())
        if type(value) is OrderedDict:
            vars(opened).update(from_torch(vars(value)))
        return opened
    if type(value) in (list, tuple):
        return type(value)(from_torch(one) for one in value)
    return value


def _untagged_torch(value: Mapping[str, Any]) -> Any:
    import numpy as np

    if value[TAG] != "array":
        return _unpacked_set(value, from_torch)
    file = io.BytesIO(value["data"].numpy().tobytes())
    return _scalar_or_array(np.load(file, allow_pickle=False), value)


def _npy(torch: Any, array: Any, path: str) -> Any:
    import numpy as np

    if array.dtype.hasobject:
        raise CheckpointError(
            f"{path} is an array of objects, which no checkpoint can hold",
            todo="give it a dtype of numbers or of text",
        )
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return torch.frombuffer(bytearray(file.getvalue()), dtype=torch.uint8)


class JsonTree:
    """A state as a JSON tree, with its arrays in a list beside it.

    Attributes:
        arrays: What the tree refers to by place.
    """

    def __init__(self, arrays: list[Any] | None = None) -> None:
        self.arrays: list[Any] = arrays if arrays is not None else []

    def pack(self, value: Any, path: str = "state") -> Any:
        """Give `value` as plain JSON.

        Raises:
            CheckpointError: With the path inside the state, where something cannot be saved.
        """
        if type(value) in _SCALARS:
            return value
        if type(value) is bytes:
            return {TAG: "bytes", "data": base64.b64encode(value).decode()}
        if type(value) in (dict, OrderedDict):
            return self._packed_dict(value, path)
        if type(value) in (list, tuple):
            items = [self.pack(one, f"{path}[{k}]") for k, one in enumerate(value)]
            return items if type(value) is list else {TAG: "tuple", "items": items}
        if type(value) in (set, frozenset):
            return _packed_set(value, path, self.pack)
        array = _array_of(value)
        if array is None or array.dtype.hasobject:
            raise _unknown(value, path)
        self.arrays.append(array)
        return {TAG: "array", "place": len(self.arrays) - 1, "scalar": array is not value}

    def unpack(self, value: Any) -> Any:
        """Give back what `pack` was given."""
        if type(value) is list:
            return [self.unpack(one) for one in value]
        if type(value) is not dict:
            return value
        if TAG in value:
            return self._untagged(value, value[TAG])
        return {key: self.unpack(one) for key, one in value.items()}

    def _untagged(self, value: Mapping[str, Any], kind: str) -> Any:
        if kind == "array":
            return _scalar_or_array(self.arrays[value["place"]], value)
        if kind == "bytes":
            return base64.b64decode(value["data"])
        if kind in ("set", "frozenset"):
            return _unpacked_set(value, self.unpack)
        if kind == "tuple":
            return tuple(self.unpack(one) for one in value["items"])
        kept = OrderedDict if kind == "ordered" else dict
        return kept((self.unpack(key), self.unpack(one)) for key, one in value["items"])

    def _packed_dict(self, value: Mapping[Any, Any], path: str) -> Any:
        items = _packed_items(value, path, self.pack)
        if type(value) is dict and all(type(key) is str for key, _ in items):
            return dict(items)
        kind = "dict" if type(value) is dict else "ordered"
        return {TAG: kind, "items": [[self.pack(key, path), one] for key, one in items]}


def _packed_items(value: Mapping[Any, Any], path: str, pack: _Pack) -> list[tuple[Any, Any]]:
    for key in value:
        if key == TAG or not _is_key(key):
            raise CheckpointError(
                f"{path} has the key {key!r:.60}, which no checkpoint can hold",
                todo="use text or numbers as keys",
            )
    return [
        (key, pack(one, f"{path}.{key}" if type(key) is str else f"{path}[{key!r}]"))
        for key, one in value.items()
    ]


def _is_key(key: Any) -> bool:
    if type(key) is tuple:
        return all(_is_key(one) for one in key)
    return type(key) in _SCALARS


def _packed_set(value: Any, path: str, pack: _Pack) -> dict[str, Any]:
    items = [pack(one, f"{path}{{{one!r:.60}}}") for one in value]
    return {TAG: type(value).__name__, "items": items}


def _unpacked_set(value: Mapping[str, Any], unpack: Callable[[Any], Any]) -> Any:
    items = (unpack(one) for one in value["items"])
    return frozenset(items) if value[TAG] == "frozenset" else set(items)


def _array_of(value: Any) -> Any:
    """Give a NumPy array or scalar as an array; None for anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return None
    if type(value) is numpy.ndarray:
        return value
    return numpy.asarray(value) if isinstance(value, numpy.generic) else None


def _scalar_or_array(array: Any, tagged: Mapping[str, Any]) -> Any:
    return array[()] if tagged["scalar"] else array


def _unknown(value: Any, path: str) -> CheckpointError:
    kind = type(value)
    return CheckpointError(
        f"{path} is {kind.__module__}.{kind.__qualname__}, which no checkpoint can hold",
        todo="save tensors, arrays, numbers, text, lists and dicts of them: x.state_dict() instead "
        "of x, dict(x) or list(x) of a container of another kind",
    )
