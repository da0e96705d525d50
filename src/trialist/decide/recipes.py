"""What a table of trials may claim: nothing, something about configurations, or about recipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trialist.stats.splitstudy import LARGEST_RATIO, MIN_SEARCHES
from trialist.values.metric import Goal
from trialist.values.missing import Missing
from trialist.values.replicate import Replicate
from trialist.values.searches import SCOPE_WORDS, Claim, SearchSummary
from trialist.values.verdict import VerdictCode

Groups = Mapping[str, Sequence[SearchSummary]]
"""The searches of each variant."""

ENOUGH_FRESH = 5
"""Fresh seeds of a winner from which its configuration may be judged well (statistics.md 3.8)."""

_REPLICATE = {
    Claim.NOTHING: Replicate.FRESH_SEED,
    Claim.CONFIGURATIONS: Replicate.FRESH_SEED,
    Claim.RECIPES: Replicate.SEARCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What keeps two variants from being compared, in words.

    Attributes:
        code: Refused or not comparable.
        lead: The answer, in a few words.
        why: Why, and what to do about it.
    """

    code: VerdictCode
    lead: str
    why: str


def claim_of(groups: Groups) -> Claim:
    """Give what the searches can support, at most.

    Without any fresh run of a winner: nothing, for its score was chosen for being good. With one
    search per variant: its configuration. With more: the recipe.
    """
    if not any(
        search.fresh.n + search.fresh.n_lost for group in groups.values() for search in group
    ):
        return Claim.NOTHING
    if all(len(group) == 1 for group in groups.values()):
        return Claim.CONFIGURATIONS
    return Claim.RECIPES


def scope_of(claim: Claim) -> str:
    """Give in words what a verdict is about."""
    return SCOPE_WORDS[claim]


def replicate_of(claim: Claim) -> Replicate:
    """Give what one value of the comparison stands for."""
    return _REPLICATE[claim]


def bars_of(groups: Groups, *, baseline: str, claim: Claim, goal: Goal) -> Mapping[str, Bar]:
    """Give what forbids a comparison with the baseline, by candidate; the others may be judged."""
    rule = {
        Claim.NOTHING: _without_fresh,
        Claim.CONFIGURATIONS: _of_configurations,
        Claim.RECIPES: _of_recipes,
    }[claim]
    found = {
        name: rule(_Pair(groups, name, baseline), _flattery(goal))
        for name in groups
        if name != baseline
    }
    return {name: bar for name, bar in found.items() if bar is not None}


class _Pair:
    """A candidate's searches and the baseline's."""

    def __init__(self, groups: Groups, name: str, baseline: str) -> None:
        self.sides = {name: groups[name], baseline: groups[baseline]}
        self.names = f"{name} and {baseline}"

    def fewest(self) -> int:
        """Give the number of searches of the side with fewer."""
        return min(map(len, self.sides.values()))


def _without_fresh(pair: _Pair, chosen: str) -> Bar:
    if pair.fewest() >= MIN_SEARCHES:
        n_winners = sum(map(len, pair.sides.values()))
        return _refused(
            f"Winners' scores cannot claim a recipe ({pair.names})",
            f"each was chosen for being {chosen}. Run each of the {n_winners} winners with one "
            "fresh seed.",
        )
    once = max(map(len, pair.sides.values())) == 1
    lead = "One search per variant" if once else f"Fewer than {MIN_SEARCHES} searches per variant"
    winners = (
        f"Run the winners with {ENOUGH_FRESH} fresh seeds each to compare these configurations"
    )
    return _refused(
        f"{lead} cannot claim a recipe ({pair.names})",
        f"the winner's score lies, for it was chosen for being {chosen}. "
        f"{f'{winners}; to' if once else 'To'} compare the recipes, search each variant "
        f"{MIN_SEARCHES} times or more and run every winner with a fresh seed.",
    )


def _of_configurations(pair: _Pair, chosen: str) -> Bar | None:
    for name, (search,) in pair.sides.items():
        if not search.fresh.n:
            return _unmeasured(pair, name, chosen)
    return None


def _unmeasured(pair: _Pair, name: str, chosen: str) -> Bar:
    search = pair.sides[name][0]
    if isinstance(search.score, Missing):
        kind, then = ("trial", "it has no winner") if search.n_trials else ("run", "it has no mean")
        return _refused(
            f"No {kind} of {name} gave a value ({pair.names})",
            f"so {then}. Look at what its {kind}s failed of, and run them again.",
        )
    return _refused(
        f"No fresh run of {name}'s winner ({pair.names})",
        f"{_reason(search)}, and the score that it was chosen by lies: it was chosen for "
        f"being {chosen}. Run it with {ENOUGH_FRESH} fresh seeds or more.",
    )


def _of_recipes(pair: _Pair, chosen: str) -> Bar | None:
    for name, searches in pair.sides.items():
        n, n_fresh = len(searches), sum(search.fresh.n > 0 for search in searches)
        if n < MIN_SEARCHES:
            count = "One search" if n == 1 else f"{n} searches"
            return _refused(
                f"{count} of {name} cannot claim a recipe ({pair.names})",
                "the luck of the search cannot be told from the recipe. Search each variant "
                f"{MIN_SEARCHES} times or more, each time with a design of its own, and run every "
                "winner with a fresh seed.",
            )
        if n_fresh < MIN_SEARCHES and not any(search.n_trials for search in searches):
            return _refused(
                f"{n_fresh} of {n} runs of {name} gave a value ({pair.names})",
                f"recipes are compared with {MIN_SEARCHES} or more. Look at what the others "
                "failed of, and run them again.",
            )
        if n_fresh < MIN_SEARCHES:
            return _refused(
                f"{n_fresh} of {n} winners of {name} with fresh runs cannot claim a recipe "
                f"({pair.names})",
                f"the other scores were chosen for being {chosen}. Run the other winners with a "
                "fresh seed too.",
            )
    return _unequal(pair)


def _unequal(pair: _Pair) -> Bar | None:
    trials = {name: _trials(searches) for name, searches in pair.sides.items()}
    small, large = sorted(trials, key=lambda name: trials[name])
    if not trials[small] or trials[large] <= LARGEST_RATIO * trials[small]:
        return None
    return Bar(
        code=VerdictCode.NOT_COMPARABLE,
        lead=f"These cannot be compared ({pair.names})",
        why=f"a search of {large} has {trials[large]:.3g} trials, one of {small} "
        f"{trials[small]:.3g}: the one with more finds better winners by that alone. Give both "
        "the same number of trials.",
    )


def _trials(searches: Sequence[SearchSummary]) -> float:
    return sum(search.n_trials for search in searches) / len(searches)


def _reason(search: SearchSummary) -> str:
    mean = search.fresh_mean
    return mean.reason if isinstance(mean, Missing) else ""


def _flattery(goal: Goal) -> str:
    return "high" if goal is Goal.MAXIMIZE else "low"


def _refused(lead: str, why: str) -> Bar:
    return Bar(code=VerdictCode.REFUSED, lead=lead, why=why)
