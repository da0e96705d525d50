"""What an analysis says, in words: the same for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trialist.render.amounts import number
from trialist.render.analysisdata import AnalysisData, Tally, tally_of
from trialist.render.figures.trialdots import resolution
from trialist.render.figures.unitaxis import value_words
from trialist.values.events import RunStatus
from trialist.values.metric import Metric
from trialist.values.numbers import Unit, counted, decimals_for, duration
from trialist.values.playbook import Check, Level
from trialist.values.searchtable import SearchTable, SearchTrial

OPTIMISTIC = (
    "A search best was chosen among many trials, so it is too good: what it is worth is "
    "told by fresh runs of its configuration."
)

NOBODY = "All variants"
"""The heading over what concerns no single variant."""

_ENDED = {
    RunStatus.FINISHED: "complete",
    RunStatus.DIVERGED: "diverged",
    RunStatus.PRUNED: "pruned",
    RunStatus.FAILED: "failed",
    RunStatus.STOPPED: "stopped",
    RunStatus.RUNNING: "running",
    RunStatus.QUEUED: "to come",
    RunStatus.NOT_NEEDED: "not needed",
}
_MOST_PARAMS = 8
_MOST_FRONT = 6


def headline(data: AnalysisData) -> str:
    """Give the answer: what keeps the variants from being compared, or what there is to do."""
    blocks = [check for check in data.checks if check.blocks]
    loud = data.loud
    if not any(trial.value is not None for trial in data.table.trials):
        return "**Nothing to analyze yet:** no trial has given a value."
    if blocks:
        kinds = _kinds(blocks)
        what = "These cannot be compared" if len(data.variants) > 1 else "This search is not done"
        return f"**{what}:** {kinds}. Until that is mended a verdict would be about the search."
    if loud:
        return f"**Worth a look:** {_kinds(loud)}."
    undecided = [check for check in data.checks if check.level is Level.UNDECIDED]
    if undecided:
        n = counted(len(undecided), "check")
        return f"**Nothing alarming, {n} undecided:** there are too few trials to tell."
    return f"**Nothing alarming:** {counted(len(data.checks), 'check')} found nothing to be done."


def _kinds(checks: Sequence[Check]) -> str:
    found: dict[str, list[str]] = {}
    for check in checks:
        subject = check.subject or check.variant or check.check
        found.setdefault(check.level.value, []).append(subject)
    return "; ".join(f"{level}: {_short(names)}" for level, names in found.items())


def _short(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - 3} more" if len(unique) > 3 else ""
    return ", ".join(unique[:3]) + more


def setup_words(data: AnalysisData) -> list[str]:
    """Give the metric, the variants, the searches and the noise, as short pieces."""
    table = data.table
    tallies = [tally_of(table, name) for name in data.variants]
    searches = {tally.n_searches for tally in tallies}
    pieces = [f"{table.metric.name}, {table.metric.goal.words}"]
    if len(data.variants) > 1:
        pieces.append(counted(len(data.variants), "variant"))
    if len(searches) == 1 and (n := searches.pop()) > 1:
        pieces.append(f"{n} searches each")
    if data.search is not None:
        pieces.append(data.search.method.value.replace("_", "-"))
    pieces.append(noise_words(table))
    if table.max_steps is not None:
        pieces.append(f"{table.max_steps:,} steps a trial")
    return pieces


def noise_words(table: SearchTable) -> str:
    """Give the spread between seeds of one configuration, or that nobody knows it."""
    if table.noise is None:
        return "noise between seeds not measured"
    unit = Unit.of(table.metric)
    shown = unit.amount(table.noise, decimals_for(table.noise * unit.factor))
    return f"noise between seeds {shown} ({counted(table.n_noise, 'degree')} of freedom)"


def count_words(tally: Tally) -> str:
    """Give how many trials there are and how they ended: 64 trials: 55 complete, 9 diverged."""
    ended = [f"{tally.counts[one]:,} {word}" for one, word in _ENDED.items() if one in tally.counts]
    return f"{counted(tally.n, 'trial')}: {', '.join(ended)}" if ended else "no trials"


def best_words(tally: Tally, table: SearchTable) -> str:
    """Give the best trial's value, which was chosen and is therefore too good."""
    if tally.best is None or tally.best.value is None:
        return "no best yet"
    return f"search best {value_of(tally.best.value, table)} (optimistic)"


def params_words(data: AnalysisData, tally: Tally) -> str:
    """Give the best trial's parameters: lr 0.102, momentum 0.97; a population's are a schedule."""
    if tally.best is None:
        return ""
    if data.populations:
        return "a schedule, not a configuration: its values changed while it trained"
    searched = {one.name for one in data.table.arm(tally.best.variant).parameters}
    named = [
        f"{name} {value_words(value)}"
        for name, value in tally.best.params.items()
        if name in searched
    ]
    more = f" and {len(named) - _MOST_PARAMS} more" if len(named) > _MOST_PARAMS else ""
    return ", ".join(named[:_MOST_PARAMS]) + more


