"""Who does something: the name under which this process runs, and its machine."""

from __future__ import annotations

import getpass
import os
import socket


def who() -> str:
    """Give who runs this process: `user@machine`."""
    return f"{user_name()}@{socket.gethostname()}"


def user_name() -> str:
    """Give the name of whoever runs this process; their number where they have no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container without a name for its user
        return str(os.getuid())
