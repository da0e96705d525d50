"""Whether a run goes on as the one that was interrupted: settings, library, device, threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from trialist.values.errors import ResumeError


def facts_here(device: torch.device) -> dict[str, Any]:
    """Give what of the machine the last bits of a run depend on."""
    return {
        "torch": str(torch.__version__),
        "threads": torch.get_num_threads(),
        "device": device.type
        if device.type != "cuda"
        else f"cuda ({torch.cuda.get_device_name(device)})",
    }


def differences(saved: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Give each field that differs, old and new."""
    return [
        f"{name}: {saved.get(name)!r} -> {now.get(name)!r}"
        for name in sorted(saved.keys() | now.keys())
        if saved.get(name) != now.get(name)
    ]


def check_same(
    saved: Mapping[str, Any], now: Mapping[str, Any], *, allow_inexact: bool
) -> str | None:
    """Refuse to go on otherwise than the run began; give the caveat where that is allowed.

    Raises:
        ResumeError: With each field, old and new.
    """
    found = differences(saved, now)
    if not found:
        return None
    if allow_inexact:
        return f"resumed otherwise than it began: {'; '.join(found)}"
    raise ResumeError(
        f"this run began otherwise: {'; '.join(found)}",
        todo="go on as it began, begin a new run, or give allow_inexact=True, which is recorded",
    )
