"""What a study's log says of its searches: what was proposed, what came of it, who won."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from trialist.ledger.history import History
from trialist.ledger.protocol_log import LogKind, ProtocolLog
from trialist.values.events import RunStatus, decode_number, encode_number
from trialist.values.plan import Plan
from trialist.values.searchplan import PlannedTrial

TrialKey = tuple[str, int, int]
"""A trial: variant, search, number."""

CUT, AUDIT, DIVERGED = "cut", "audit", "diverged"
"""What a pruner may say of a bad trial: it ends, or it runs on to show what ending it costs."""

SearchKey = tuple[str, int]
"""A search: variant and its number among that variant's searches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a trial came to.

    Attributes:
        key: The trial.
        status: finished, diverged, pruned or failed.
        values: The goal metric of each seed that has one, in its own sign, in the order of seeds;
            of a pruned trial its value at the last rung.
        step: The rung at which it was pruned; None where it was not.
        objectives: Further metrics, the means over the seeds.
        source: The study that its runs were taken from; None where they were made here.
    """

    key: TrialKey
    status: RunStatus
    values: tuple[float, ...] = ()
    objectives: Mapping[str, float] = field(default_factory=dict)
    source: str | None = None
    step: int | None = None

    @property
    def value(self) -> float | None:
        """The mean over the seeds; None unless the trial finished."""
        if self.status is not RunStatus.FINISHED or not self.values:
            return None
        return sum(self.values) / len(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungLine:
    """A trial's value at a rung, and what a pruner made of it.

    Attributes:
        key: The trial.
        rung: The rung, in steps.
        step: The step at which it was measured, the rung's or the first after it.
        value: The goal metric there.
        fate: keep; cut; diverged: cut as its value is no number; or audit: it would have been cut,
            and runs on to show what cutting costs.
        n: How many values it was compared with, its own among them.
        threshold: The worst value that was kept; None where nothing was compared.
        reason: Why, as a clause.
    """

    key: TrialKey
    rung: int
    step: int
    value: float
    fate: str
    n: int = 0
    threshold: float | None = None
    reason: str = ""

    @property
    def is_cut(self) -> bool:
        """True where the trial ends there."""
        return self.fate in (CUT, DIVERGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A member of a population has trained up to a round.

    Attributes:
        key: The member.
        step: The round's step.
        attempt: The attempt that trained this part, from 1.
        value: The goal metric there; None where it diverged or failed.
        saved: True where that attempt has a checkpoint at this step.
    """

    key: TrialKey
    step: int
    attempt: int
    value: float | None
    saved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolved:
    """Who took over whose training at a round of a population.

    Attributes:
        key: The search.
        step: The round's step.
        exploits: One mapping per member that was replaced, as the rule gave it.
    """

    key: SearchKey
    step: int
    exploits: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """The winner of a search; a search without any value has none.

    Attributes:
        key: The search.
        trial: The winning trial; None where no trial gave a value.
    """

    key: SearchKey
    trial: TrialKey | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchLog:
    """The searches of one plan, as far as they went.

    Attributes:
        trials: Every trial that was planned or proposed, in that order.
        events: The keys of what was proposed and told, in the order of the log: what a sampler
            is rebuilt from.
        told: What the trials came to.
        rungs: What pruners saw and decided, in order.
        selected: The winners.
        parts: How far the members of populations have trained, in order.
        evolved: What happened at the rounds of populations, in order.
    """

    trials: Mapping[TrialKey, PlannedTrial]
    events: tuple[tuple[LogKind, TrialKey], ...]
    told: Mapping[TrialKey, Told]
    rungs: tuple[RungLine, ...]
    selected: Mapping[SearchKey, Selected]
    parts: tuple[Part, ...] = ()
    evolved: tuple[Evolved, ...] = ()

    @property
    def is_over(self) -> bool:
        """True where every search has been ended by its selection."""
        searched = {(trial.variant, trial.search) for trial in self.trials.values()}
        return bool(self.selected) and searched <= set(self.selected)

    def winner(self, variant: str, search: int) -> PlannedTrial | None:
        """Give the winner of a search; None where it has none, or is not over."""
        found = self.selected.get((variant, search))
        return None if found is None or found.trial is None else self.trials[found.trial]


