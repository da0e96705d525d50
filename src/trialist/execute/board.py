"""Which runs are settled, which run, and which comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from trialist.execute.order import RunTimes
from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan

RunKey = tuple[str, int]
"""A run: variant and seed."""


class Board:
    """The state of all runs of a plan. Each step costs the same however many runs there are.

    Attributes:
        running: Runs that train now, each with when it began.
        active: Variants that are to get further seeds.
        times: How long finished runs took.
    """

    def __init__(self, plan: Plan, settled: Iterable[RunRecord]) -> None:
        self.plan = plan
        self.running: dict[RunKey, float] = {}
        self.active = {variant.name for variant in plan.variants}
        self.times = RunTimes(variant.name for variant in plan.variants)
        self.n_results = 0
        self._settled: dict[RunKey, RunRecord] = {}
        self._of: dict[str, list[RunRecord]] = {variant.name: [] for variant in plan.variants}
        self._row = {seed: row for row, seed in enumerate(plan.seeds)}
        self._waiting = [set(self.active) for _ in plan.seeds]
        self._unsettled = [set(self.active) for _ in plan.seeds]
        self._first_waiting = 0
        self._n_ready = 0
        for record in settled:
            self.settle(record)

    @property
    def settled(self) -> Mapping[RunKey, RunRecord]:
        """Runs that will not be tried again: with a result, or given up."""
        return self._settled

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """The settled runs."""
        return tuple(self._settled.values())

    @property
    def values(self) -> list[float]:
        """The goal metric of all runs that have one."""
        return [record.value for record in self._settled.values() if record.value is not None]

    def records_of(self, variant: str) -> Sequence[RunRecord]:
        """Give the settled runs of one variant."""
        return self._of[variant]

    def values_at(self, n: int) -> list[float]:
        """Give the goal metric of the first `n` seeds of the active variants.

        Runs beyond them depend on timing, so nothing that is judged may rest on them.
        """
        keys = ((variant, seed) for seed in self.plan.seeds[:n] for variant in self.active)
        records = (self._settled[key] for key in keys if key in self._settled)
        return [record.value for record in records if record.value is not None]

    # -- what happens -------------------------------------------------------

    def begin(self, key: RunKey, *, at: float = 0.0) -> None:
        """Note that a run trains, since the time `at` of the caller's clock."""
        self.running[key] = at
        self._waiting[self._row[key[1]]].discard(key[0])

    def release(self, key: RunKey) -> None:
        """Note that a run trains no more; unless it was settled, it waits again."""
        self.running.pop(key, None)
        variant, row = key[0], self._row[key[1]]
        if key not in self._settled and variant in self.active:
            self._waiting[row].add(variant)
            self._first_waiting = min(self._first_waiting, row)

    def settle(self, record: RunRecord) -> None:
        """Note a run that will not be tried again; one without a seed, of a table, is no run."""
        row = None if record.seed is None else self._row.get(record.seed)
        if row is None or record.seed is None or record.variant not in self._of:
            return
        self._settled[(record.variant, record.seed)] = record
        self._of[record.variant].append(record)
        self._waiting[row].discard(record.variant)
        self._unsettled[row].discard(record.variant)
        self.n_results += record.status.has_result
        if record.status is RunStatus.FINISHED and record.seconds is not None:
            self.times.add(record.variant, record.seconds)

    def keep_only(self, variants: Collection[str]) -> None:
        """Give no further seeds to other variants."""
        self.active &= set(variants)
        for row in (*self._waiting, *self._unsettled):
            row.intersection_update(self.active)

    # -- what comes next ----------------------------------------------------

    def next_run(self) -> RunKey | None:
        """Give the next run to start: the first seed of all variants, then the second of all, ...

        Among the runs of one seed those of unmeasured variants come first, then the longest.
        """
        while self._first_waiting < len(self._waiting):
            row = self._waiting[self._first_waiting]
            if row:
                return min(row, key=self.times.rank), self.plan.seeds[self._first_waiting]
            self._first_waiting += 1
        return None

    def is_waiting(self, key: RunKey) -> bool:
        """Tell whether a run is still to be started."""
        return key[0] in self._waiting[self._row[key[1]]]

    def is_ready(self, n: int) -> bool:
        """Tell whether every active variant has its first `n` seeds settled."""
        while self._n_ready < len(self._unsettled) and not self._unsettled[self._n_ready]:
            self._n_ready += 1
        return self._n_ready >= n

    def waiting(self, n: int) -> list[list[str]]:
        """Give the variants that wait in each of the first `n` seeds, in their order."""
        return [sorted(row, key=self.times.rank) for row in self._waiting[:n]]

    def n_waiting(self, n: int) -> Counter[str]:
        """Give how many runs of each variant wait in the first `n` seeds."""
        return Counter(variant for row in self._waiting[:n] for variant in row)


def failed_alike(records: Sequence[RunRecord], *, first: int = 3) -> RunRecord | None:
    """Give the common failure if the first runs of a study all failed in the same way."""
    if len(records) < first or any(one.status is not RunStatus.FAILED for one in records[:first]):
        return None
    kinds = {(one.failure, _gist(one.error or "")) for one in records[:first]}
    return records[0] if len(kinds) == 1 else None


def _gist(error: str) -> tuple[str, str]:
    # The kind of exception and its place: what is between may name the seed, a path, a step.
    name, _, words = error.partition(", after step ")[0].partition(": ")
    return name, words[words.rfind(" (") :] if words.endswith(")") else ""
