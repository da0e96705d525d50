"""What the runs of a study may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trialist.values.errors import ConfigError
from trialist.values.sizes import bytes_of

_LEAST_MEMORY = 64 * 1024**2
"""A Python process with a library or two holds as much before it does anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """What the runs may use.

    Attributes:
        workers: Processes that train at the same time; "auto" is one per visible GPU, else one
            per `threads` cores.
        threads: CPU threads of one run; part of the plan, since results differ in the last bits.
        retries: How often a failed run is tried again; None: twice after a crash, never after
            an exception of the trial function.
        timeout: Seconds that one run may take; None: no limit.
        memory: The most that one run may hold, its child processes with it: bytes, or text such
            as "4GiB"; None: no limit.
        gpus: How many of the visible GPUs are used; "auto" is all of them, 0 hides them.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    workers: int | str = "auto"
    threads: int = 1
    retries: int | None = None
    timeout: float | None = None
    memory: int | str | None = None
    gpus: int | str = "auto"

    @property
    def memory_bytes(self) -> int | None:
        """`memory` in bytes; None where there is no limit, or the text says none."""
        return bytes_of(self.memory) if isinstance(self.memory, str) else self.memory

    def __post_init__(self) -> None:
        workers_fit = self.workers == "auto" or (
            isinstance(self.workers, int) and self.workers >= 1
        )
        if not workers_fit:
            raise ConfigError(
                f"resources.workers is {self.workers!r}", todo="give 'auto' or a number from 1"
            )
        if self.threads < 1:
            raise ConfigError(f"resources.threads is {self.threads}", todo="give 1 or more")
        if self.retries is not None and self.retries < 0:
            raise ConfigError(f"resources.retries is {self.retries}", todo="give 0 or more")
        if self.timeout is not None and not self.timeout > 0:
            raise ConfigError(
                f"resources.timeout is {self.timeout}", todo="give more than 0 seconds"
            )
        if self.memory is not None and (self.memory_bytes or 0) < _LEAST_MEMORY:
            raise ConfigError(
                f"resources.memory is {self.memory!r}",
                todo="give a size such as 4GiB, 64MiB or more: libraries count",
            )
        if self.gpus != "auto" and not (isinstance(self.gpus, int) and self.gpus >= 0):
            raise ConfigError(
                f"resources.gpus is {self.gpus!r}",
                todo="give 'auto' (all visible GPUs) or how many to use, 0 for none",
            )
