"""Where a model is trained."""

from __future__ import annotations

import torch


def device_of(given: str | torch.device) -> torch.device:
    """Give a device; "auto" is a GPU where there is one."""
    if given != "auto":
        return torch.device(given)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
