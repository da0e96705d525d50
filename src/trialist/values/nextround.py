"""The next round: what is proposed after a study, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from trialist.values.adoption import Adoption
from trialist.values.baselinehistory import BaselineRound
from trialist.values.playbook import Change, Check
from trialist.values.searchplan import Tuned


class Step(StrEnum):
    """What the next step is."""

    FINISH = "finish"  # the study is not answered yet
    FIX_CODE = "fix_code"  # the training code has a mistake, most probably
    TAME = "tame_instability"
    EQUAL_TRIALS = "equal_trials"
    EXTEND = "extend_range"
    MORE_TRIALS = "more_trials"
    SHORTER_RUNS = "shorter_runs"
    LONGER_RUNS = "longer_runs"
    FIX_PARAMETER = "fix_parameter"
    REMOVE_FEATURE = "remove_feature"
    MORE_REPLICATES = "more_replicates"
    MORE_SEEDS = "more_seeds"
    ADOPT = "adopt"
    VALIDATE = "validate"
    OPEN_TEST = "open_test"
    NEW_QUESTION = "new_question"
    DONE = "done"


STUDIES = (
    *(Step.EQUAL_TRIALS, Step.EXTEND, Step.MORE_TRIALS, Step.SHORTER_RUNS, Step.LONGER_RUNS),
    *(Step.FIX_PARAMETER, Step.MORE_REPLICATES, Step.MORE_SEEDS, Step.VALIDATE),
)
"""Steps that are a study of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a study stands, as far as the next round depends on it.

    Attributes:
        study: Its name.
        is_finished: True where it is answered.
        file: The study file as it was typed; None for a study made in Python.
        adoptions: What the rule says of each variant.
        checks: What the playbook's checks found.
        adopted: What was adopted from it; None where nothing was.
        tuned: What its searches are to show; None where nothing is tuned.
        replicates: Searches per variant; 0 without.
        n_seeds: Seeds per variant.
        test_of: The study whose runs the sealed test is to measure: this one, or the one that
            validates what was adopted; None where neither names a test set.
        is_tested: True where it was opened for one of them.
    """

    study: str
    is_finished: bool
    file: str | None = None
    adoptions: tuple[Adoption, ...] = ()
    checks: tuple[Check, ...] = ()
    adopted: BaselineRound | None = None
    tuned: Tuned | None = None
    replicates: int = 0
    n_seeds: int = 0
    test_of: str | None = None
    is_tested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing that can be done next.

    Attributes:
        step: What it is.
        title: In a few words.
        why: The reason, as a sentence with its numbers.
        caveat: What it costs or leaves open; empty where nothing.
        command: What to type; with FILE where a study file has to be written first.
        changes: What it changes in the study.
        amount: Seeds or searches per variant, where it changes those.
    """

    step: Step
    title: str
    why: str
    caveat: str = ""
    command: str = ""
    changes: tuple[Change, ...] = field(default=())
    amount: int | None = None

    @property
    def makes_study(self) -> bool:
        """True where it is a study, for which a file can be written."""
        return self.step in STUDIES

    def to_dict(self) -> dict[str, Any]:
        """Give the proposal as plain data."""
        return {
            "step": self.step.value,
            "title": self.title,
            "why": self.why,
            "caveat": self.caveat,
            "command": self.command,
            "changes": [change.to_dict() for change in self.changes],
            "amount": self.amount,
            "makes_study": self.makes_study,
        }
