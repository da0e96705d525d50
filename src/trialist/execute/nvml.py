"""How busy NVIDIA's GPUs are, from the driver's own library: no package, no CUDA context.

A CUDA context would take hundreds of megabytes of each GPU, and torch would have to be imported.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

_LIBRARY = "libnvidia-ml.so.1"


class _Utilization(ctypes.Structure):
    _fields_ = (("gpu", ctypes.c_uint), ("memory", ctypes.c_uint))


class _Memory(ctypes.Structure):
    _fields_ = (
        ("total", ctypes.c_ulonglong),
        ("free", ctypes.c_ulonglong),
        ("used", ctypes.c_ulonglong),
    )


class Gpus:
    """Some GPUs; the library is loaded at the first reading.

    What is read is of the whole GPU: where several runs share one, they are not told apart.

    Args:
        names: As CUDA_VISIBLE_DEVICES has them: numbers, `GPU-...` or `MIG-...`.
        library: The file of NVML.
    """

    def __init__(self, names: Sequence[str], *, library: str = _LIBRARY) -> None:
        self.names = tuple(names)
        self.missing: str | None = None if self.names else "no GPU was given to this run"
        self._library = library
        self._handles: list[Any] | None = None
        self._nvml: Any = None

    def read(self) -> dict[str, float]:
        """Give utilization (a fraction) and bytes in use, per device where there are several."""
        if self.missing is not None:
            return {}
        if self._handles is None:
            self._handles = self._opened()
        found: dict[str, float] = {}
        for number, handle in enumerate(self._handles):
            single = len(self.names) == 1
            prefix = "system/gpu_" if single else f"system/gpu{number}/"
            used, memory = _Utilization(), _Memory()
            if self._nvml.nvmlDeviceGetUtilizationRates(handle, ctypes.byref(used)) == 0:
                found[f"{prefix}utilization"] = used.gpu / 100
            if self._nvml.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)) == 0:
                found[f"{prefix}memory_bytes"] = memory.used
        return found

    def _opened(self) -> list[Any]:
        try:
            self._nvml = ctypes.CDLL(self._library)
        except OSError:
            self.missing = f"{self._library} cannot be loaded"
            return []
        if (code := self._nvml.nvmlInit_v2()) != 0:
            self.missing = f"NVML does not start: error {code}"
            return []
        handles = []
        for name in self.names:
            handle = ctypes.c_void_p()
            if (code := self._ask(name, handle)) != 0:
                self.missing = f"NVML does not know GPU {name}: error {code}"
                return []
            handles.append(handle)
        return handles

    def _ask(self, name: str, handle: ctypes.c_void_p) -> int:
        place = ctypes.byref(handle)
        if name.isdecimal():
            number = ctypes.c_uint(int(name))
            return int(self._nvml.nvmlDeviceGetHandleByIndex_v2(number, place))
        return int(self._nvml.nvmlDeviceGetHandleByUUID(name.encode(), place))
