"""What happened in all studies."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.torture.bits import Bits, resumes
from benchmarks.torture.victim import Victim
from benchmarks.torture.witness import promises


@dataclass
class Tally:
    """Counts and times.

    Attributes:
        kills: By what was killed, or at which write.
        kinds: Kills by the kind of study.
        trials: Faults of the system that were tried, and what came of each.
        going_on: Seconds from a kill (of the coordinator: from the next command) to the next start
            of a run, by what was killed.
        gone: Seconds from the coordinator's death to that of its last process.
        resumes: Attempts that went on from a checkpoint, by kind of study, variant, and where.
        numbers: Numbers whose bits were compared, by kind of study.
    """

    kills: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    trials: list[tuple[str, str]] = field(default_factory=list)
    going_on: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    gone: list[float] = field(default_factory=list)
    resumes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    studies: int = 0
    commands: int = 0
    runs: int = 0
    journals: int = 0
    promised: int = 0
    survivors: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take in what happened in another process."""
        self.kills += other.kills
        self.kinds += other.kinds
        self.resumes += other.resumes
        self.numbers += other.numbers
        for name, found in other.going_on.items():
            self.going_on[name] += found
        for name in ("trials", "gone", "faults"):
            getattr(self, name).extend(getattr(other, name))
        for name in ("studies", "commands", "runs", "journals", "promised", "survivors"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def count(self, victim: Victim) -> None:
        """Count what a finished study was held against."""
        victim.note_acknowledged()
        self.journals += len(victim.acknowledged)
        self.runs += len(list(victim.root.glob("trials/*/*")))
        self.promised += sum(one.get("when") == "kept" for one in promises(victim))

    def count_bits(self, victim: Victim, found: Mapping[str, Bits]) -> None:
        """Count what a training task was compared by, and where its attempts went on."""
        self.numbers[victim.kind] += sum(one.n for one in found.values())
        self.resumes.update(resumes(victim))

    def blame(self, victim: Victim, faults: list[str]) -> None:
        """Keep faults with the place where they were found."""
        self.faults += [f"{victim.folder.name}: {fault}" for fault in faults]