def value_of(value: float, table: SearchTable) -> str:
    """Give a value of the metric with the digits that its noise, or the trials' spread, allows."""
    unit = Unit.of(table.metric)
    values = [trial.value for trial in table.trials if trial.value is not None]
    scale = resolution(values, table.metric.goal, table.noise)
    shown = number(value * unit.factor, decimals_for(scale * unit.factor))
    return f"{shown} {unit.word}".rstrip()


def metric_title(metric: Metric) -> str:
    """Give the metric with its unit and its goal, as a heading of numbers."""
    word = Unit.of(metric).word
    return f"{metric.name}{f', {word}' if word else ''} ({metric.goal.words})"


def alike(checks: Sequence[Check]) -> list[Check]:
    """Give the checks with those that say the same of several runs as one, in their order.

    Example:
        >>> one = Check(check="curve", level=Level.NOISY, sentence="It jumps.", subject="trial 1")
        >>> two = Check(check="curve", level=Level.NOISY, sentence="It jumps.", subject="trial 2")
        >>> [(check.subject, check.sentence) for check in alike([one, two])]
        [('trial 1, trial 2', 'trial 1, trial 2: It jumps.')]
    """
    groups: dict[tuple[str, ...], list[Check]] = {}
    for check in checks:
        key = (check.level.value, check.variant or "", check.sentence, check.suggestion)
        groups.setdefault(key, []).append(check)
    return [group[0] if len(group) == 1 else _together(group) for group in groups.values()]


def _together(group: Sequence[Check]) -> Check:
    named = _short([check.subject for check in group if check.subject])
    said = f"{named}: {group[0].sentence}" if named else group[0].sentence
    return replace(group[0], subject=named, sentence=said)


def front_words(data: AnalysisData, variant: str) -> str:
    """Give the trials that none beats in all goals; empty where there is one goal."""
    found = data.fronts.get(variant)
    if not found:
        return ""
    table = data.table
    goals = (table.metric.name, *table.objectives)
    told = [f"{trial.name} ({', '.join(_in_goals(trial, table))})" for trial in found[:_MOST_FRONT]]
    more = f" and {len(found) - _MOST_FRONT} more" if len(found) > _MOST_FRONT else ""
    n = sum(trial.value is not None for trial in table.of(variant))
    front = f"Pareto front of {' and '.join(goals)}, {len(found)} of {counted(n, 'trial')}"
    return f"{front}: {', '.join(told)}{more}"


def _in_goals(trial: SearchTrial, table: SearchTable) -> list[str]:
    own = [] if trial.value is None else [value_of(trial.value, table)]
    return own + [value_words(trial.objectives[name]) for name in table.objectives]


def target_words(data: AnalysisData, variant: str) -> str:
    """Give how fast a variant reached the target; empty where nobody asked."""
    found = data.targets.get(variant)
    if found is None or data.target is None:
        return ""
    goal = f"{data.table.metric.name} {value_words(data.target)}"
    if found.step is None:
        return f"none of {counted(found.n, 'curve')} reached {goal}"
    time = f", {duration(found.seconds)}" if found.seconds is not None else ""
    return (
        f"{goal} first after {counted(found.step, 'step')}{time} ({found.name}); "
        f"{found.n_reached:,} of {counted(found.n, 'curve')} got there"
    )


def importance_words(data: AnalysisData, variant: str) -> str:
    """Give what mattered, the most important first; empty where nobody knows."""
    found = next((one for one in data.importances if one.variant == variant), None)
    if found is None:
        return ""
    told = [
        f"{one.shown} {100 * one.share:.0f} % "
        f"({100 * one.interval.low:.0f} to {100 * one.interval.high:.0f})"
        for one in found.parameters[:_MOST_PARAMS]
    ]
    return f"what mattered: {', '.join(told)}"


def quiet_words(checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Give checks that found nothing, in one line per level: the level and what was checked."""
    lines = []
    for level in (Level.UNDECIDED, Level.OK):
        named: dict[str, list[str]] = {}
        for check in checks:
            if check.level is level:
                named.setdefault(check.check, []).append(check.subject)
        said = []
        for name, subjects in named.items():
            listed = ", ".join(dict.fromkeys(filter(None, subjects)))
            said.append(
                f"{name.replace('_', ' ')} ({listed})" if listed else name.replace("_", " ")
            )
        if said:
            lines.append((level.value, " · ".join(said)))
    return lines


def todo_of(data: AnalysisData) -> list[str]:
    """Give what to do, each once, the most important first."""
    told = [check for check in data.loud if check.suggestion]
    return list(dict.fromkeys(f"{_whose(check)}{check.suggestion}" for check in told))


def _whose(check: Check) -> str:
    """Give what a suggestion is about: "lr of adam: "; nothing where it is about all."""
    named = " of ".join(filter(None, (check.subject, check.variant)))
    return f"{named}: " if named else ""
