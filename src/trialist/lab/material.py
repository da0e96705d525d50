"""What a report is made of, collected from the store."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence

from trialist.analysis.choice import BLOCK_DUNNETT, DUNNETT
from trialist.execute.looks import Looks
from trialist.lab.baselines import history_for, round_of
from trialist.lab.followup import origin_in
from trialist.lab.machineuse import machine_use
from trialist.lab.originrows import origin_rows, reproduce_command, store_words
from trialist.lab.predictions import tally_of
from trialist.lab.registration import history_of
from trialist.ledger.attempts import read_attempts, read_records
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.runcurves import attempt_of, curves_of
from trialist.ledger.store import Store
from trialist.ledger.storelog import BASELINES, remembered
from trialist.ledger.trialrecords import searches_in, trial_records
from trialist.render.reportdata import ChainInfo, Cost, Curve, LookLine, ReportData
from trialist.values.baselinehistory import BaselineHistory
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import N_PARAMETERS
from trialist.values.numbers import counted
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
    apart = {(run.variant, run.seed) for run in results.extra_runs if run.plan is None}
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
        provenance={
            **_provenance(history),
            **_replicates(plan),
            **origin_rows(folder, history),
        },
        chain=ChainInfo(entries=len(entries), head=entries[-1].hash) if entries else None,
        commands=(*commands_of(folder, history), *reproduce_command(folder, plan, history)),
        tally=tally_of(Store(folder.root.parent)) if results.predictions else Tally(),
        machine=machine_use(folder.root, records),
        history=_rounds(folder, plan),
    )


def _rounds(folder: StudyFolder, plan: Plan) -> BaselineHistory | None:
    """Give what became the baseline so far; None for a study that has no part in that."""
    store = Store(folder.root.parent)
    if plan.search is not None:
        return history_for(store, plan)
    if not any(remembered(store.root, BASELINES)):  # most stores: no need to read all their logs
        return None
    history = history_for(store, plan)
    return None if round_of(history, folder.name, plan) is None else history


def look_lines(looks: Looks) -> tuple[LookLine, ...]:
    """Give what each look saw of each comparison that was open at it."""
    lines: list[LookLine] = []
    answered: set[str] = set()
    for count in range(1, len(looks.evidence) + 1):
        judgement = looks.judgement_after(count)
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


def _curves(folder: StudyFolder, records: Sequence[RunRecord]) -> Iterable[Curve]:
    attempts = {
        attempt_of(record.journal): place
        for place, record in enumerate(records)
        if record.journal and record.seed is not None
    }
    found = dict(curves_of(folder, attempts))
    for place in sorted(found):
        record = records[place]
        for name, curve in found[place].items():
            if name != N_PARAMETERS and record.seed is not None:  # one number per run is no curve
                yield Curve(
                    metric=name,
                    variant=record.variant,
                    seed=record.seed,
                    steps=curve.steps,
                    values=curve.values,
                    mean_steps=curve.mean_steps,
                    mean_values=curve.mean_values,
                )


def _cost(folder: StudyFolder, plan: Plan, records: Sequence[RunRecord], history: History) -> Cost:
    trials = trial_records(folder, plan, history)
    names = dict.fromkeys(
        [*(variant.name for variant in plan.variants), *(one.variant for one in trials)]
    )
    attempts = [
        attempt
        for name in names
        for seed in folder.seeds(name)
        for attempt in read_attempts(folder, name, seed)
    ]
    sessions = history.sessions
    over = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.FAILED)
    pruned = _pruned(folder, plan, history)
    return Cost(
        n_runs=sum(
            record.status in over or record.variant in pruned for record in (*records, *trials)
        ),
        train_seconds=sum(attempt.seconds or 0.0 for attempt in attempts),
        wall_seconds=sum(session.seconds for session in sessions),
        workers=max((session.workers for session in sessions), default=1),
    )


def _pruned(folder: StudyFolder, plan: Plan, history: History) -> frozenset[str]:
    """Give the trials that a rule has ended: over, though their runs were stopped."""
    if plan.search is None:
        return frozenset()
    log = searches_in(folder, plan, history)
    return frozenset(
        log.trials[key].name for key, told in log.told.items() if told.status is RunStatus.PRUNED
    )


def _provenance(history: History) -> dict[str, str]:
    registered = history.registered
    if registered is None:
        return {}
    found = dict(sorted(registered["environment"].items()))
    if history.n_registered > 1:
        found["plan registered"] = f"{history.n_registered} times before the first result"
    if history.amendments:
        found["plan amended"] = counted(len(history.amendments), "time")
    return found


def _replicates(plan: Plan) -> dict[str, str]:
    return {} if plan.vectorize is None else {"replicates": plan.vectorize.words}


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
    place = store_words(history)
    again = _again(folder, history) or "run the same Python script with store='again'"
    return (
        ("check", f"trialist verify {folder.name}{place}"),
        ("again", again),
        ("report", f"trialist report {folder.name}{place}"),
    )