def search_log(plan: Plan, history: History, plan_hashes: Collection[str] = ()) -> SearchLog:
    """Give what the log says of the searches of `plan`; nothing where it has none.

    Args:
        plan: The plan.
        history: What the log says.
        plan_hashes: Plans before an amendment that asked for the same runs.
    """
    hashes = {plan.hash, *plan_hashes}
    trials: dict[TrialKey, PlannedTrial] = {}
    if plan.search is not None:
        trials = {trial.key: trial for trial in plan.search.design}
    events: list[tuple[LogKind, TrialKey]] = []
    told: dict[TrialKey, Told] = {}
    rungs: list[RungLine] = []
    selected: dict[SearchKey, Selected] = {}
    parts: list[Part] = []
    evolved: list[Evolved] = []
    for entry in history.searched(hashes) if plan.search is not None else ():
        fields = entry.fields
        if entry.kind == LogKind.PROPOSED:
            trial = PlannedTrial.from_dict(fields["trial"])
            trials[trial.key] = trial
            events.append((LogKind.PROPOSED, trial.key))
        elif entry.kind == LogKind.TOLD:
            one = _told(fields)
            told[one.key] = one
            events.append((LogKind.TOLD, one.key))
        elif entry.kind == LogKind.RUNG:
            rungs.append(_rung(fields))
        elif entry.kind == LogKind.PART:
            parts.append(_part(fields))
        elif entry.kind == LogKind.EVOLVED:
            evolved.append(_evolved(fields))
        else:
            chosen = _selected(fields)
            selected[chosen.key] = chosen
    return SearchLog(
        trials=trials,
        events=tuple(events),
        told=told,
        rungs=tuple(rungs),
        selected=selected,
        parts=tuple(parts),
        evolved=tuple(evolved),
    )


def log_proposed(log: ProtocolLog, plan_hash: str, trial: PlannedTrial) -> None:
    """Write that a sampler proposed a trial."""
    log.note(LogKind.PROPOSED, plan=plan_hash, trial=trial.to_dict())


def log_told(log: ProtocolLog, plan_hash: str, told: Told) -> None:
    """Write what a trial came to."""
    log.note(
        LogKind.TOLD,
        plan=plan_hash,
        trial=list(told.key),
        status=told.status.value,
        values=[encode_number(value) for value in told.values],
        **({"objectives": dict(told.objectives)} if told.objectives else {}),
        **({"source": told.source} if told.source else {}),
        **({} if told.step is None else {"step": told.step}),
    )


def log_rung(log: ProtocolLog, plan_hash: str, line: RungLine) -> None:
    """Write what a pruner saw and decided."""
    log.note(
        LogKind.RUNG,
        plan=plan_hash,
        trial=list(line.key),
        rung=line.rung,
        step=line.step,
        value=encode_number(line.value),
        fate=line.fate,
        n=line.n,
        threshold=None if line.threshold is None else encode_number(line.threshold),
        reason=line.reason,
    )


def log_part(log: ProtocolLog, plan_hash: str, part: Part) -> None:
    """Write that a member of a population has trained up to a round."""
    log.note(
        LogKind.PART,
        plan=plan_hash,
        trial=list(part.key),
        step=part.step,
        attempt=part.attempt,
        value=None if part.value is None else encode_number(part.value),
        saved=part.saved,
    )


def log_evolved(log: ProtocolLog, plan_hash: str, evolved: Evolved) -> None:
    """Write what happened at a round of a population."""
    log.append(
        LogKind.EVOLVED,
        plan=plan_hash,
        search=list(evolved.key),
        step=evolved.step,
        exploits=[dict(one) for one in evolved.exploits],
    )


def log_selected(log: ProtocolLog, plan_hash: str, chosen: Selected) -> None:
    """Write who won a search."""
    log.append(
        LogKind.SELECTED,
        plan=plan_hash,
        search=list(chosen.key),
        trial=None if chosen.trial is None else list(chosen.trial),
    )


def _told(fields: Mapping[str, Any]) -> Told:
    return Told(
        key=_trial_key(fields["trial"]),
        status=RunStatus(fields["status"]),
        values=tuple(map(decode_number, fields["values"])),
        objectives=fields.get("objectives", {}),
        source=fields.get("source"),
        step=fields.get("step"),
    )


def _rung(fields: Mapping[str, Any]) -> RungLine:
    threshold = fields["threshold"]
    return RungLine(
        key=_trial_key(fields["trial"]),
        rung=int(fields["rung"]),
        step=int(fields["step"]),
        value=decode_number(fields["value"]),
        fate=str(fields["fate"]),
        n=int(fields["n"]),
        threshold=None if threshold is None else decode_number(threshold),
        reason=str(fields["reason"]),
    )


def _part(fields: Mapping[str, Any]) -> Part:
    value = fields["value"]
    return Part(
        key=_trial_key(fields["trial"]),
        step=int(fields["step"]),
        attempt=int(fields["attempt"]),
        value=None if value is None else decode_number(value),
        saved=bool(fields["saved"]),
    )


def _evolved(fields: Mapping[str, Any]) -> Evolved:
    variant, search = fields["search"]
    return Evolved(
        key=(str(variant), int(search)),
        step=int(fields["step"]),
        exploits=tuple(fields["exploits"]),
    )


def _selected(fields: Mapping[str, Any]) -> Selected:
    variant, search = fields["search"]
    trial = fields["trial"]
    return Selected(key=(variant, search), trial=None if trial is None else _trial_key(trial))


def _trial_key(given: list[Any]) -> TrialKey:
    variant, search, number = given
    return str(variant), int(search), int(number)
