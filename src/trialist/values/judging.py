"""How a study is judged: the mode, whose noise, and when; and what of it does not fit together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trialist.values.errors import near

PLANNED, OPEN = "planned", "open"
"""When a study is judged: at looks that are fixed before, or whenever a seed has finished."""


class Mode(StrEnum):
    """Confirm controls the family-wise error (Holm); explore the false discovery rate (BH)."""

    CONFIRM = "confirm"
    EXPLORE = "explore"


class Variance(StrEnum):
    """Whose noise a comparison is judged by."""

    SEPARATE = "separate"  # that of the two variants
    POOLED = "pooled"  # that of all variants, declared equal: Dunnett
    HISTORY = "history"  # drawn towards that of earlier runs: the moderated t


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingProblem:
    """What does not fit together in how a study is to be judged.

    Attributes:
        key: The key that is at fault.
        message: What is wrong.
        todo: What to do.
    """

    key: str
    message: str
    todo: str


def judging_problems(
    *,
    variance: str,
    history: str | None,
    looks: str,
    paired: tuple[str, ...],
    mode: str = Mode.CONFIRM,
    has_store: bool = True,
) -> tuple[JudgingProblem, ...]:
    """Give what does not fit together in how a study is to be judged.

    `has_store` is False for a table of results: no store lends it the noise of earlier runs.
    """
    found = []
    if looks not in (PLANNED, OPEN):
        message = f"looks is {looks!r}"
        found.append(("looks", message, f"{near(looks, [PLANNED, OPEN])}; seeds says where"))
    if looks == OPEN and mode == Mode.EXPLORE:
        message = "exploring is judged once, and looks: open is judged after every seed"
        found.append(("looks", message, "leave `looks: open` or `mode: explore` out"))
    if looks == OPEN and variance != Variance.SEPARATE:
        message = f"variance: {variance} cannot be judged at any time"
        found.append(("variance", message, "leave `variance` or `looks: open` out"))
    if variance == Variance.HISTORY and history is None and not has_store:
        message = "variance: history has no history"
        found.append(("variance", message, "name the table of earlier runs: history: spreads.csv"))
    if variance != Variance.HISTORY and history is not None:
        found.append(("history", "history is not used", "add `variance: history`"))
    if variance == Variance.HISTORY and paired:
        message = "variance: history knows the noise of runs, not that of paired differences"
        found.append(("variance", message, "leave `paired` or `variance` out"))
    return tuple(JudgingProblem(key=key, message=said, todo=todo) for key, said, todo in found)
