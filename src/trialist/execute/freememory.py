"""How much memory a new process could take on this machine, or in this container."""

from __future__ import annotations

from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")


def free_memory(group: Path = _GROUP) -> int:
    """Give the bytes that are free: the system's, or the container's where those are fewer.

    Args:
        group: Where the kernel says what the container may take and has taken.
    """
    import psutil

    free = int(psutil.virtual_memory().available)
    most, taken = _number(group / "memory.max"), _number(group / "memory.current")
    if most is None or taken is None:
        return free
    return min(free, max(0, most - taken))


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
