"""Seeding global random state: the only place in the house that touches it."""

from __future__ import annotations

import random
import sys


def seed_everything(seed: int) -> None:
    """Seed Python, and NumPy and torch (all devices) where they are loaded.

    Args:
        seed: Any number from 0; NumPy gets its low 32 bits.
    """
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)
