"""Which method a search takes by its budget, and why, where the study leaves it open."""

from __future__ import annotations

from dataclasses import dataclass

from trialist.values.numbers import counted
from trialist.values.searchplan import Method, Tuned

FEW_TRIALS = 20
"""Below these a model of the trials has too little to learn from: cover the space evenly."""

MANY_TRIALS = 100
"""Above these it pays to end hopeless trials early."""

NO_PRUNER = "none"
EARLY_END = "asha"

_THREE_FIT = 16
"""Trials that cover three parameters (playbook 1.2: 16 for two or three, 8 for one)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenMethod:
    """How one search proposes its trials.

    Attributes:
        method: How configurations are proposed.
        pruner_name: none, or the rule that ends trials early.
        why: Why, as sentences; of the pruner too, where there is one.
        most_important: To how many parameters the search should be narrowed, where it has more
            than so few trials cover; None where it covers those it has.
    """

    method: Method
    pruner_name: str
    why: str
    most_important: int | None = None


def method_for(
    trials_per_search: int,
    n_parameters: int,
    *,
    claim: Tuned,
    has_steps: bool,
    samples_scientific: bool = False,
) -> ChosenMethod:
    """Give the method for a search of so many trials over so many parameters.

    Args:
        trials_per_search: Trials of one search.
        n_parameters: Parameters that it is over: those of the largest variant.
        claim: What its winners are to show.
        has_steps: Whether the steps of a trial are known, so that it can be ended early.
        samples_scientific: Whether a scientific parameter is sampled with the others.

    Example:
        >>> found = method_for(40, 3, claim=Tuned.CONFIGURATION, has_steps=True)
        >>> print(found.method, found.pruner_name)
        tpe none
    """
    narrowed = _most_important(trials_per_search, n_parameters)
    if samples_scientific:
        return _even(_SAMPLED, narrowed)
    if claim is Tuned.RECIPE:
        return _even(_RECIPE, narrowed)
    trials = counted(trials_per_search, "trial")
    if trials_per_search < FEW_TRIALS:
        return _even(f"{trials} are too few for a model to learn from (TPE from 20).", narrowed)
    if trials_per_search <= MANY_TRIALS:
        return ChosenMethod(
            method=Method.TPE, pruner_name=NO_PRUNER, why=f"{_of_tpe(trials)} {_PATH}"
        )
    ended = _ENDED if has_steps else _NO_STEPS
    return ChosenMethod(
        method=Method.TPE,
        pruner_name=EARLY_END if has_steps else NO_PRUNER,
        why=f"{_of_tpe(trials)} {ended} {_PATH}",
    )


def _most_important(trials: int, n_parameters: int) -> int | None:
    if trials >= FEW_TRIALS:
        return None
    covered = 3 if trials >= _THREE_FIT else 2
    return covered if n_parameters > covered else None


def _even(why: str, narrowed: int | None) -> ChosenMethod:
    return ChosenMethod(
        method=Method.QUASI_RANDOM, pruner_name=NO_PRUNER, why=why, most_important=narrowed
    )


def _of_tpe(trials: str) -> str:
    return f"{trials} are enough for TPE to learn where good values lie."


_RECIPE = (
    "Recipes are compared over evenly spread trials: variants with the same parameters share "
    "their points, and whether a range is too narrow can be seen."
)
_SAMPLED = (
    "A scientific parameter is sampled with the others, and only evenly spread trials show its "
    "effect over the whole range."
)
_ENDED = "Above 100 trials, ASHA ends those that fall behind, compared at the same step."
_NO_STEPS = (
    "Above 100 trials, those that fall behind could be ended early: set budget.max_train_steps."
)
_PATH = "Its trials follow earlier values, so they cannot show whether a range is too narrow."
