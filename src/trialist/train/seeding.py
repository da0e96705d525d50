"""Seeding global random state: the only place in the house that touches it."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from typing import Any


def seed_everything(seed: int) -> None:
    """Seed Python, and NumPy and torch (all devices) where they are loaded.

    Args:
        seed: Any number from 0; NumPy gets its low 32 bits.
    """
    torch = _seeded_before_torch(seed)
    if torch is not None:
        torch.manual_seed(seed)


def seed_host(seed: int) -> None:
    """Seed what draws on the CPU, and leave accelerators alone: a twentieth of the time.

    Args:
        seed: Any number from 0; NumPy gets its low 32 bits.
    """
    torch = _seeded_before_torch(seed)
    if torch is not None:
        torch.default_generator.manual_seed(seed)


def _seeded_before_torch(seed: int) -> Any:
    """Seed Python, and NumPy where it is loaded; give torch where that is."""
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)
    return sys.modules.get("torch")


def seed_library(module: Any, seed: int) -> None:
    """Seed one library, `random`, `numpy` or `torch`, and leave the others as they are.

    Args:
        module: The library.
        seed: Any number from 0; NumPy gets its low 32 bits.
    """
    if module.__name__ == "torch":
        module.manual_seed(seed)
    elif module.__name__ == "numpy":
        module.random.seed(seed % 2**32)
    else:
        module.seed(seed)


def random_state() -> dict[str, Any]:
    """Give the state of Python's random source, and of NumPy's and torch's where they are loaded.

    Of torch: the CPU, and every device of an accelerator that this process has begun to use.
    """
    state: dict[str, Any] = {"python": random.getstate()}
    numpy: Any = sys.modules.get("numpy")
    if numpy is not None:
        state["numpy"] = numpy.random.get_state()
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        state["torch"] = torch.get_rng_state()
        if torch.cuda.is_initialized():
            state["cuda"] = torch.cuda.get_rng_state_all()
        if torch.backends.mps.is_available():
            state["mps"] = torch.mps.get_rng_state()
    return state


def set_random_state(state: Mapping[str, Any]) -> tuple[str, ...]:
    """Put back what `random_state` gave; give what could not be put back, as sentences."""
    random.setstate(state["python"])
    if "numpy" in state:
        import numpy as np

        np.random.set_state(state["numpy"])
    if "torch" not in state:
        return ()
    import torch

    torch.set_rng_state(state["torch"])
    return (*_set_cuda_state(torch, state), *_set_mps_state(torch, state))


def _set_cuda_state(torch: Any, state: Mapping[str, Any]) -> tuple[str, ...]:
    saved, here = len(state.get("cuda", ())), torch.cuda.device_count()
    for device, one in enumerate(state.get("cuda", ())[:here]):
        torch.cuda.set_rng_state(one, device)
    if saved <= here:
        return ()
    return (f"the random state of {saved} GPUs was saved, and {here} are here",)


def _set_mps_state(torch: Any, state: Mapping[str, Any]) -> tuple[str, ...]:
    if "mps" not in state:
        return ()
    if not torch.backends.mps.is_available():
        return ("the random state of a GPU was saved, and none is here",)
    torch.mps.set_rng_state(state["mps"])
    return ()
