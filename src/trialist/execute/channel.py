"""Messages between coordinator, fork server and workers: JSON behind its length, on a socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

_LENGTH = struct.Struct(">I")


class Channel:
    """One end of a stream of messages. Closing the other end raises EOFError here."""

    def __init__(self, end: socket.socket) -> None:
        self._socket = end
        self._buffer = bytearray()

    def fileno(self) -> int:
        """Give the descriptor, for `select`."""
        return self._socket.fileno()

    def send(self, message: Any, *, files: Sequence[int] = ()) -> None:
        """Send one message, with open files beside it."""
        data = json.dumps(message, separators=(",", ":")).encode()
        framed = _LENGTH.pack(len(data)) + data
        if files:
            sent = socket.send_fds(self._socket, [framed], list(files))
            framed = framed[sent:]
        self._socket.sendall(framed)

    def receive(self) -> Any:
        """Wait for one message.

        Raises:
            EOFError: If the other end is gone.
        """
        while True:
            message = self._next()
            if message is not None:
                return message
            self._read()

    def receive_with_file(self) -> tuple[Any, int | None]:
        """Wait for one message, and give the file that came beside it, if one did.

        Raises:
            EOFError: If the other end is gone.
        """
        try:
            data, files, _, _ = socket.recv_fds(self._socket, 1 << 16, 4)
        except ConnectionError as error:  # closed with something unread
            raise EOFError from error
        if not data:
            raise EOFError
        self._buffer += data
        return self.receive(), (files[0] if files else None)

    def receive_ready(self) -> list[Any]:
        """Give all whole messages, after one read of a socket that `select` called readable.

        Raises:
            EOFError: If the other end is gone and every message was given.
        """
        self._read()
        messages = []
        while (message := self._next()) is not None:
            messages.append(message)
        return messages

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _read(self) -> None:
        try:
            data = self._socket.recv(1 << 16)
        except ConnectionError as error:
            raise EOFError from error
        if not data:
            raise EOFError
        self._buffer += data

    def _next(self) -> Any:
        if len(self._buffer) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if len(self._buffer) < _LENGTH.size + length:
            return None
        data = bytes(self._buffer[_LENGTH.size : _LENGTH.size + length])
        del self._buffer[: _LENGTH.size + length]
        return json.loads(data)
