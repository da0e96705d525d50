"""`trialist batch-find`: which batch sizes fit and pay, and how many processes should load data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trialist.analysis.loaderworkers import WorkerTiming, candidates, chosen
from trialist.analysis.microbatch import micro_batch_for
from trialist.analysis.throughput import BatchTiming, Throughput, has_settled, throughput_of
from trialist.execute.devices import usable_cores, workers_for
from trialist.execute.freememory import free_memory
from trialist.lab.taskstudy import TaskStudy, task_study
from trialist.lab.textreport import TextReport
from trialist.render.batchtext import BatchFound, Ended, WorkersFound, batch_text, workers_text
from trialist.render.style import TextStyle
from trialist.values.errors import ConfigError, InsufficientDataError
from trialist.values.missing import Missing, present
from trialist.values.study import Study

_FORMAT = 1
OF_DEVICE, OF_FREE = 0.9, 0.8
"""How much of a device's memory, or of the free memory of a machine, a run may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFindReport(TextReport):
    """What each batch size takes.

    Attributes:
        found: The table, and how the search ended.
    """

    found: BatchFound

    @property
    def largest(self) -> int | Missing:
        """The largest batch size that was tried and fits; missing where none does."""
        return self.found.throughput.largest

    @property
    def micro_batch(self) -> int | None:
        """The parts that the study's own batch has to be made in; None: it fits as a whole."""
        return self.found.micro_batch

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        found, table = self.found, self.found.throughput
        return {
            "format": _FORMAT,
            "study": found.study,
            "variant": found.variant,
            "device": found.device,
            "limit_bytes": table.limit,
            "largest": present(table.largest),
            "saturated_at": present(table.saturated_at),
            "ended": found.ended.value,
            "batch_size": found.batch_size,
            "micro_batch": found.micro_batch,
            "remark": found.remark or None,
            "augmentation": found.augment,
            "rows": [
                {
                    "batch_size": row.timing.batch_size,
                    "step_s": row.timing.seconds,
                    "examples_per_second": row.timing.rate,
                    "efficiency": present(row.efficiency),
                    "peak_bytes": row.timing.peak_bytes,
                    "fits": row.fits,
                }
                for row in table.rows
            ],
        }

    def _drawn(self, style: TextStyle, *, quiet: bool) -> str:
        return batch_text(self.found, style=style, quiet=quiet)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFindReport(TextReport):
    """What each number of loading processes gives.

    Attributes:
        found: The table, and what was chosen.
    """

    found: WorkersFound

    @property
    def workers(self) -> int:
        """The smallest number that is as fast as the best, or hardly waits."""
        return self.found.chosen.workers

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        found = self.found
        return {
            "format": _FORMAT,
            "study": found.study,
            "variant": found.variant,
            "workers": found.chosen.workers,
            "now": found.now,
            "cores": found.cores,
            "parallel_runs": found.parallel,
            "rows": [asdict(one) for one in found.timings],
        }

    def _drawn(self, style: TextStyle, *, quiet: bool) -> str:
        return workers_text(self.found, style=style, quiet=quiet)


