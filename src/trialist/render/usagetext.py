"""What runs used of the machine, in words, and what to do where they waited."""

from __future__ import annotations

from trialist.values.machineuse import MachineUse
from trialist.values.sizes import size

IDLE_BELOW = 0.8
WAITS_FROM = 0.1
_LOADER = "more loader workers (trialist batch-find --workers), or data in memory (TensorData)"
_LAUNCH = "larger batches, torch.compile, or several replicates at once"


def usage_words(use: MachineUse) -> list[str]:
    """Give what one run used, in pieces.

    Example:
        >>> usage_words(MachineUse(n_runs=3, n_cores_used=0.98, n_cores=2, rss_bytes=4e8))
        ['a run kept 1.0 of 2 cores busy', 'held up to 381 MiB']
    """
    words = [f"a run kept {use.n_cores_used:.1f} of {use.n_cores} cores busy"]
    words.append(f"held up to {size(use.rss_bytes)}")
    if use.gpu_utilization is not None:
        words.append(f"its GPU was busy {100 * use.gpu_utilization:.0f} % of the time")
    if use.gpu_memory_bytes is not None:
        words.append(f"{size(use.gpu_memory_bytes)} of GPU memory")
    if use.data_wait is not None:
        words.append(f"{100 * use.data_wait:.0f} % of the training waited for data")
    return words


def usage_hint(use: MachineUse) -> str:
    """Give what to do, as a sentence; empty where the machine was used.

    A GPU that idles waits for data or for the program that launches its kernels; the share of the
    time that went into waiting for data tells which.
    """
    waits = use.data_wait is not None and use.data_wait >= WAITS_FROM
    idles = use.gpu_utilization is not None and use.gpu_utilization < IDLE_BELOW
    if waits:
        what = "The GPU idles for want of data" if idles else "Training waits for data"
        return f"{what}: {_LOADER}."
    if not idles:
        return ""
    if use.data_wait is None:
        return f"The GPU idles, for want of data or between small kernels: {_LOADER}; {_LAUNCH}."
    return f"The GPU idles between small kernels, not for want of data: {_LAUNCH}."
