"""The trials of all searches: which runs they need, what those came to, who won."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from trialist.execute.board import RunKey
from trialist.ledger.searchlog import (
    DIVERGED,
    RungLine,
    SearchKey,
    SearchLog,
    Selected,
    Told,
    TrialKey,
)
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.metric import Goal
from trialist.values.plan import Plan
from trialist.values.searchplan import PlannedTrial, SearchPlan


class TrialBoard:
    """The state of all trials. Each step costs the same however many there are.

    Two trials of one configuration and the same seeds are one run, which is made once.

    Args:
        plan: The registered plan; it has searches.
        log: What the study's log says of them.
        settled: The runs of trials that are settled already.

    Attributes:
        trials: Every trial that was planned or proposed.
        told: What trials came to.
        n_results: Runs that said what they had to say.
        seconds: How long finished runs took.
    """

    def __init__(self, plan: Plan, log: SearchLog, settled: Iterable[RunRecord] = ()) -> None:
        self._search = _search_of(plan)
        self._goal = plan.metric.goal
        self.trials: dict[TrialKey, PlannedTrial] = {}
        self.told: dict[TrialKey, Told] = {}
        self.n_results = 0
        self.seconds: list[float] = []
        self._records: dict[RunKey, RunRecord] = {}
        self._of: dict[RunKey, list[TrialKey]] = {}
        self._runs: dict[TrialKey, tuple[RunKey, ...]] = {}
        self._waiting: deque[RunKey] = deque()
        self._open: dict[SearchKey, int] = {}
        self._n_proposed: dict[SearchKey, int] = dict.fromkeys(self.searches, 0)
        self._cut: dict[TrialKey, RungLine] = {}
        self._exhausted: set[SearchKey] = set()
        for record in settled:
            self._note(record)
        for trial in log.trials.values():
            self.add(trial)
        for line in log.rungs:
            if line.is_cut:
                self.cut(line)
        for told in log.told.values():
            self.tell(told)

    @property
    def searches(self) -> tuple[SearchKey, ...]:
        """All searches: those of the first replicate in every variant, then the second, ..."""
        return tuple(
            (arm.variant, search)
            for search in range(self._search.replicates)
            for arm in self._search.searched
        )

    def add(self, trial: PlannedTrial) -> None:
        """Take a trial that was planned or proposed."""
        self.trials[trial.key] = trial
        search = (trial.variant, trial.search)
        self._n_proposed[search] = self._n_proposed.get(search, 0) + 1
        self._open[search] = self._open.get(search, 0) + 1
        if trial.source is not None:
            return  # its runs were made in another study
        self._runs[trial.key] = runs_of(trial)
        for key in self._runs[trial.key]:
            first = key not in self._of
            self._of.setdefault(key, []).append(trial.key)
            if first and key not in self._records:
                self._waiting.append(key)

    def asks(self) -> SearchKey | None:
        """Give the search that is to propose next: the one with the fewest proposals; None: none.

        Only searches whose plan has no design ask.
        """
        if not self._search.method.is_adaptive:
            return None
        wanting = [key for key in self.searches if self.asks_of(key)]
        return min(wanting, key=self._n_proposed.__getitem__) if wanting else None

    def asks_of(self, search: SearchKey) -> bool:
        """Tell whether a search has trials left to propose."""
        most = self._search.trials_per_search
        return self._n_proposed[search] < most and search not in self._exhausted

    def exhaust(self, search: SearchKey) -> None:
        """Note that a search has nothing more to propose."""
        self._exhausted.add(search)

    def n_proposed(self, search: SearchKey) -> int:
        """Give how many trials of a search there are."""
        return self._n_proposed[search]

    # -- runs ---------------------------------------------------------------

    def next_run(self) -> tuple[RunKey, PlannedTrial] | None:
        """Give the next run to start, with its trial; None where none waits."""
        while self._waiting:
            key = self._waiting.popleft()
            wanted = [one for one in self._of[key] if self._is_wanted(one)]
            if wanted and key not in self._records:
                return key, self.trials[wanted[0]]
        return None

    def release(self, key: RunKey) -> None:
        """Note that a run ended without a result, and waits again."""
        if key not in self._records:
            self._waiting.appendleft(key)

    def settle(self, record: RunRecord) -> tuple[TrialKey, ...]:
        """Note a run that will not be tried again; give the trials that it may have ended."""
        key = self._note(record)
        return () if key is None else tuple(self._of.get(key, ()))

    def cut(self, line: RungLine) -> None:
        """Note that a trial is ended before its budget."""
        self._cut.setdefault(line.key, line)

    def record_of(self, key: RunKey) -> RunRecord | None:
        """Give a run that was settled; None where it was not."""
        return self._records.get(key)

    def trials_of(self, key: RunKey) -> tuple[TrialKey, ...]:
        """Give the trials that a run belongs to."""
        return tuple(self._of.get(key, ()))

    # -- trials -------------------------------------------------------------

    def outcome(self, key: TrialKey) -> Told | None:
        """Give what a trial has come to; None where runs of it are still to come."""
        trial = self.trials[key]
        if trial.source is not None:  # what it came to is told, not run
            return None
        if key in self._cut:
            return _cut_at(self._cut[key])
        records = [self._records.get(run) for run in self._runs[key]]
        ended = [record for record in records if record is not None]
        if any(record.status is RunStatus.FAILED for record in ended):
            return Told(key=key, status=RunStatus.FAILED)
        if len(ended) < len(records):
            return None
        values = tuple(record.value for record in ended if record.value is not None)
        whole = len(values) == len(ended)
        status = RunStatus.FINISHED if whole else RunStatus.DIVERGED
        return Told(key=key, status=status, values=values)

    def tell(self, told: Told) -> None:
        """Note what a trial came to."""
        if told.key not in self.told and told.key in self.trials:
            self._open[told.key[:2]] -= 1
        self.told[told.key] = told

    def untold(self) -> tuple[TrialKey, ...]:
        """Give the trials that nobody has been told of, in their order."""
        return tuple(key for key in self.trials if key not in self.told)

    @property
    def n_ended(self) -> int:
        """How many runs ended."""
        return len(self._records)

    @property
    def is_over(self) -> bool:
        """True where every search has had all its trials."""
        return self.asks() is None and not any(self._open.values())

    def selections(self) -> Iterator[Selected]:
        """Give the winner of each search: the best value, the earlier one where two are equal."""
        for search in self.searches:
            found = [one for key, one in self.told.items() if key[:2] == search]
            valued = [(one.value, one.key) for one in found if one.value is not None]
            sign = -self._goal.sign
            best = min(valued, key=lambda pair: (sign * pair[0], pair[1][2]), default=None)
            yield Selected(key=search, trial=None if best is None else best[1])

    def best(self, variant: str) -> float | None:
        """Give the best value of a variant's trials so far, which is too good to be true."""
        values = [
            one.value
            for key, one in self.told.items()
            if key[0] == variant and one.value is not None
        ]
        if not values:
            return None
        return max(values) if self._goal is Goal.MAXIMIZE else min(values)

    def _is_wanted(self, key: TrialKey) -> bool:
        return key not in self.told and key not in self._cut and self.outcome(key) is None

    def _note(self, record: RunRecord) -> RunKey | None:
        if record.seed is None:
            return None
        key = (record.variant, record.seed)
        self._records[key] = record
        self.n_results += record.status.has_result
        if record.status is RunStatus.FINISHED and record.seconds is not None:
            self.seconds.append(record.seconds)
        return key


def _cut_at(line: RungLine) -> Told:
    if line.fate == DIVERGED:
        return Told(key=line.key, status=RunStatus.DIVERGED)
    return Told(key=line.key, status=RunStatus.PRUNED, values=(line.value,), step=line.step)


def runs_of(trial: PlannedTrial) -> tuple[RunKey, ...]:
    """Give the runs that a trial needs."""
    return tuple((trial.name, seed) for seed in trial.seeds)


def _search_of(plan: Plan) -> SearchPlan:
    if plan.search is None:
        raise ValueError(f"the plan of {plan.study} has no search")
    return plan.search
