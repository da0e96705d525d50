"""Bytes that a program prints, as lines of text: in bounded memory, whatever it prints."""

from __future__ import annotations

import re

MOST_BYTES = 1 << 16
"""Of a longer line only the beginning is searched."""

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # colors, and moves of the cursor
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles and links
    r"|[@-Z\\-_])"
)


class Lines:
    """Cuts a stream of bytes into lines.

    A carriage return and a backspace end a line too: progress bars write over what they wrote.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._is_skipping = False

    def feed(self, data: bytes) -> list[str]:
        """Give the lines that are whole now, without the empty ones."""
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        if end < 0:
            return self._keep(data)
        whole, rest = data[:end], data[end + 1 :]
        if self._is_skipping:
            starts = [place for place in (whole.find(b"\n"), whole.find(b"\r")) if place >= 0]
            whole = whole[min(starts) :] if starts else b""
            self._is_skipping = False
        lines = _texts(self._rest + whole)
        self._rest = b""
        return lines + self._keep(rest)

    def end(self) -> list[str]:
        """Give what was printed without an end of line."""
        rest, self._rest = self._rest, b""
        return _texts(rest)

    def _keep(self, data: bytes) -> list[str]:
        if self._is_skipping:
            return []
        self._rest += data
        if len(self._rest) <= MOST_BYTES:
            return []
        head, self._rest = self._rest[:MOST_BYTES], b""
        self._is_skipping = True
        return _texts(head)


def plain(text: str) -> str:
    """Give text without the sequences that color it or move the cursor."""
    return _ANSI.sub("", text) if "\x1b" in text else text


def _texts(data: bytes) -> list[str]:
    text = plain(data.decode("utf-8", errors="replace"))
    if "\r" in text or "\x08" in text:
        text = text.replace("\r", "\n").replace("\x08", "\n")
    return [line[:MOST_BYTES] for line in text.split("\n") if line]
