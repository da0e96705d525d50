"""Why a model cannot be vectorized, from what torch says of it: the operation, and its line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from trialist.values.errors import TrialistError, VectorizeError

_LIBRARIES = (str(Path(torch.__file__).parent), str(Path(__file__).parents[2]))
_CAUSES = (
    (r"\.item\(\)", ".item() asks for one number where there is one per replicate"),
    (r"data-dependent control flow", "an `if` on a tensor's values has one branch per replicate"),
    (r"boolean mask", "a boolean mask picks another number of elements for each replicate"),
    (r"dynamic shape", "a result has another shape for each replicate"),
    (r"random operation", "it draws from torch's global generator"),
    (r"gen_vmap_plumbing|saved tensor hooks", "activation checkpointing computes a pass again"),
    (r"setup_context|generate_vmap_rule", "an autograd.Function has no rule for many at once"),
    (
        r"expected .*(?:Double|Float)|same dtype|dtype.* (?:Double|Float)",
        "in float64, in which it is compared, a tensor of the model or the loss stays float32",
    ),
    (r"aten::(\w+)", "there is no batching rule for {0}"),
)
_RANDOM = "use nn.Dropout, nn.Dropout1d, nn.Dropout2d or nn.Dropout3d, whose masks are keyed"
_DOUBLE = "give it the type of what it meets, for example weight.to(outputs)"
_PLAIN = "write it without, or train in processes: vectorize: off"


@contextmanager
def translated() -> Iterator[None]:
    """Say what torch raises in a vectorized step as what stands against vectorizing.

    Raises:
        VectorizeError: With the operation, and the line of the user's code.
    """
    try:
        yield
    except TrialistError:
        raise
    except Exception as error:  # whatever a model, a loss and torch can raise
        raise VectorizeError(reason_of(error), where=line_of(error), todo=todo_of(error)) from error


def reason_of(error: BaseException) -> str:
    """Give in words what stands against vectorizing, from the error of a step."""
    for pattern, words in _CAUSES:
        found = re.search(pattern, str(error))
        if found:
            return words.format(*found.groups())
    first = (str(error).strip() or type(error).__name__).splitlines()[0]
    return f"{type(error).__name__}: {first:.200}"


def todo_of(error: BaseException) -> str:
    """Give what can be done about it."""
    if "random operation" in str(error):
        return _RANDOM
    return _DOUBLE if reason_of(error).startswith("in float64") else _PLAIN


def line_of(error: BaseException) -> str | None:
    """Give the last line of the user's own code on the way to an error, as "file:line"."""
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((*_LIBRARIES, "<"))
    ]
    return f"{own[-1].filename}:{own[-1].lineno}" if own else None
