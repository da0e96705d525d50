"""What is questionable in a plan before anything runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum

from trialist.values.errors import Mistake


class LintLevel(StrEnum):
    """How much it matters."""

    ERROR = "error"  # the comparison would not be one: the plan is not made
    WARNING = "warning"  # the verdict will be weaker than it looks
    ADVICE = "advice"  # worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Lint:
    """One thing that is questionable in a plan.

    Attributes:
        level: How much it matters.
        key: The key of the study that it is about: `space.lr`.
        message: What is questionable, with the values.
        todo: What to do.
    """

    level: LintLevel
    key: str
    message: str
    todo: str

    @property
    def mistake(self) -> Mistake:
        """The same as an error's block."""
        return Mistake(message=self.message, where=self.key, todo=self.todo)

    @property
    def sentence(self) -> str:
        """What is questionable and what to do, in a line of text."""
        return f"{self.message} ({self.key}): {self.todo}"

    def to_dict(self) -> dict[str, str]:
        """Give the finding as plain data."""
        return {name: str(value) for name, value in asdict(self).items()}
