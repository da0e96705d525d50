"""Batch sizes and loading processes in a terminal: the answer, then the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trialist.analysis.loaderworkers import WorkerTiming
from trialist.analysis.throughput import SATURATED, WEAK, Throughput
from trialist.render.cells import table_lines, visible, wrapped
from trialist.render.style import TextStyle, sentence_lines
from trialist.values.missing import Missing
from trialist.values.numbers import counted
from trialist.values.sizes import size


class Ended(StrEnum):
    """Why no larger batch was tried."""

    MEMORY = "memory"  # the next one does not fit
    SETTLED = "settled"  # two doublings in a row gained next to nothing
    EXAMPLES = "examples"  # there are no more training examples
    MOST = "most"  # no larger one was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFound:
    """What was found of batch sizes.

    Attributes:
        study: The study's name.
        variant: The variant's.
        device: "cpu" or "cuda".
        throughput: The table.
        ended: Why no larger one was tried.
        n_train: Training examples.
        batch_size: The study's own.
        micro_batch: The parts that it has to be made in; None: none, or there are no equal ones.
        remark: Why there are no equal parts; else empty.
        augment: What changes the batches, which is part of a step; None: nothing does.
    """

    study: str
    variant: str
    device: str
    throughput: Throughput
    ended: Ended
    n_train: int
    batch_size: int
    micro_batch: int | None
    remark: str
    augment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersFound:
    """What was found of loading processes.

    Attributes:
        study: The study's name.
        variant: The variant's.
        timings: By number, rising.
        chosen: The smallest that is enough.
        now: How many the task has.
        cores: What this process may use.
        parallel: How many runs of the study train at a time.
    """

    study: str
    variant: str
    timings: tuple[WorkerTiming, ...]
    chosen: WorkerTiming
    now: int
    cores: int
    parallel: int


def batch_text(found: BatchFound, *, style: TextStyle, quiet: bool = False) -> str:
    """Give what was found of batch sizes as text; the answer comes first.

    Args:
        found: What was found.
        style: Width and color.
        quiet: True for the sentences only.
    """
    table = found.throughput
    sentences = [_fitting(found), _speed(table), _own(found)]
    blocks = [[line for text in sentences if text for line in sentence_lines(text, style)]]
    if not quiet:
        where = "the GPU's memory" if found.device == "cuda" else "the memory that is free"
        share = "90" if found.device == "cuda" else "80"
        setup = (
            f"{visible(found.variant)} of {visible(found.study)} · {found.device} · "
            f"limit {size(table.limit)}, {share} % of {where} · 10 steps or more each"
            + (f" · augmented: {visible(found.augment)}" if found.augment else "")
        )
        remark = (
            "Another batch size is another training: its learning rate has to be searched anew "
            "(`trialist lr-find`)."
        )
        blocks += [[style.dim(line) for line in wrapped(setup, style.width)]]
        blocks += [_batch_table(table, style), wrapped(remark, style.width)]
    return style.finish("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def workers_text(found: WorkersFound, *, style: TextStyle, quiet: bool = False) -> str:
    """Give what was found of loading processes as text; the answer comes first.

    Args:
        found: What was found.
        style: Width and color.
        quiet: True for the sentence only.
    """
    best = found.chosen
    named = "1 process" if best.workers == 1 else f"{best.workers} processes"
    lead = f"Load data with {named}" if best.workers else "No process needs to load data"
    answer = (
        f"**{lead}:** a step takes {_time(best.seconds)} and waits {best.waited:.0%} of it for "
        f"its data. The task has workers={found.now}."
    ).replace("%", " %")
    blocks = [sentence_lines(answer, style)]
    if not quiet:
        runs = counted(found.parallel, "run")
        setup = (
            f"{visible(found.variant)} of {visible(found.study)} · {found.cores} cores, "
            f"{runs} at a time"
        )
        rows = [["workers", "step", "waits", "batches"]]
        rows += [
            [
                str(one.workers),
                _time(one.seconds),
                f"{100 * one.waited:.0f} %",
                str(one.n_batches),
            ]
            for one in found.timings
        ]
        lines = table_lines(rows, gap=3, n_words=0)
        blocks += [[style.dim(line) for line in wrapped(setup, style.width)]]
        blocks += [[style.dim(lines[0]), *lines[1:]]]
    return style.finish("\n\n".join("\n".join(block) for block in blocks if block) + "\n")


def _fitting(found: BatchFound) -> str:
    largest = found.throughput.largest
    if isinstance(largest, Missing):
        first = found.throughput.rows[0].timing.batch_size
        return f"**Not even {first:,} examples fit** into {size(found.throughput.limit)}."
    return (
        f"**Batches up to {largest:,} fit:** "
        + {
            Ended.MEMORY: f"{2 * largest:,} need more than {size(found.throughput.limit)}.",
            Ended.SETTLED: "larger ones were not tried, as they would be no faster (`--to-limit`).",
            Ended.EXAMPLES: f"there are {found.n_train:,} training examples.",
            Ended.MOST: "no larger one was asked for.",
        }[found.ended]
    )


def _speed(table: Throughput) -> str:
    at = table.saturated_at
    if isinstance(at, Missing):
        return "" if len(table.rows) < 2 else "A larger batch was faster up to the end."
    return f"From {at:,} on, twice the batch trains less than 1.2 times as many examples a second."


def _own(found: BatchFound) -> str:
    if found.remark:
        return f"The study's: {found.remark}."
    if found.micro_batch is not None:
        passes = found.batch_size // found.micro_batch
        return (
            f"The study's batch size {found.batch_size:,} does not fit: "
            f"micro_batch={found.micro_batch} makes it in {passes} equal parts."
        )
    largest = found.throughput.largest
    if isinstance(largest, int) and found.batch_size <= largest:
        return f"The study's batch size {found.batch_size:,} fits."
    return ""


def _batch_table(table: Throughput, style: TextStyle) -> list[str]:
    rows = [["batch", "step", "examples/s", "next", "memory", ""]]
    for place, row in enumerate(table.rows):
        timing, efficiency = row.timing, row.efficiency
        rows.append(
            [
                f"{timing.batch_size:,}",
                _time(timing.seconds),
                f"{timing.rate:,.0f}",
                "-" if isinstance(efficiency, Missing) else _change(table, place),
                size(timing.peak_bytes),
                _word(efficiency, fits=row.fits),
            ]
        )
    lines = table_lines(rows, gap=3, n_words=0)
    return [style.dim(lines[0]), *lines[1:]]


def _change(table: Throughput, place: int) -> str:
    here, there = table.rows[place].timing, table.rows[place + 1].timing
    return f"{there.rate / here.rate:.2f} x"


def _word(efficiency: float | Missing, *, fits: bool) -> str:
    if not fits:
        return "too large"
    if isinstance(efficiency, Missing) or efficiency >= WEAK:
        return ""
    return "saturated" if efficiency < SATURATED else "gains less"


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{1000 * seconds:.3g} ms"
