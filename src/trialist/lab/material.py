"""What a report is made of, collected from the store."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from trialist.execute.looks import Looks
from trialist.ledger.attempts import read_attempts, read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.journal import read_journal
from trialist.ledger.protocol_log import Entry, LogKind
from trialist.render.reportdata import ChainInfo, Cost, Curve, LookLine, ReportData
from trialist.values.events import EventKind, decode_number
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan
from trialist.values.results import Results
from trialist.values.verdict import Verdict


def material_of(
    folder: StudyFolder, plan: Plan, looks: Looks, results: Results, entries: Sequence[Entry]
) -> ReportData:
    """Collect everything that the report of a study says."""
    from trialist.decide.shortcuts import shortcuts_of

    records = read_records(folder, plan)
    apart = {(run.variant, run.seed) for run in results.extra_runs}
    judged = [run for run in records if (run.variant, run.seed) not in apart]
    return ReportData(
        results=results,
        question=plan.question,
        plan=plan,
        curves=tuple(_curves(folder, judged)),
        runs=records,
        looks=look_lines(plan, looks),
        shortcuts=shortcuts_of(plan.protocol, results.variants),
        cost=_cost(folder, plan, entries),
        provenance=_provenance(entries),
        chain=ChainInfo(entries=len(entries), head=entries[-1].hash) if entries else None,
        commands=_commands(folder),
    )


def look_lines(plan: Plan, looks: Looks) -> tuple[LookLine, ...]:
    """Give what each look saw of each comparison that was open at it."""
    from trialist.decide.rules import judge

    lines: list[LookLine] = []
    answered: set[str] = set()
    for count in range(1, len(looks.evidence) + 1):
        judgement = judge(plan.protocol, looks.evidence[:count])
        lines += [_look_line(one) for one in judgement.verdicts if one.variant not in answered]
        answered = {verdict.variant for verdict in judgement.verdicts} - set(judgement.open)
    return tuple(lines)


def _look_line(verdict: Verdict) -> LookLine:
    return LookLine(
        index=verdict.look.index,
        n=verdict.look.n,
        variant=verdict.variant,
        estimate=verdict.estimate,
        interval=verdict.interval,
        p=verdict.p,
        threshold=verdict.look.threshold,
        code=verdict.name.value if verdict.final else "open",
    )


def _curves(folder: StudyFolder, records: Iterable[RunRecord]) -> Iterable[Curve]:
    for record in records:
        path = folder.root / record.journal if record.journal else None
        if path is None or not path.exists() or record.seed is None:
            continue
        points: dict[str, tuple[list[int], list[float]]] = {}
        for event in read_journal(path).events:
            if event["k"] != EventKind.METRIC:
                continue
            for name, value in event["v"].items():
                steps, values = points.setdefault(name, ([], []))
                steps.append(event["step"])
                values.append(decode_number(value))
        for name, (steps, values) in points.items():
            yield Curve(
                metric=name,
                variant=record.variant,
                seed=record.seed,
                steps=tuple(steps),
                values=tuple(values),
            )


def _cost(folder: StudyFolder, plan: Plan, entries: Sequence[Entry]) -> Cost:
    attempts = [
        attempt
        for variant in plan.variants
        for seed in folder.seeds(variant.name)
        for attempt in read_attempts(folder, variant.name, seed)
    ]
    workers = [int(one.fields["workers"]) for one in entries if one.kind == LogKind.SESSION]
    return Cost(
        n_runs=sum(attempt.status.has_result for attempt in attempts),
        train_seconds=sum(attempt.seconds or 0.0 for attempt in attempts),
        wall_seconds=sum(_session_seconds(entries)),
        workers=max(workers, default=1),
    )


def _session_seconds(entries: Sequence[Entry]) -> Iterable[float]:
    began: float | None = None
    last = 0.0
    for entry in entries:
        if entry.kind == LogKind.SESSION:
            if began is not None:
                yield last - began
            began = entry.fields["time"]
        last = entry.fields["time"]
    if began is not None:
        yield last - began


def _provenance(entries: Sequence[Entry]) -> dict[str, str]:
    registered = [entry for entry in entries if entry.kind == LogKind.REGISTERED]
    return dict(sorted(registered[-1].fields["environment"].items())) if registered else {}


def _commands(folder: StudyFolder) -> tuple[tuple[str, str], ...]:
    return (
        ("check", command_on(folder, "verify")),
        ("again", "trialist run study.yaml --store again"),
        ("report", command_on(folder, "report")),
    )


def command_on(folder: StudyFolder, command: str) -> str:
    """Give the words that call `command` on this study, with its store where it is unusual."""
    store = folder.root.parent.name
    place = "" if store == "experiments" else f" --store {shlex.quote(store)}"
    return f"trialist {command} {folder.name}{place}"
