"""The machine and its software, asked without loading any of it: no torch, no CUDA context."""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_TIMEOUT_S = 5.0
_CUDNN = ("nvidia-cudnn-cu13", "nvidia-cudnn-cu12", "nvidia-cudnn-cu11")
LIBRARIES = ("trialist", "torch", "numpy", "scipy", "scikit-learn")
"""What numbers depend on, as they are called where they are installed."""
_TORCH_SAYS = re.compile(r"^(cuda|hip|git_version)\b.*?= *'([^']+)'", flags=re.MULTILINE)


def machine(*, proc: Path = _PROC) -> dict[str, Any]:
    """Give host, system, processor, memory and GPUs."""
    return {
        "host": socket.gethostname(),
        "system": platform.platform(),
        "architecture": platform.machine(),
        "cpu": _cpu(proc),
        "cores": os.cpu_count(),
        "memory_bytes": _memory(proc),
        **_gpus(proc),
    }


def software() -> dict[str, str]:
    """Give Python and the libraries that numbers depend on; what is not installed is left out."""
    found = {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
    }
    return {**found, **versions_of(LIBRARIES), **_torch_build()}


def versions_of(names: Iterable[str]) -> dict[str, str]:
    """Give the versions of packages; what is not installed is left out."""
    found = {}
    for name in names:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


@cache
def _torch_build() -> Mapping[str, str]:
    """Give CUDA and cuDNN of the torch that is installed, from its files."""
    try:
        place = Path(str(distribution("torch").locate_file("torch/version.py")))
        said = dict(_TORCH_SAYS.findall(place.read_text(encoding="utf-8")))
    except (PackageNotFoundError, OSError):
        return {}
    found = {name: said[key] for name, key in (("cuda", "cuda"), ("rocm", "hip")) if key in said}
    cudnn = next(iter(versions_of(_CUDNN).values()), None)
    return found if cudnn is None else found | {"cudnn": cudnn}


def _cpu(proc: Path) -> str | None:
    text = _read(proc / "cpuinfo")
    named = re.search(r"^(?:model name|Model|cpu)\s*: *(.+?) *$", text, flags=re.MULTILINE)
    return named[1] if named else platform.processor() or None


def _memory(proc: Path) -> int | None:
    found = re.search(r"^MemTotal: *(\d+) kB", _read(proc / "meminfo"), flags=re.MULTILINE)
    if found:
        return int(found[1]) * 1024
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None


def _gpus(proc: Path) -> dict[str, Any]:
    """Give the GPUs in the order of their numbers, and the driver."""
    folder = proc / "driver" / "nvidia"
    found = dict(_gpu(_read(path)) for path in folder.glob("gpus/*/information"))
    driver = re.search(r"Kernel Module\S*(?: for \S+)? +([\d.]+)", _read(folder / "version"))
    if found:
        names = [found[number] for number in sorted(found)]
        return {"gpus": names, "driver": driver[1] if driver else None}
    return _asked_gpus() if _has_devices() else {"gpus": [], "driver": None}


def _gpu(text: str) -> tuple[int, str]:
    said = dict(re.findall(r"^(Model|Device Minor):\s*(.+?)\s*$", text, flags=re.MULTILINE))
    return int(said.get("Device Minor", 0)), said.get("Model", "unknown")


def _has_devices() -> bool:
    return any(re.fullmatch(r"nvidia\d+", one.name) for one in Path("/dev").glob("nvidia*"))


@cache
def _asked_gpus() -> dict[str, Any]:
    words = ["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"]
    try:
        done = subprocess.run(  # noqa: S603 — fixed words, no shell
            words, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return {"gpus": [], "driver": None}
    rows = [[cell.strip() for cell in line.split(",")] for line in done.stdout.splitlines()]
    return {"gpus": [row[0] for row in rows], "driver": rows[0][1] if rows else None}


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
