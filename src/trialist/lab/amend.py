"""`--amend`: a plan that takes the place of another one after results, in the same folder."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence

from trialist.ledger.attempts import read_records, superseded_runs
from trialist.ledger.folder import StudyFolder
from trialist.ledger.history import History
from trialist.ledger.irregular import irregularities
from trialist.ledger.lineage import earlier_plan, lineage_of, registered_plan
from trialist.ledger.person import who
from trialist.ledger.protocol_log import Entry, LogKind
from trialist.values.amendment import Amendment, is_equal_reason
from trialist.values.errors import ConfigError, Mistake, PlanChangedError
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan

_EXAMPLE = 'say what was changed and why, such as --amend "equal: renamed a variable"'


def checked_reason(amend: str | None, *, new: bool) -> str | None:
    """Give the reason of an amendment in one line; None where none is asked for.

    Raises:
        ConfigError: If it is empty, or a new study is asked for as well.
    """
    if amend is None:
        return None
    reason = " ".join(amend.split())
    said = reason.partition(":")[2] if is_equal_reason(reason) else reason
    if not said.strip():
        message = "the amendment has no reason" if not reason else f"{reason!r} gives no reason"
        raise ConfigError(message, where="--amend", todo=_EXAMPLE)
    if new:
        raise ConfigError(
            "--amend goes on in the same folder, and --new starts another one",
            where="--amend",
            todo="give one of them",
        )
    return reason


def amendment_of(folder: StudyFolder, history: History, plan: Plan, reason: str) -> Amendment:
    """Give the amendment that makes `plan` the plan of a study with results.

    Args:
        folder: The study's folder.
        history: What its log says; its plan is another one.
        plan: The new plan.
        reason: Why.
    """
    from trialist.design.difference import plan_difference

    before = registered_plan(folder, history)
    records = read_records(folder, before, history)
    return Amendment(
        before=before.hash,
        after=plan.hash,
        reason=reason,
        differences=plan_difference(before, plan),
        n_results=sum(record.status.has_result for record in records),
        n_looks=len(history.looks(before.hash)),
        declared_by=who() if is_equal_reason(reason) and before.code != plan.code else None,
    )


def leaves_two_codes(folder: StudyFolder, amendment: Amendment, plan: Plan) -> bool:
    """Tell whether an amendment changes the code without declaring it equal."""
    return not amendment.declares_equal and earlier_plan(folder, amendment.before).code != plan.code


def is_going_on(history: History, plan: Plan, reason: str) -> bool:
    """Tell whether this very amendment is registered already, and its command is given again."""
    amendments = history.amendments
    if not amendments or history.plan_hash != plan.hash:
        return False
    return amendments[-1].reason == reason


_OF_JUDGING = ("price", "why", "caveats")
"""What a search may have otherwise after an amendment: no trial is another one by it."""


def refuse_other_search(folder: StudyFolder, history: History, plan: Plan) -> None:
    """Refuse an amendment that searches otherwise: that is a new round.

    Raises:
        ConfigError: If the search of the registered plan is another one.
    """
    if history.plan_hash is None:
        return
    if _searched(registered_plan(folder, history)) != _searched(plan):
        raise ConfigError(
            f"the search of {folder.name} was changed, and its winners were chosen by the old one",
            where=str(folder.root),
            todo="make it a new round: give the study another name and "
            f"`search: {{extends: {folder.name}}}`, which keeps the old trials",
        )


def _searched(plan: Plan) -> Mapping[str, object] | None:
    if plan.search is None:
        return None
    return {key: one for key, one in plan.search.to_dict().items() if key not in _OF_JUDGING}


def refuse_unchanged(folder: StudyFolder, history: History, plan: Plan, reason: str) -> None:
    """Refuse an amendment that changes nothing.

    Raises:
        ConfigError: If the plan is registered, and not by this amendment.
    """
    if history.plan_hash == plan.hash and not is_going_on(history, plan, reason):
        raise ConfigError(
            f"--amend was given, and the study is the one that {folder.name} has registered",
            where=str(folder.root),
            todo="leave --amend out, or change the study first",
        )


def foreseen(history: History, amendment: Amendment | None) -> History:
    """Give a history as it will be once an amendment stands in the log."""
    if amendment is None:
        return history
    fields = {"kind": LogKind.AMENDED, "time": time.time(), "plan": amendment.after}
    return History((*history.entries, Entry({**fields, **amendment.to_dict()})))


def plan_changed(
    folder: StudyFolder, history: History, plan: Plan, *, command: Sequence[str] = ()
) -> PlanChangedError:
    """Give the error that shows what changed, and the three ways on.

    Args:
        folder: The study that has results of another plan.
        history: What its log says.
        plan: What was to be run.
        command: The command as it was typed; empty for a call in Python.
    """
    from trialist.design.difference import plan_difference

    before = registered_plan(folder, history)
    lines = "".join(f"\n  - {line}" for line in plan_difference(before, plan))
    error = PlanChangedError("the plan changed")
    error.mistakes = (
        Mistake(
            message=f"this is not the study that {folder.name} has results of{lines}",
            where=str(folder.root),
            todo=_ways(folder, command, before, plan),
        ),
    )
    return error


def _ways(folder: StudyFolder, command: Sequence[str], before: Plan, plan: Plan) -> str:
    if _searched(before) == _searched(plan):
        return three_ways(command, other_code=before.code != plan.code)
    back, _, new = three_ways(command, other_code=False).split("\n")
    if before.search is None or before.search.method.is_adaptive:
        return f"{back}\n{new}"
    # an amendment of a search is refused, so that it is not offered
    extends = f"another `name`, and `search: {{extends: {folder.name}}}`"
    return f"{back}\nor make it a new round, which keeps the old trials: {extends};\n{new}"


def three_ways(command: Sequence[str] = (), *, other_code: bool) -> str:
    """Give the ways on after a change: back, amend, or a new study, each as a command.

    Args:
        command: The command as it was typed; empty for a call in Python.
        other_code: True where the code changed: runs of two codes are judged apart.
    """
    amend, new = ('amend="reason"', "new=True")
    if command:
        amend, new = (f'{shlex.join(command)} --amend "reason"', f"{shlex.join(command)} --new")
    code = ""
    if other_code:
        code = ' (the reason begins with "equal:" where the new code computes the same)'
    return (
        "change it back and run the same command again;\n"
        f"or keep the runs and record the change: {amend}{code};\n"
        f"or start a new study beside this one: {new}"
    )


def deviations_of(
    folder: StudyFolder, plan: Plan, history: History, records: Sequence[RunRecord]
) -> tuple[str, ...]:
    """Give everything that is not as planned: what was logged, and what the record itself tells."""
    from trialist.design.deviations import amendment_deviations

    lineage = lineage_of(folder, plan, history)
    amended = [
        said
        for number, one in enumerate(history.amendments, start=1)
        if one.before in lineage.plans and one.after in lineage.plans
        for said in amendment_deviations(
            number, one, lineage.plans[one.before], lineage.plans[one.after]
        )
    ]
    found = (
        *amended,
        *_no_longer_used(superseded_runs(folder, plan, history)),
        *history.deviations,
        *irregularities(folder, history, lineage, records),
    )
    return tuple(dict.fromkeys(found))


def _no_longer_used(runs: Sequence[RunRecord]) -> tuple[str, ...]:
    if not runs:
        return ()
    counts: dict[str, int] = {}
    for run in runs:
        counts[run.variant] = counts.get(run.variant, 0) + 1
    said = ", ".join(f"{n} of {name}" for name, n in counts.items())
    many = "result is" if len(runs) == 1 else "results are"
    return (f"{len(runs)} {many} no longer used ({said}): see the runs apart.",)


def judging_keys(folder: StudyFolder, plan: Plan, history: History) -> tuple[str, ...]:
    """Give what judges the runs and was changed by amendments, each key once."""
    from trialist.design.amendment import judging_changed

    lineage = lineage_of(folder, plan, history)
    found = [
        key
        for one in history.amendments
        if one.before in lineage.plans and one.after in lineage.plans
        for key in judging_changed(lineage.plans[one.before], lineage.plans[one.after])
    ]
    return tuple(dict.fromkeys(found))


def earlier_verdicts(history: History) -> tuple[Mapping[str, str], ...]:
    """Give the verdicts that the plans before the last amendment had come to, oldest first."""
    places = [k for k, entry in enumerate(history.entries) if entry.kind == LogKind.AMENDED]
    if not places:
        return ()
    return tuple(
        entry.fields["verdicts"]
        for entry in history.entries[: places[-1]]
        if entry.kind == LogKind.VERDICT and entry.fields["verdicts"]
    )
