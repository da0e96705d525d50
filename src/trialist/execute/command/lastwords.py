"""What a program said last, for whoever has to find out why it gave no result."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from trialist.execute.command.guard import Exit
from trialist.execute.command.lines import Lines
from trialist.execute.command.matcher import names_of, object_in
from trialist.values.errors import TrialError
from trialist.values.events import FailureKind
from trialist.values.metricsource import NUMBER, MetricSource, SourceKind

MOST_LINES = 20
_MOST_BYTES = 1 << 16
_NO_MEMORY = re.compile(r"out of memory|\bMemoryError\b|bad_alloc", flags=re.IGNORECASE)
_SAID = re.compile(rf"([A-Za-z][\w/.-]*)['\"]?\s*[:=]\s*['\"]?(?:{NUMBER})")
_MOST_NAMES = 12


def last_lines(*files: Path, most: int = MOST_LINES) -> list[str]:
    """Give the last lines of the first of `files` that has any."""
    for file in files:
        lines = _lines_of(file)[-most:]
        if lines:
            return lines
    return []


def not_started(argv: Collection[str], error: str) -> TrialError:
    """Give the error for a program that could not be started."""
    program = next(iter(argv))
    return TrialError(
        f"'{program}' cannot be started: {error}",
        todo="name a program that is installed, or its path from the study file's folder",
    )


def ended_badly(name: str, end: Exit, output: Path) -> TrialError:
    """Give the error for a program that ended otherwise than with exit code 0.

    Args:
        name: The program, as a person calls it.
        end: How it ended.
        output: The folder of stdout.log and stderr.log.
    """
    lines = last_lines(output / "stderr.log", output / "stdout.log")
    reason = f": {_reason(lines)}" if lines and (end.code or 0) > 0 else ""
    error = TrialError(f"{name} {_ending(end)}{reason}{_quoted(lines)}")
    if end.code is None or end.code < 0:
        error.failure = FailureKind.CRASHED.value
    if _NO_MEMORY.search("\n".join(lines)):
        error.failure = FailureKind.OOM.value
    return error


def not_seen(goal: MetricSource, seen: Collection[str], output: Path) -> TrialError:
    """Give the error for a program that ended well and never printed the goal metric.

    Args:
        goal: Where the goal metric was looked for.
        seen: The metrics that were found.
        output: The folder of stdout.log and stderr.log.
    """
    lines = last_lines(output / "stdout.log", output / "stderr.log")
    if goal.kind is SourceKind.JSON:
        objects = [said for line in lines if (said := object_in(line)) is not None]
        printed = dict.fromkeys(name for said in objects for name in names_of(said))
        where = "in lines that are a JSON object"
        cure = "metric.key" if objects else "metric.pattern: no line is an object and nothing else"
    else:
        printed = dict.fromkeys(name for line in lines for name in _SAID.findall(line))
        where = f"by {goal.pattern}" if goal.pattern else "by its own name"
        cure = f"metric.pattern, or have the script print '{goal.name}: NUMBER'"
    names = [*seen, *(name for name in printed if name not in seen)][:_MOST_NAMES]
    return TrialError(
        f"MetricError: '{goal.name}' not seen, looked for {where}{_by_key(goal)}; "
        f"seen: {', '.join(names) or 'no number'}; {_give(goal, names)} {cure}{_quoted(lines)}"
    )


def not_in_file(
    goal: MetricSource, file: Path | None, names: Collection[str], output: Path
) -> TrialError:
    """Give the error for a program that ended well, whose files do not hold the goal metric.

    Args:
        goal: Where the goal metric was looked for.
        file: The file or folder that the study names.
        names: What the file has.
        output: The folder of stdout.log and stderr.log.
    """
    place = f"the files of {goal.kind}" if file is None else os.path.relpath(file, output)
    lines = last_lines(output / "stdout.log", output / "stderr.log")
    if names:
        known = list(names)[:_MOST_NAMES]
        what = f"it has: {', '.join(known)}; {_give(goal, known)} metric.key"
    else:
        what = "nothing was written there; have the script write it, or correct metric.file"
    return TrialError(
        f"MetricError: '{goal.name}' not seen in {place}{_by_key(goal)}; {what}{_quoted(lines)}"
    )


def _by_key(goal: MetricSource) -> str:
    return f" by the key {goal.key}" if goal.key is not None else ""


def _give(goal: MetricSource, names: Collection[str]) -> str:
    close = get_close_matches(goal.name.replace("/", "_"), names, n=1, cutoff=0.5)
    return f"if it is '{close[0]}', give" if close else "give"


def _reason(lines: list[str]) -> str:
    """Give the last line, or the first of the exception where a traceback is there."""
    frames = [place for place, line in enumerate(lines) if line.startswith('  File "')]
    below = lines[frames[-1] :] if frames else []
    return next((line for line in below if not line.startswith(" ")), lines[-1]).strip()


def _ending(end: Exit) -> str:
    if end.code is None:
        return "is gone, and its guard with it"
    if end.code < 0:
        hint = " (perhaps out of memory)" if end.code == -9 else ""
        return f"was ended by signal {-end.code}{hint}"
    return f"exited with code {end.code}"


def _quoted(lines: list[str]) -> str:
    return "".join(f"\n  | {line}" for line in lines)


def _lines_of(file: Path) -> list[str]:
    try:
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            stream.seek(max(0, size - _MOST_BYTES))
            data = stream.read()
    except OSError:
        return []
    cut = Lines()
    # the marks that a traceback puts below a line say nothing
    return [line for line in (*cut.feed(data), *cut.end()) if line.strip(" ^~")]
