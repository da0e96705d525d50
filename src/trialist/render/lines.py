"""A running study in single lines: what a log keeps of it."""

from __future__ import annotations

from trialist.render.amounts import estimate_amounts
from trialist.render.cells import visible
from trialist.render.progress import Progress
from trialist.render.reportdata import LookLine
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, duration, p_value


def progress_line(progress: Progress) -> str:
    """Give the last line of the table: runs, time, what comes next."""
    parts = [
        f"{progress.n_done} of at most {progress.n_max} runs",
        f"{progress.n_running} running",
        duration(progress.elapsed_s),
    ]
    if progress.next_look is not None:
        soon = progress.next_look_s
        after = "" if soon is None else f" in {duration(soon)}"
        parts.append(f"next look at {progress.next_look}{after}")
    if progress.eta_s is not None:
        parts.append(f"up to {duration(progress.eta_s)} left")
    return " · ".join(parts)


def run_line(record: RunRecord, metric: Metric) -> str:
    """Give one line about a run that ended."""
    name = visible(record.variant)
    run = name if record.seed is None else f"{name}/seed-{record.seed}"
    line = f"{run}  {_outcome(record, metric)}"
    return line if record.seconds is None else f"{line}  {duration(record.seconds)}"


def _outcome(record: RunRecord, metric: Metric) -> str:
    if record.status is RunStatus.FINISHED and record.value is not None:
        return f"{visible(metric.name)} {record.value * Unit.of(metric).factor:.4g}"
    if record.status is RunStatus.DIVERGED:
        return "diverged: the goal metric is not a finite number"
    if record.status is RunStatus.FAILED:
        kind = f" ({record.failure.value})" if record.failure is not None else ""
        lines = (record.error or "").strip().splitlines()
        last = [line for line in lines if not line.lstrip().startswith("|")][-1:]
        return f"failed{kind}" + (f": {visible(last[0])}" if last else "")
    return record.status.value.replace("_", " ")


def look_line(line: LookLine, metric: Metric) -> str:
    """Give one line about what was seen of a comparison at a look."""
    head = f"look {line.index} at {line.n} seeds: {visible(line.variant)}"
    tested = ""
    if not isinstance(line.p, Missing):
        tested = f", {tested_words(line)}"
    return f"{head}: {line.code.replace('_', ' ')}, {_seen(line, metric)}{tested}"


def tested_words(line: LookLine) -> str:
    """Give what the look's test said and what it needed: "p 0.002 (needs 0.005)"."""
    if line.e_value is not None:
        return f"E {line.e_value:.3g} (needs {1 / line.threshold:.3g})"
    if isinstance(line.p, Missing):
        return ""
    return f"p {p_value(line.p)} (needs {p_value(line.threshold)})"


def _seen(line: LookLine, metric: Metric) -> str:
    if isinstance(line.estimate, Missing):
        return visible(line.estimate.reason)
    amounts = estimate_amounts(line.estimate, line.interval, metric)
    return " ".join(filter(None, (amounts.estimate, Unit.of(metric).word, amounts.interval)))
