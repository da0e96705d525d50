"""Where everything of a study lies: the names of folders and files in the store."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trialist.ledger.index import StoreIndex

_SEED = re.compile(r"seed-(\d+)")
_ATTEMPT = re.compile(r"attempt-(\d+)")


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """A study's folder in the store.

    Attributes:
        root: The folder, `STORE/NAME`.
        index: What is remembered of its journals; None, and every journal is read.
    """

    root: Path
    index: StoreIndex | None = field(default=None, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The study's name in the store."""
        return self.root.name

    @property
    def study_file(self) -> Path:
        """The study file as it was registered."""
        return self.root / "study.yaml"

    @property
    def plan_file(self) -> Path:
        """The registered plan."""
        return self.root / "plan.json"

    @property
    def plans(self) -> Path:
        """The folder of the plans that an amendment took the place of."""
        return self.root / "plans"

    @property
    def provenance(self) -> Path:
        """The folder of what sessions kept of where their numbers come from."""
        return self.root / "provenance"

    @property
    def ledger(self) -> Path:
        """The hash-chained log."""
        return self.root / "ledger.jsonl"

    @property
    def lock_file(self) -> Path:
        """The lock that keeps a second coordinator out."""
        return self.root / "lock"

    @property
    def coordinator_log(self) -> Path:
        """What a detached coordinator writes."""
        return self.root / "coordinator.log"

    @property
    def results_file(self) -> Path:
        """The results for machines."""
        return self.root / "results.json"

    def variant(self, variant: str) -> Path:
        """Give the folder of `variant`."""
        return self.root / "trials" / variant

    def run(self, variant: str, seed: int) -> Path:
        """Give the folder of a run."""
        return self.variant(variant) / f"seed-{seed}"

    def attempt(self, variant: str, seed: int, attempt: int) -> Path:
        """Give the folder of an attempt, counted from 1."""
        return self.run(variant, seed) / f"attempt-{attempt}"

    def check(self, check: str, attempt: int) -> Path:
        """Give the folder of an attempt at a check, counted from 1; a check is never evidence."""
        return self.root / "checks" / check / f"attempt-{attempt}"

    def check_attempts(self, check: str) -> tuple[int, ...]:
        """Give the attempts at a check that have a folder, ascending."""
        return attempts_in(self.root / "checks" / check)

    def journal_name(self, variant: str, seed: int, attempt: int) -> str:
        """Give the path of an attempt's journal from the study's folder."""
        return f"trials/{variant}/seed-{seed}/attempt-{attempt}/journal.jsonl"

    def variants(self) -> tuple[str, ...]:
        """Give the variants that have a folder, by name."""
        trials = self.root / "trials"
        return tuple(sorted(entry.name for entry in trials.iterdir())) if trials.is_dir() else ()

    def seeds(self, variant: str) -> tuple[int, ...]:
        """Give the seeds of which `variant` has a folder, ascending."""
        return tuple(sorted(_numbers(self.variant(variant), _SEED)))

    def attempts(self, variant: str, seed: int) -> tuple[int, ...]:
        """Give the attempts at a run that have a folder, ascending."""
        return attempts_in(self.run(variant, seed))


def attempts_in(home: Path) -> tuple[int, ...]:
    """Give the attempts that lie in the folder of a run or of a check, ascending."""
    return tuple(sorted(_numbers(home, _ATTEMPT)))


def attempt_number(place: Path) -> int | None:
    """Give which attempt a folder is, from 1; None where it is none."""
    found = _ATTEMPT.fullmatch(place.name)
    return int(found.group(1)) if found else None


def _numbers(folder: Path, pattern: re.Pattern[str]) -> Iterator[int]:
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        found = pattern.fullmatch(entry.name)
        if found:
            yield int(found.group(1))
