"""Every error a user can meet. Each says what happened, where, and what to do.

TrialistError
├── ConfigError             a study, a command line or a Python call says something impossible
├── PlanChangedError        the study or its code changed after the first finished run
├── PlanRefusedError        a plan can come out one way only, as earlier runs show
├── AdoptionRefusedError    a variant is not to become the baseline, as its verdict says
├── SealedError             the sealed test set may not be opened, or not like this
├── TrialLoadError          the trial function cannot be found or imported
├── TrialError              a command ended badly
├── MetricError             a metric has a bad name, a bad value, or never came
├── TableError              a table of results cannot be read as runs
├── LedgerError             the store is locked, missing or unreadable
│   ├── JournalError        a journal is damaged
│   ├── CheckpointError     a state cannot be saved, or a checkpoint is not the run's own
│   └── ArtifactError       an artifact is unknown or was altered
├── PredictionsError        predictions do not fit together, or contradict the reported metric
├── DataError               training data that cannot be trained on
│   └── LeakageError        validation data reaches the training
├── ResumeError             a run would go on otherwise than it began
├── VectorizeError          replicates cannot be trained together in one process
├── SeedIgnoredError        the seed changes nothing: replicates that are one run
├── ReproduceError          the code of a run cannot be brought back, or its run cannot be repeated
├── InsufficientDataError   fewer data than a method needs
├── MissingExtraError       a library is missing that only some uses need
└── RunsFailedError         runs failed beyond their retries
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_MOST_NAMES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One thing that is wrong: what happened, where, and what to do."""

    message: str
    where: str | None = None
    todo: str | None = None

    def __str__(self) -> str:
        lines = [self.message]
        if self.where:
            lines.append(f"  where  {self.where}")
        if self.todo:
            lines.append("  to do  " + self.todo.replace("\n", "\n         "))
        return "\n".join(lines)


class TrialistError(Exception):
    """The root of all errors of trialist; carries one or more mistakes."""

    exit_code = 2

    def __init__(self, message: str, *, where: str | None = None, todo: str | None = None) -> None:
        super().__init__(message)
        self.mistakes: tuple[Mistake, ...] = (Mistake(message=message, where=where, todo=todo),)

    @classmethod
    def of(cls, mistakes: Sequence[Mistake]) -> TrialistError:
        """Give one error that carries all `mistakes` (at least one)."""
        error = cls(mistakes[0].message)
        error.mistakes = tuple(mistakes)
        return error

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


class ConfigError(TrialistError):
    """A study, a command line or a Python call says something impossible."""


class PlanChangedError(TrialistError):
    """The study or its code changed after the first finished run."""


class PlanRefusedError(TrialistError):
    """A plan can come out one way only, as earlier runs show."""

    exit_code = 1


class AdoptionRefusedError(TrialistError):
    """A variant is not to become the baseline, as its verdict says."""

    exit_code = 1


class SealedError(TrialistError):
    """The sealed test set may not be opened, or not like this."""

    exit_code = 1


class TrialLoadError(TrialistError):
    """The trial function cannot be found or imported."""


class TrialError(TrialistError):
    """A command ended badly.

    Attributes:
        failure: The kind of failure, as `values.events.FailureKind` names it.
    """

    failure = "error"


class MetricError(TrialistError):
    """A metric has a bad name, a bad value, or was never reported."""


class TableError(TrialistError):
    """A table of results cannot be read as runs."""


class LedgerError(TrialistError):
    """The store is locked, missing or unreadable."""


_MEND_A_JOURNAL = (
    "`trialist store check` says what is damaged and what is sound; with --repair it sets damaged "
    "files aside, and the next `trialist run` makes those runs again"
)


class JournalError(LedgerError):
    """A journal is damaged."""

    def __init__(self, message: str, *, where: str | None = None, todo: str | None = None) -> None:
        super().__init__(message, where=where, todo=todo or _MEND_A_JOURNAL)


class CheckpointError(LedgerError):
    """A state cannot be saved, or a checkpoint is not one of this run."""


class ArtifactError(LedgerError):
    """An artifact is unknown, or its files were altered."""


class PredictionsError(TrialistError):
    """Predictions do not fit together, or they contradict the metric that was reported."""


class DataError(TrialistError):
    """Training data that cannot be trained on: lengths, shapes, labels."""


class LeakageError(DataError):
    """What validation data says would reach the training."""


class ResumeError(TrialistError):
    """A run would go on otherwise than it began, so it would not be the same run."""


class VectorizeError(TrialistError):
    """Replicates cannot be trained together in one process: the operation and its line."""


class SeedIgnoredError(TrialistError):
    """The seed changes nothing: what would be replicates is one run, made several times."""


class ReproduceError(TrialistError):
    """The code of a run cannot be brought back, or the run cannot be repeated here."""


class InsufficientDataError(TrialistError):
    """There are fewer data than the method needs."""


class MissingExtraError(TrialistError):
    """A library is missing that only some uses need; the extra that installs it is named."""


class RunsFailedError(TrialistError):
    """Runs failed beyond their retries."""

    exit_code = 3


def near(name: str, known: Sequence[str]) -> str:
    """Give a "did you mean" hint for `name`, with the `known` names (at most 40) after it."""
    more = f" and {len(known) - _MOST_NAMES:,} more" if len(known) > _MOST_NAMES else ""
    listed = ", ".join(known[:_MOST_NAMES]) + more
    found = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean '{found[0]}'? (known: {listed})" if found else f"known: {listed}"
