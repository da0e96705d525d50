"""Weights of an earlier model as a beginning: weights only, and every key accounted for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch

from trialist.values.errors import CheckpointError, near


def warm_start(
    model: torch.nn.Module, source: str | Path | Mapping[str, Any], *, ignore: Collection[str] = ()
) -> tuple[str, ...]:
    """Load the weights of an earlier model into `model`.

    Args:
        model: What is to begin there.
        source: A file that torch.save wrote (weights only, never code), or a state dict.
        ignore: Beginnings of names that may be missing or of another shape, for example "head.".

    Returns:
        The names that kept their own first values.

    Raises:
        CheckpointError: With the names, where keys are missing, left over or of another shape.
    """
    weights = _weights(source)
    own = model.state_dict()
    skipped = tuple(name for name in own if name.startswith(tuple(ignore)))
    taken = {name: value for name, value in weights.items() if not name.startswith(tuple(ignore))}
    wanted = own.keys() - set(skipped)
    odd = [f"{name} is missing" for name in sorted(wanted - taken.keys())]
    odd += [f"{name} is not in the model" for name in sorted(taken.keys() - wanted)]
    odd += [
        f"{name} has shape {tuple(taken[name].shape)}, in the model {tuple(own[name].shape)}"
        for name in sorted(wanted & taken.keys())
        if taken[name].shape != own[name].shape
    ]
    if odd:
        more = f"; and {len(odd) - 5} more" if len(odd) > 5 else ""
        raise CheckpointError(
            f"the weights do not fit the model: {'; '.join(odd[:5])}{more}",
            todo="name what is to begin anew: ignore=['head.']",
        )
    model.load_state_dict(taken, strict=False)
    return skipped


def _read(path: Path) -> Any:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise CheckpointError(
            f"torch cannot read weights from it: {str(error).splitlines()[0]}",
            where=str(path),
            todo="save weights alone: torch.save(model.state_dict(), path)",
        ) from error


def _weights(source: str | Path | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(source, Mapping):
        found: Any = dict(source)
    else:
        path = Path(source)
        if not path.is_file():
            known = [one.name for one in path.parent.glob("*.pt")] if path.parent.is_dir() else []
            raise CheckpointError(
                "there is no file with weights",
                where=str(path),
                todo=near(path.name, known) if known else "give a file that torch.save wrote",
            )
        found = _read(path)
    for name in ("state", "model", "state_dict"):  # a checkpoint around the weights
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    return {name: value for name, value in found.items() if isinstance(value, torch.Tensor)}
