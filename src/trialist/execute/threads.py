"""The threads of a worker's process: what holds before it starts, and what is set afterwards."""

from __future__ import annotations

import os

from trialist.train.deterministic import WORKSPACE, WORKSPACE_SIZE


def thread_variables(threads: int) -> dict[str, str]:
    """Give the variables that bound the threads of BLAS and OpenMP, to be set before any import.

    Two workers with torch's own default on two cores are 5-130 times slower than with one thread
    each: OpenMP spins at its barriers.
    """
    count = str(threads)
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
    # Both have to be there before the process starts: the hash of text, the buffers of cuBLAS.
    workspace = os.environ.get(WORKSPACE, WORKSPACE_SIZE)
    return {
        "OMP_WAIT_POLICY": "PASSIVE",
        "PYTHONHASHSEED": "0",
        WORKSPACE: workspace,
        **dict.fromkeys(names, count),
    }


def give_threads(count: int) -> None:
    """Let the BLAS and OpenMP libraries that this process has loaded use `count` threads.

    The fork server loads them with one thread, so that no pool of theirs is there when it forks.
    """
    if count == 1:
        return
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=count)
