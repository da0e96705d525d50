"""Deterministic operations for the time of one run, and everything as it was afterwards."""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from trialist.values.determinism import Determinism

WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"
WORKSPACE_SIZE = ":4096:8"
"""Two buffers of 4 MiB: without it cuBLAS may sum in another order at every start."""

_WARNING = r"\S+ does not have a deterministic implementation"
_OPERATION = re.compile(_WARNING.replace(r"\S+", r"(\S+)"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What torch is set to.

    Attributes:
        mode: As `torch.set_deterministic_debug_mode` takes it.
        fill: True where memory that nobody wrote is filled with NaN.
        benchmark: True where cuDNN tries which of its algorithms is fastest.
    """

    mode: str
    fill: bool = False
    benchmark: bool = False


_SETTINGS = {
    Determinism.AUTO: _Setting(mode="warn"),
    Determinism.STRICT: _Setting(mode="error", fill=True),
    Determinism.WARN: _Setting(mode="warn", fill=True),
    Determinism.FAST: _Setting(mode="default", benchmark=True),
}


def setting_of(kind: Determinism, *, threads: int) -> str:
    """Give what a run is set to, as its header records it.

    `auto` sets nothing where nothing can differ: on the CPU with one thread. Elsewhere it takes
    deterministic operations where torch has them, and goes on where it has none.

    Args:
        kind: What the study asks for.
        threads: CPU threads of the run.
    """
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return "nothing: torch is not loaded"
    if kind is not Determinism.AUTO:
        return kind.value
    if threads == 1 and not torch.cuda.is_available():
        return "nothing: one CPU thread"
    return Determinism.WARN.value


@contextmanager
def deterministic(
    kind: Determinism, *, threads: int, told: Callable[[str], None]
) -> Iterator[None]:
    """Set torch up for one run; flags, filters and variables are put back at the end.

    Args:
        kind: What the study asks for.
        threads: CPU threads of the run.
        told: Takes one sentence per operation without a deterministic form, for `warn`.
    """
    if setting_of(kind, threads=threads).startswith("nothing"):
        yield
        return
    torch: Any = sys.modules["torch"]
    before = _now(torch)
    variable = os.environ.get(WORKSPACE)
    if kind is not Determinism.FAST:
        os.environ.setdefault(WORKSPACE, WORKSPACE_SIZE)
    _set(torch, _SETTINGS[kind], deterministic=kind is not Determinism.FAST)
    try:
        with warnings.catch_warnings():
            _hear(told if kind is Determinism.WARN else None)
            yield
    finally:
        torch.set_deterministic_debug_mode(before[0])
        torch.utils.deterministic.fill_uninitialized_memory = before[1]
        cudnn = torch.backends.cudnn
        cudnn.benchmark, cudnn.deterministic = before[2:]
        if variable is None:
            os.environ.pop(WORKSPACE, None)


def _now(torch: Any) -> tuple[int, bool, bool, bool]:
    cudnn = torch.backends.cudnn
    fill = torch.utils.deterministic.fill_uninitialized_memory
    return torch.get_deterministic_debug_mode(), fill, cudnn.benchmark, cudnn.deterministic


def _set(torch: Any, setting: _Setting, *, deterministic: bool) -> None:
    # `use_deterministic_algorithms` does the same and imports torch._inductor, about a second.
    torch.set_deterministic_debug_mode(setting.mode)
    torch.utils.deterministic.fill_uninitialized_memory = setting.fill
    torch.backends.cudnn.benchmark = setting.benchmark
    torch.backends.cudnn.deterministic = deterministic


def _hear(told: Callable[[str], None] | None) -> None:
    """Take torch's warnings of operations without a deterministic form: each once, or none."""
    if told is None:
        warnings.filterwarnings("ignore", message=_WARNING)
        return
    warnings.filterwarnings("always", message=_WARNING)
    show, seen = warnings.showwarning, set[str]()

    def heard(message: Warning | str, *rest: Any, **named: Any) -> None:
        found = _OPERATION.match(str(message))
        if found is None:
            show(message, *rest, **named)
        elif found[1] not in seen:
            seen.add(found[1])
            told(f"{found[1]} has no deterministic form: equal runs may differ by it")

    warnings.showwarning = heard
