"""What a trial was promised: a file of its own, written before and after each call."""

import json
import os

_FILE = os.environ["TRIALIST_TORTURE"] + ".promises"  # beside the study: no file of a run


def note(run, call, **fields):
    """Append one line: the call was asked for, or has returned."""
    line = json.dumps({"run": str(run.directory), "call": call, **fields})
    file = os.open(_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode() + b"\n")
    os.close(file)


def kept(run, call, function, *args, fields=None, **options):
    """Call `function`, and note that it was asked for and that it has returned."""
    note(run, call, when="asked", **(fields or {}))
    result = function(*args, **options)
    note(run, call, when="kept", **(fields or {}))
    return result
