"""What a report is made of, collected from the store."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from trialist.analysis.choice import BLOCK_DUNNETT, DUNNETT
from trialist.execute.looks import Looks
from trialist.lab.followup import origin_in
from trialist.lab.predictions import tally_of
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_attempts, read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.journal import read_journal
from trialist.ledger.store import Store
from trialist.render.reportdata import ChainInfo, Cost, Curve, LookLine, ReportData
from trialist.values.events import EventKind, RunStatus, decode_number
from trialist.values.evidence import RunRecord
from trialist.values.metric import N_PARAMETERS
from trialist.values.plan import Plan
from trialist.values.predictions import Tally
from trialist.values.results import Results
from trialist.values.verdict import Verdict


def material_of(
    folder: StudyFolder, plan: Plan, looks: Looks, results: Results, history: History
) -> ReportData:
    """Collect everything that the report of a study says."""
    from trialist.decide.shortcuts import shortcuts_of

    records = read_records(folder, plan, history)
    entries = history.entries
    apart = {(run.variant, run.seed) for run in results.extra_runs}
    judged = [run for run in records if (run.variant, run.seed) not in apart]
    return ReportData(
        results=results,
        question=plan.question,
        plan=plan,
        curves=tuple(_curves(folder, judged)),
        runs=records,
        looks=look_lines(looks),
        shortcuts=shortcuts_of(looks.protocol, results.variants),
        cost=_cost(folder, plan, records, history),
        provenance=_provenance(history),
        chain=ChainInfo(entries=len(entries), head=entries[-1].hash) if entries else None,
        commands=commands_of(folder, history),
        tally=tally_of(Store(folder.root.parent)) if results.predictions else Tally(),
    )


def look_lines(looks: Looks) -> tuple[LookLine, ...]:
    """Give what each look saw of each comparison that was open at it."""
    from trialist.decide.rules import judge

    lines: list[LookLine] = []
    answered: set[str] = set()
    for count in range(1, len(looks.evidence) + 1):
        judgement = judge(looks.protocol, looks.evidence[:count])
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
        p=verdict.p_adjusted if verdict.test in (DUNNETT, BLOCK_DUNNETT) else verdict.p,
        e_value=verdict.e_value,
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
                if name == N_PARAMETERS:  # one number per run is no curve
                    continue
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


def _cost(folder: StudyFolder, plan: Plan, records: Sequence[RunRecord], history: History) -> Cost:
    attempts = [
        attempt
        for variant in plan.variants
        for seed in folder.seeds(variant.name)
        for attempt in read_attempts(folder, variant.name, seed)
    ]
    sessions = history.sessions
    over = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.FAILED)
    return Cost(
        n_runs=sum(record.status in over for record in records),
        train_seconds=sum(attempt.seconds or 0.0 for attempt in attempts),
        wall_seconds=sum(session.seconds for session in sessions),
        workers=max((session.workers for session in sessions), default=1),
    )


def _provenance(history: History) -> dict[str, str]:
    registered = history.registered
    return {} if registered is None else dict(sorted(registered["environment"].items()))


def _again(folder: StudyFolder, history: History) -> str | None:
    """Give the command that runs a study anew, after those it follows up; None without a file."""
    origin = origin_in(history)
    names = [member.study for member in origin.members] if origin else []
    before = [history_of(StudyFolder(folder.root.parent / name)) for name in names]
    commands = []
    for one in (*before, history):
        session = one.sessions[-1] if one.sessions else None
        if session is None or session.file is None:
            return None
        words = ["trialist", "run", session.file, *session.overrides, "--store", "again"]
        commands.append(shlex.join(words))
    return " && ".join(commands)


def commands_of(folder: StudyFolder, history: History) -> tuple[tuple[str, str], ...]:
    """Give the commands that check this study, run it anew elsewhere, and write its report."""
    session = history.sessions[-1] if history.sessions else None
    store = session.store if session else "experiments"
    place = "" if store == "experiments" else f" --store {shlex.quote(store)}"
    again = _again(folder, history) or "run the same Python script with store='again'"
    return (
        ("check", f"trialist verify {folder.name}{place}"),
        ("again", again),
        ("report", f"trialist report {folder.name}{place}"),
    )
