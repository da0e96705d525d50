"""Which runs are settled, which run, and which comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from trialist.values.events import RunStatus
from trialist.values.evidence import RunRecord
from trialist.values.plan import Plan

RunKey = tuple[str, int]
"""A run: variant and seed."""


class Board:
    """The state of all runs of a plan.

    Attributes:
        settled: Runs that will not be tried again, by variant and seed: with a result, or given up.
        running: Runs that train now.
    """

    def __init__(self, plan: Plan, settled: Iterable[RunRecord]) -> None:
        self.plan = plan
        self.settled: dict[RunKey, RunRecord] = {
            (record.variant, record.seed): record for record in settled if record.seed is not None
        }
        self.running: set[RunKey] = set()
        self.active = {variant.name for variant in plan.variants}

    @property
    def records(self) -> tuple[RunRecord, ...]:
        """The settled runs."""
        return tuple(self.settled.values())

    @property
    def n_results(self) -> int:
        """How many runs have a result."""
        return sum(record.status.has_result for record in self.settled.values())

    @property
    def values(self) -> list[float]:
        """The goal metric of all runs that have one."""
        return [record.value for record in self.records if record.value is not None]

    def values_at(self, n: int) -> list[float]:
        """Give the goal metric of the first `n` seeds of the active variants.

        Runs beyond them depend on timing, so nothing that is judged may rest on them.
        """
        keys = ((variant, seed) for seed in self.plan.seeds[:n] for variant in self.active)
        records = (self.settled[key] for key in keys if key in self.settled)
        return [record.value for record in records if record.value is not None]

    def next_run(self) -> RunKey | None:
        """Give the next run to start: seed 0 of all variants, then seed 1 of all, ..."""
        for seed in self.plan.seeds:
            for variant in self.plan.variants:
                key = (variant.name, seed)
                if (
                    variant.name in self.active
                    and key not in self.settled
                    and key not in self.running
                ):
                    return key
        return None

    def is_ready(self, n: int) -> bool:
        """Tell whether every active variant has its first `n` seeds settled."""
        return all(
            (variant, seed) in self.settled
            for seed in self.plan.seeds[:n]
            for variant in self.active
        )

    def keep_only(self, variants: Collection[str]) -> None:
        """Give no further seeds to other variants."""
        self.active &= set(variants)


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
