"""Ctrl-C, SIGTERM and the end of the given time: the first asks nicely, the second waits not."""

from __future__ import annotations

import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any, Self


class Interrupts:
    """Counts SIGINT and SIGTERM inside a `with` block, in place of their usual effect.

    Outside the main thread nothing is caught: Python allows handlers there only.

    Args:
        max_seconds: After this time one interrupt more is counted; None: never.
    """

    def __init__(self, *, max_seconds: float | None = None) -> None:
        self._signals = 0
        self._before: dict[signal.Signals, Any] = {}
        self._end = None if max_seconds is None else time.monotonic() + max_seconds

    @property
    def count(self) -> int:
        """How many interrupts came."""
        return self._signals + self._is_over

    @property
    def is_only_time(self) -> bool:
        """True where the time was up and nobody interrupted."""
        return self._is_over and not self._signals

    @property
    def _is_over(self) -> bool:
        return self._end is not None and time.monotonic() >= self._end

    @property
    def came(self) -> bool:
        """True from the first interrupt on."""
        return self.count > 0

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1