def batch_find(
    study: Study | str | Path,
    *,
    variant: str | None = None,
    first: int = 8,
    most: int | None = None,
    to_limit: bool = False,
    overrides: Sequence[str] = (),
) -> BatchFindReport:
    """Try batch sizes, each twice the last, until memory ends or speed no longer grows.

    Each is tried in a process of its own: 3 steps to warm up, 10 or more that are timed, with the
    task's augmentation. Up to 90 % of a GPU's memory, or 80 % of what is free of the machine's,
    counts as fitting.

    Args:
        study: A study, or the path of a study file; its trial has to be a `trialist.train.Task`.
        variant: The variant; None: the baseline.
        first: The first batch size.
        most: The largest one to try; None: the training examples.
        to_limit: True goes on to what memory holds, also where speed no longer grows.
        overrides: Dotted changes of the file, for example `config.width=512`.

    Raises:
        ConfigError: If the study says something impossible, or its trial is no task.
        InsufficientDataError: If not even the first batch size fits.
        TrialError: If the task ends with an error of its own.
    """
    asked = task_study(study, variant=variant, overrides=overrides)
    if first < 1 or (most is not None and most < first):
        raise ConfigError(
            f"batch sizes go from {first} to {most}",
            where="--first",
            todo="give a first one from 1 that is not above --most",
        )
    free = int(OF_FREE * free_memory())
    facts, begun = _timed(asked, first, limit=free)
    limit = _limit(facts, free)
    end = min(facts["n_train"], most or facts["n_train"])
    timings, ended = [begun], Ended.EXAMPLES if end == facts["n_train"] else Ended.MOST
    while 2 * timings[-1].batch_size <= end and timings[-1].peak_bytes <= limit:
        if has_settled(timings) and not to_limit:
            ended = Ended.SETTLED
            break
        answer = asked.ask("batch", {"batch_size": 2 * timings[-1].batch_size}, limit=free)
        if answer.is_out_of_memory:
            ended = Ended.MEMORY
            break
        timings.append(BatchTiming(**answer.told["timing"]))
    if timings[-1].peak_bytes > limit:
        ended = Ended.MEMORY
    table = throughput_of(timings, limit=limit)
    micro, remark = _parts(facts, table, ended)
    return BatchFindReport(
        found=BatchFound(
            study=asked.plan.study,
            variant=asked.variant,
            device=facts["device"],
            throughput=table,
            ended=ended,
            n_train=facts["n_train"],
            batch_size=facts["batch_size"],
            micro_batch=micro,
            remark=remark,
            augment=facts["augment"],
        )
    )


def worker_find(
    study: Study | str | Path, *, variant: str | None = None, overrides: Sequence[str] = ()
) -> WorkerFindReport:
    """Train with 0, 1, 2, 4, ... loading processes, and give the smallest number that is enough.

    Each is tried in a process of its own for 50 batches or 5 s; the start is left out. Enough is
    what takes at most 5 % longer than the best, or waits less than 5 % of a step.

    Args:
        study: A study, or the path of a study file; its task's data has to be a `LoaderData`.
        variant: The variant; None: the baseline.
        overrides: Dotted changes of the file.

    Raises:
        ConfigError: If the study says something impossible, or its data lies in memory.
        TrialError: If the task ends with an error of its own.
    """
    asked = task_study(study, variant=variant, overrides=overrides)
    cores = usable_cores()
    plan = asked.plan
    parallel = workers_for(plan, asked.workers)
    timings: list[WorkerTiming] = []
    now = 0
    for workers in candidates(max(1, cores // parallel)):
        answer = asked.ask("workers", {"workers": workers})
        if answer.is_out_of_memory:
            break
        timings.append(WorkerTiming(**answer.told["timing"]))
        now = answer.told["facts"]["workers"]
    if not timings:
        raise InsufficientDataError(
            "a step of the task takes more memory than there is",
            todo="ask `trialist batch-find` which batch size fits",
        )
    return WorkerFindReport(
        found=WorkersFound(
            study=plan.study,
            variant=asked.variant,
            timings=tuple(timings),
            chosen=chosen(timings),
            now=now,
            cores=cores,
            parallel=parallel,
        )
    )


def _timed(asked: TaskStudy, first: int, *, limit: int) -> tuple[Mapping[str, Any], BatchTiming]:
    """Give what is known of the task, and the timing of the first batch size."""
    answer = asked.ask("batch", {"batch_size": first}, limit=limit)
    if answer.is_out_of_memory:
        raise InsufficientDataError(
            f"a batch of {first:,} takes more memory than a run may",
            todo="give a smaller --first, or a smaller model",
        )
    return answer.told["facts"], BatchTiming(**answer.told["timing"])


def _limit(facts: Mapping[str, Any], free: int) -> int:
    on_device = facts["device_bytes"]
    return free if on_device is None else int(OF_DEVICE * on_device)


def _parts(facts: Mapping[str, Any], table: Throughput, ended: Ended) -> tuple[int | None, str]:
    """Give the parts for the study's own batch size where it does not fit, and a remark on it."""
    size, largest = facts["batch_size"], table.largest
    if isinstance(largest, Missing) or size <= largest or ended is not Ended.MEMORY:
        return None, ""
    try:
        return micro_batch_for(size, fits=largest), ""
    except ConfigError as error:
        mistake = error.mistakes[0]
        return None, f"{mistake.message}: {mistake.todo}"
