"""The number format of forward and backward passes: fp32, bf16, or fp16 with a scaled loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from trialist.values.errors import ConfigError, near

PRECISIONS = ("auto", "fp32", "bf16", "fp16")
_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How a run computes.

    Attributes:
        name: "fp32", "bf16" or "fp16".
        device: Where.
        scaler: What scales the loss of fp16, else None.
    """

    name: str
    device: torch.device
    scaler: Any = None

    @classmethod
    def of(cls, name: str, device: torch.device) -> Precision:
        """Give what a name means on a device; "auto" is fp32 on a CPU, bf16 or fp16 on a GPU.

        Raises:
            ConfigError: For an unknown name, or fp16 on a CPU.
        """
        if name not in PRECISIONS:
            raise ConfigError(f"there is no precision {name!r}", todo=near(name, PRECISIONS))
        if name == "auto":
            name = _best(device)
        if name == "fp16" and device.type == "cpu":
            raise ConfigError("fp16 needs a GPU", todo="use bf16 or fp32 on a CPU")
        scaler = torch.amp.GradScaler(device.type) if name == "fp16" else None
        return cls(name=name, device=device, scaler=scaler)

    def computed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function that computes in this precision; itself where that is fp32."""
        if self.name == "fp32":
            return function
        kind, dtype = self.device.type, _DTYPES[self.name]

        def cast(*args: Any) -> Any:
            with torch.autocast(kind, dtype=dtype):
                return function(*args)

        return cast


def _best(device: torch.device) -> str:
    if device.type != "cuda":
        return "fp32"
    return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
