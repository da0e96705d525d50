"""The torch flags of a worker: taken down once, and put back before every run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flags:
    """What a trial function may set for the whole process; the defaults are torch's own."""

    dtype: Any
    device: Any = None
    grad: bool = True
    anomaly: bool = False
    deterministic: bool = False
    warn_only: bool = False
    precision: str = "highest"
    cudnn: tuple[bool, bool, bool] = (True, False, False)


def torch_reset(threads: int) -> Callable[[], None]:
    """Give a function that puts torch's flags, defaults and threads back as they are now.

    Where torch is not loaded yet, a trial function may load it in its run: from then on torch's
    own defaults are put back.
    """
    torch: Any = sys.modules.get("torch")
    flags = None
    if torch is not None:
        torch.set_num_threads(threads)
        flags = _flags_now(torch)

    def reset() -> None:
        loaded: Any = sys.modules.get("torch")
        if loaded is not None:
            _put_back(loaded, flags or _Flags(dtype=loaded.float32))
            loaded.set_num_threads(threads)

    return reset


def _flags_now(torch: Any) -> _Flags:
    cudnn = torch.backends.cudnn
    device = torch.get_default_device()
    deterministic, warn_only = _determinism(torch)
    return _Flags(
        dtype=torch.get_default_dtype(),
        # None and "cpu" mean the same, but asking for "cpu" slows every call down.
        device=None if device.type == "cpu" else device,
        grad=torch.is_grad_enabled(),
        anomaly=torch.is_anomaly_enabled(),
        deterministic=deterministic,
        warn_only=warn_only,
        precision=torch.get_float32_matmul_precision(),
        cudnn=(cudnn.enabled, cudnn.benchmark, cudnn.deterministic),
    )


def _determinism(torch: Any) -> tuple[bool, bool]:
    return (
        torch.are_deterministic_algorithms_enabled(),
        torch.is_deterministic_algorithms_warn_only_enabled(),
    )


def _put_back(torch: Any, flags: _Flags) -> None:
    cudnn = torch.backends.cudnn
    torch.set_default_dtype(flags.dtype)
    torch.set_default_device(flags.device)
    torch.set_grad_enabled(flags.grad)
    torch.autograd.set_detect_anomaly(flags.anomaly)
    if _determinism(torch) != (flags.deterministic, flags.warn_only):
        # Never without need: the first call imports torch._inductor, a second or more.
        torch.use_deterministic_algorithms(flags.deterministic, warn_only=flags.warn_only)
    torch.set_float32_matmul_precision(flags.precision)
    cudnn.enabled, cudnn.benchmark, cudnn.deterministic = flags.cudnn
