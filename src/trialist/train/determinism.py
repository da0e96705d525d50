"""The torch flags of a worker: taken down once, and put back before every run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def torch_reset(threads: int) -> Callable[[], None]:
    """Give a function that puts torch's flags, default dtype and threads back as they are now.

    Nothing happens where torch is not loaded.
    """
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return lambda: _late_threads(threads)
    torch.set_num_threads(threads)
    dtype = torch.get_default_dtype()
    grad = torch.is_grad_enabled()
    deterministic = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    cudnn = (torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic)

    def reset() -> None:
        torch.set_default_dtype(dtype)
        torch.set_default_device(None)
        torch.set_grad_enabled(grad)
        torch.use_deterministic_algorithms(deterministic, warn_only=warn_only)
        torch.backends.cudnn.benchmark, torch.backends.cudnn.deterministic = cudnn
        torch.set_num_threads(threads)

    return reset


def _late_threads(threads: int) -> None:
    # The trial function may have imported torch itself, in an earlier run of this worker.
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(threads)
