"""Ending trials early: the curves of running trials are read, and the pruner's rule is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from trialist.execute.board import RunKey
from trialist.execute.task import Task
from trialist.execute.trialboard import TrialBoard
from trialist.ledger.rows import NewRows
from trialist.ledger.searchlog import DIVERGED, RungLine, SearchKey, SearchLog, TrialKey
from trialist.search.factory import seed_of
from trialist.search.pruners import pruning_for
from trialist.search.pruning import Decision, Fate, Pruning
from trialist.values.plan import Plan
from trialist.values.searchplan import Pruner, SearchPlan

_WARMUP = "warmup_steps"


class RungWatch:
    """Watches the running trials of all searches, and says which are to be ended.

    What a rule knows follows from the values that were compared so far, in their order: the log
    has them, so a study that goes on compares with the same.

    Args:
        plan: The registered plan; its searches have a pruner.
        log: What was compared so far.
    """

    def __init__(self, plan: Plan, log: SearchLog) -> None:
        if plan.search is None or plan.search.pruner is None:
            raise ValueError(f"the plan of {plan.study} prunes nothing")
        self._plan = plan
        self._search: SearchPlan = plan.search
        self._pruner: Pruner = plan.search.pruner
        self._rules: dict[SearchKey, Pruning] = {}
        self._readers: dict[Path, NewRows] = {}
        self._seen: dict[TrialKey, int] = {}
        self._ended: set[TrialKey] = set()
        for line in log.rungs:
            self._recall(line)

    def _recall(self, line: RungLine) -> None:
        rule = self._rule(line.key[:2])
        rule.recall(line.key[2], rung=line.rung, step=line.step, value=line.value)
        self._seen[line.key] = line.rung
        if line.is_cut:
            self._ended.add(line.key)

    def look(self, running: Mapping[RunKey, Task], board: TrialBoard) -> Iterator[RungLine]:
        """Give what was seen and decided since the last time."""
        for key, task in tuple(running.items()):
            for trial in board.trials_of(key):
                if board.trials[trial].seeds[0] == key[1] and trial not in board.told:
                    yield from self._looked(trial, task.directory)

    def ended(self, key: RunKey, place: Path, board: TrialBoard) -> Iterator[RungLine]:
        """Give what a run that ended by itself had reached since the last look.

        Its values are compared with, so that what others are held against does not depend on how
        often it was looked at; but what has ended is not ended early.
        """
        for trial in board.trials_of(key):
            if board.trials[trial].seeds[0] == key[1] and trial not in board.told:
                for line in self._looked(trial, place):
                    yield replace(line, fate=Fate.KEEP.value, reason="it had come to its end")

    def _looked(self, trial: TrialKey, place: Path) -> Iterator[RungLine]:
        path = place / "journal.jsonl"
        reader = self._readers.setdefault(path, NewRows(path))
        for row in reader.read():
            value = row.values.get(self._plan.metric.name)
            if value is None:
                continue
            made = self._rule(trial[:2]).report(trial[2], row.step, value)
            if made.rung is not None and self._is_new(trial, made):
                self._seen[trial] = made.rung
                yield _line(trial, row.step, value, made)

    def _is_new(self, trial: TrialKey, made: Decision) -> bool:
        """Tell whether a decision is to be recorded: the first at a rung, and the end."""
        if trial in self._ended:
            return False
        if not made.goes_on:
            self._ended.add(trial)  # W&B's rule ends a trial between two bands too
            return True
        return made.rung is not None and made.rung > self._seen.get(trial, -1)

    def _rule(self, search: SearchKey) -> Pruning:
        if search not in self._rules:
            variant, number = search
            config = self._plan.config_of(variant)
            warmup = config.get(_WARMUP)
            self._rules[search] = pruning_for(
                self._pruner,
                self._plan.metric.goal,
                seed=seed_of(self._search, number),
                warmup=warmup if isinstance(warmup, int) else 0,
            )
        return self._rules[search]


def _line(trial: TrialKey, step: int, value: float, made: Decision) -> RungLine:
    return RungLine(
        key=trial,
        rung=made.rung or 0,
        step=step,
        value=value,
        fate=DIVERGED if made.is_divergence else made.fate.value,
        n=made.n_compared,
        threshold=made.threshold,
        reason=made.reason,
    )
