"""`trialist doctor`: short probes of a study before it runs."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.analysis.repeat import repetition
from trialist.diagnose.code.determinism import (
    GRADIENT,
    has_backward,
    operation_findings,
    plain_name,
)
from trialist.execute.probe import Probe, probe
from trialist.execute.task import Task
from trialist.lab.prepare import Prepared, prepare
from trialist.lab.study import as_study
from trialist.lab.taskstudy import task_study
from trialist.values.determinism import Determinism
from trialist.values.errors import ConfigError, RunsFailedError
from trialist.values.events import RunStatus
from trialist.values.finding import Finding, Severity
from trialist.values.numbers import counted
from trialist.values.seeds import SeedSet
from trialist.values.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class DoctorReport:
    """What the probes of a study found.

    Attributes:
        study: The study's name.
        findings: What was found, as it matters.
        remarks: What the probes saw, and what they cannot see, as sentences.
    """

    study: str
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...]

    @property
    def is_healthy(self) -> bool:
        """True where nothing was found but notes."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return {
            "study": self.study,
            "healthy": self.is_healthy,
            "findings": [finding.to_dict() for finding in self.findings],
            "remarks": list(self.remarks),
        }


def doctor(
    study: Study | str | Path,
    *,
    overrides: Sequence[str] = (),
    determinism: bool = True,
    model: bool = False,
) -> DoctorReport:
    """Probe a study; nothing is registered and nothing is written.

    Args:
        study: A study, or the path of a study file.
        overrides: Dotted changes of the file, for example `config.lr=0.2`.
        determinism: True starts the baseline three times up to its first row, to find operations
            that differ between equal runs.
        model: True looks at the baseline's model before its first step: its gradients on one
            batch, and what is known to go wrong with its layers, data and settings. The trial must
            be a `trialist.train.Task`.

    Raises:
        ConfigError: If the study says something impossible, or its trial is no function in a file.
        RunsFailedError: If the trial fails before its first row.
    """
    prepared = prepare(as_study(study, overrides))
    findings: list[Finding] = []
    remarks: list[str] = []
    if determinism:
        found, said = _determinism(prepared)
        findings += found
        remarks += said
    if model:
        found, said = _model(study, overrides)
        findings += found
        remarks += said
    return DoctorReport(study=prepared.plan.study, findings=tuple(findings), remarks=tuple(remarks))


def _model(study: Study | str | Path, overrides: Sequence[str]) -> tuple[list[Finding], list[str]]:
    answer = task_study(study, variant=None, overrides=overrides).ask("model", {})
    if answer.is_out_of_memory:
        raise ConfigError(
            "one batch of the baseline does not fit into memory",
            todo="find one that does: trialist batch-find",
        )
    findings = [
        Finding(**{**one, "severity": Severity(one["severity"])}) for one in answer.told["findings"]
    ]
    return findings, list(answer.told["remarks"])


def _determinism(prepared: Prepared) -> tuple[list[Finding], list[str]]:
    if prepared.source is None or prepared.plan.command is not None:
        raise ConfigError(
            "only a function in a file can be traced: "
            + ("this study runs a command" if prepared.source else "this one is in a notebook"),
            todo="run the study: its repeat check finds runs that differ",
        )
    with tempfile.TemporaryDirectory(prefix="trialist-doctor-") as folder:
        scan = _start(prepared, Path(folder) / "scan", Determinism.WARN)
        starts = [
            _start(prepared, Path(folder) / name, prepared.plan.determinism)
            for name in ("first", "second")
        ]
    goal = prepared.plan.metric.name
    warned = [message for message in scan.findings if "no deterministic form" in message]
    listed = (
        operation_findings(scan.operations, scan.documentation, on_cuda=scan.on_cuda)
        if scan.torch
        else ()
    )
    named = {plain_name(message.partition(" ")[0]) for message in warned}
    findings = [
        *_differences(starts, goal),
        *(_warned(message) for message in warned),
        *(one for one in listed if not _is_told(one, named)),
    ]
    return findings, list(_remarks(scan, starts))


def _start(prepared: Prepared, directory: Path, kind: Determinism) -> Probe:
    plan = prepared.plan
    if prepared.source is None:
        raise RuntimeError("a probe has a source")
    directory.mkdir()
    seed = plan.seeds[0]
    task = Task(
        variant=plan.baseline,
        seed=seed,
        number=1,
        config=plan.config_of(plan.baseline),
        seeds=SeedSet.of(seed, vary=plan.vary),
        directory=directory,
        metric=plan.metric.name,
        plan_hash=plan.hash,
        determinism=kind,
    )
    found = probe(prepared.source, task, threads=plan.threads)
    if found.attempt.status is RunStatus.FAILED:
        raise RunsFailedError(
            f"the baseline failed before its first row: {found.attempt.message}",
            where=str(prepared.source.start),
            todo="mend the trial, then ask again",
        )
    return found


def _differences(starts: Sequence[Probe], goal: str) -> list[Finding]:
    first, second = starts
    found = repetition(first.rows, second.rows, goal=goal).difference
    if found is None:
        return []
    return [
        Finding(
            code="not-repeatable",
            severity=Severity.ERROR,
            message="two starts with the same seed differ",
            evidence=f"{found.name} at step {found.step}: {found.words}",
            cure="see the operations below; seed what draws from the clock or from no seed",
        )
    ]


def _is_told(finding: Finding, warned: Collection[str]) -> bool:
    is_warning = finding.severity is Severity.WARNING
    return is_warning and finding.message.partition(" ")[0] in warned


def _warned(message: str) -> Finding:
    return Finding(
        code="warned",
        severity=Severity.WARNING,
        message=message,
        evidence="torch warned of it on this machine",
        cure="use another operation there; determinism: strict makes it an error",
    )


def _remarks(scan: Probe, starts: Sequence[Probe]) -> list[str]:
    counts = {name: count for name, count in scan.operations.items() if name != GRADIENT}
    total = sum(counts.values())
    step = "forward and backward" if has_backward(scan.operations) else "no gradient among them"
    rows = max(len(one.rows) for one in starts)
    remarks = [f"Two starts were compared bit by bit: {counted(rows, 'row')}."]
    if not scan.torch:
        return [*remarks, "The trial does not load torch, so no operations were traced."]
    kinds = f"{total:,} operations of {len(counts)} kinds"
    remarks.append(f"Traced {kinds}, {step}, torch {scan.torch}.")
    if not scan.on_cuda:
        remarks.append(
            "A trace on the CPU sees no kernel of a GPU: what is said of GPUs comes from torch's "
            "lists alone. Ask again on the machine that will run the study."
        )
    return remarks
