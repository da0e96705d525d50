"""Looking at a model without a trace: buffers, modes and random state stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from trialist.train.seeding import random_state, set_random_state


@contextmanager
def untouched(model: torch.nn.Module) -> Iterator[None]:
    """Put back, to the bit, what a forward pass may change.

    Parameters are not put back: nothing that looks only may change them. What a model keeps in
    plain attributes, a counter for example, is beyond reach.
    """
    before = random_state()
    modes = [(module, module.training) for module in model.modules()]
    buffers = [
        (module, name, buffer, buffer.clone())
        for module in model.modules()
        for name, buffer in module.named_buffers(recurse=False)
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for module, name, buffer, kept in buffers:
                buffer.copy_(kept)
                setattr(module, name, buffer)  # a forward pass may have put another there
        for module, mode in modes:
            module.training = mode
        set_random_state(before)
