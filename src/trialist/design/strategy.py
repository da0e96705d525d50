"""How a space is searched, where the study leaves it open: by the budget, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialist.design.searchmethod import NO_PRUNER, ChosenMethod, method_for
from trialist.values.searchplan import Method, SearchPlan, Tuned
from trialist.values.searchsettings import AUTO, SearchSettings
from trialist.values.space import Arm, Role

RECIPE_SEARCHES = 4
"""Searches per variant that tell their luck from the recipe (statistics.md 3.8)."""

LEAST_PER_SEARCH = 8
"""Trials of each search of a recipe, where the study says nothing: four searches of four are too
thin to see the end of a range (measured: docs/design/012)."""

_DEFAULT_TRIALS = ((1, 8), (3, 16), (5, 32))
_LARGE_DEFAULT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """How the variants are searched.

    Attributes:
        method: How configurations are proposed.
        tuned: What the winners are to show.
        trials: Trials per variant, over all its searches.
        replicates: Searches per variant.
        why: The reasons, as sentences.
        pruner: The rule that ends trials early where the study leaves that open; or none.
    """

    method: Method
    tuned: Tuned
    trials: int
    replicates: int
    why: str
    pruner: str = NO_PRUNER


def strategy_of(
    settings: SearchSettings,
    arms: Sequence[Arm],
    *,
    n_grid: int | None = None,
    earlier: SearchPlan | None = None,
    has_steps: bool = False,
) -> Strategy:
    """Give how the variants are searched.

    Args:
        settings: What the study says.
        arms: What each variant is tuned over.
        n_grid: Configurations of a grid, the same for every variant; None where there is none.
        earlier: The searches that these go on from; None where they begin anew.
        has_steps: Whether something says how many steps a trial has.
    """
    searched = [arm for arm in arms if arm.parameters]
    tuned = _tuned(settings, len(searched))
    usual = RECIPE_SEARCHES if tuned is Tuned.RECIPE else 1
    replicates = settings.replicates or (usual if earlier is None else earlier.replicates)
    n_parameters = max(len(arm.parameters) for arm in searched)
    default = default_trials(n_parameters)
    if tuned is Tuned.RECIPE:
        default = max(default, LEAST_PER_SEARCH * replicates)
    asked = settings.trials or _more(earlier, replicates) or default
    trials = -(-asked // replicates) * replicates
    if n_grid is not None and _takes_grid(settings, trials // replicates, n_grid, earlier):
        why = f"Grid: there are {n_grid} configurations, and each search tries every one."
        return Strategy(
            method=Method.GRID,
            tuned=tuned,
            trials=n_grid * replicates,
            replicates=replicates,
            why=why,
        )
    chosen = _chosen(settings, searched, (tuned, trials // replicates, has_steps), earlier)
    return Strategy(
        method=chosen.method,
        tuned=tuned,
        trials=trials,
        replicates=replicates,
        pruner=chosen.pruner_name,
        why=" ".join(filter(None, (chosen.why, _rounded(asked, trials, replicates)))),
    )


def _chosen(
    settings: SearchSettings,
    searched: Sequence[Arm],
    facts: tuple[Tuned, int, bool],
    earlier: SearchPlan | None,
) -> ChosenMethod:
    tuned, n_trials, has_steps = facts
    if settings.method != AUTO:
        return ChosenMethod(method=Method(settings.method), pruner_name=NO_PRUNER, why="")
    if earlier is not None and earlier.method is not Method.GRID:
        why = "The method is that of the searches that these go on from."
        return ChosenMethod(method=earlier.method, pruner_name=NO_PRUNER, why=why)
    parameters = [one for arm in searched for one in arm.parameters]
    return method_for(
        n_trials,
        max(len(arm.parameters) for arm in searched),
        claim=tuned,
        has_steps=has_steps,
        samples_scientific=any(one.role is Role.SCIENTIFIC for one in parameters),
    )


def _more(earlier: SearchPlan | None, replicates: int) -> int:
    """Give the trials of searches that go on: half as many again."""
    return 0 if earlier is None else -(-3 * earlier.trials_per_search // 2) * replicates


def _takes_grid(
    settings: SearchSettings, n_trials: int, n_grid: int, earlier: SearchPlan | None
) -> bool:
    was_grid = earlier is None or earlier.method is Method.GRID
    is_open = settings.method == AUTO and was_grid and n_grid <= n_trials
    return is_open or settings.method == Method.GRID


def default_trials(n_parameters: int) -> int:
    """Give the trials per variant for so many parameters that are searched.

    References:
        playbook.md 1.2: 8 for 1, 16 for 2 or 3, 32 for 4 or 5.
    """
    return next((n for most, n in _DEFAULT_TRIALS if n_parameters <= most), _LARGE_DEFAULT)


def _tuned(settings: SearchSettings, n_searched: int) -> Tuned:
    if settings.claim != AUTO:
        return Tuned(settings.claim)
    return Tuned.RECIPE if n_searched > 1 else Tuned.CONFIGURATION


def _rounded(asked: int, trials: int, replicates: int) -> str:
    if asked == trials:
        return ""
    return f"{trials} trials in place of {asked}: {replicates} searches of equal size."
