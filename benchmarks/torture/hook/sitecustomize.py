"""Loaded by every Python process of a victim: ends it, or has the system fail it, at a write.

The file `arm` beside the victim's folder names one place (a regular expression of paths), how many
writes to let pass, and how. Whoever renames `arm` is the one that it happens to.
"""

import errno
import fcntl
import os
import re
import signal
import sys
import threading
import time

_MARK = "TRIALIST_TORTURE"
_WRITES = os.O_WRONLY | os.O_RDWR


class _Hook:
    def __init__(self, folder):
        self._arm = folder + ".arm"
        self._fired = folder + ".fired"
        self._passed = folder + ".passed"
        self._own = {self._arm, self._fired, self._passed}
        self.open, self.write, self.close = os.open, os.write, os.close
        self.rename = os.rename

    def due(self, path):
        """Give how this write is to end; None where it is to go on."""
        try:
            file = self.open(self._arm, os.O_RDONLY)
        except OSError:
            return None
        how, skip, pattern = os.read(file, 4096).decode().split("\n")
        self.close(file)
        path = os.path.abspath(path)
        if path in self._own or not re.search(pattern, path):
            return None
        count = self.open(self._passed, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.write(count, b".")
        passed = os.fstat(count).st_size
        self.close(count)
        if passed <= int(skip):
            return None
        try:
            self.rename(self._arm, self._fired)
        except OSError:  # another process was faster
            return None
        return how

    def happen(self, how, path):
        """End this process, stop it, or raise what a full or read-only disk raises."""
        if how == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif how in ("ENOSPC", "EROFS", "EIO"):
            number = getattr(errno, how)
            raise OSError(number, os.strerror(number), path)
        else:
            os.kill(os.getpid(), signal.SIGKILL)


def _of_file(file):
    try:
        return os.readlink(f"/proc/self/fd/{file}")
    except OSError:
        return ""


def _patched(hook, name, path_of):
    real = getattr(os, name)

    def call(*args, **options):
        path = path_of(*args)
        how = hook.due(path) if path else None
        if how == "after":
            real(*args, **options)
        elif how in ("torn", "ENOSPC") and name == "write":
            real(args[0], args[1][: max(len(args[1]) // 2, 1)])
        if how is not None:
            hook.happen(how, path)
        return real(*args, **options)

    setattr(os, name, call)


def _text(path):
    return "" if isinstance(path, int) else os.fsdecode(path)


def _listen(hook):
    def heard(event, args):
        if event == "open" and isinstance(args[0], (str, bytes)) and args[2] & _WRITES:
            path = _text(args[0])
            how = hook.due(path)
            if how is not None:
                hook.happen(how, path)
        elif event == "sqlite3.connect":  # SQLite writes by itself: the end comes a little later
            how = hook.due(re.sub(r"^file:(//)?|\?.*$", "", _text(args[0])))
            if how is not None:
                wait = (time.time_ns() // 1000 % 40) / 10_000
                threading.Timer(wait, hook.happen, ("before", "")).start()

    sys.addaudithook(heard)


def _set_clock(folder):
    real, place = time.time, folder + ".clock"

    def clock():
        try:
            return real() + os.stat(place).st_size * -3600.0
        except OSError:
            return real()

    time.time = clock


def _without_locks():
    def flock(_file, _kind):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    fcntl.flock = flock


def _install(folder):
    hook = _Hook(folder)
    for name in ("write", "fsync", "ftruncate", "pwrite"):
        _patched(hook, name, lambda file, *_: _of_file(file))
    for name in ("replace", "rename", "link"):
        _patched(hook, name, lambda _source, target, *_: _text(target))
    for name in ("unlink", "mkdir"):
        _patched(hook, name, lambda path, *_: _text(path))
    _listen(hook)
    _set_clock(folder)
    if os.path.exists(folder + ".no-locks"):
        _without_locks()


if os.environ.get(_MARK):
    _install(os.environ[_MARK])
