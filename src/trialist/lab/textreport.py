"""What reports of one answer share: they are text for a terminal, whole or the sentences only."""

from __future__ import annotations

from abc import ABC, abstractmethod

from trialist.render.style import TextStyle


class TextReport(ABC):
    """A report that can be read; the answer comes first."""

    __slots__ = ()

    def text(self, *, style: TextStyle | None = None, quiet: bool = False) -> str:
        """Give the report as text for a terminal.

        Args:
            style: Width and color; plain text in 80 columns without it.
            quiet: True for the sentences only.
        """
        return self._drawn(style or TextStyle(), quiet=quiet)

    def __str__(self) -> str:
        return self.text()

    @abstractmethod
    def _drawn(self, style: TextStyle, *, quiet: bool) -> str:
        """Give the text; `render` makes it."""
