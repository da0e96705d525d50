"""The seeds of the winners' runs: those that no search has used; and what they share."""

from __future__ import annotations

from trialist.design.looks import looks_between
from trialist.values.judging import OPEN, Mode, Variance
from trialist.values.searchplan import SearchPlan, Tuned
from trialist.values.study import SeedRange, Study


def fresh_seeds(study: Study, search: SearchPlan, first: int = 0) -> tuple[int, ...]:
    """Give the seeds of the winners' runs, after those of the searches.

    Of a recipe, one for the winner of each search; of a configuration, as many as the study says.

    Args:
        study: The study.
        search: Its searches.
        first: Where seeds begin at the earliest.
    """
    if search.tuned is not Tuned.RECIPE and isinstance(study.seeds, tuple):
        return study.seeds
    first = max(first, search.n_search_seeds)
    return tuple(range(first, first + _count(study, search)))


def _count(study: Study, search: SearchPlan) -> int:
    if search.tuned is Tuned.RECIPE:
        return search.replicates
    if isinstance(study.seeds, SeedRange):
        return study.seeds.max
    return study.seeds if isinstance(study.seeds, int) else len(study.seeds)


def moments_of(study: Study, n_max: int, search: SearchPlan | None = None) -> tuple[int, ...]:
    """Give the seeds per variant at which a study is judged; recipes are judged once, at the end.

    Args:
        study: The study.
        n_max: Its seeds per variant.
        search: Its searches; None where it has none.
    """
    is_recipe = search is not None and search.tuned is Tuned.RECIPE
    if is_recipe or not isinstance(study.seeds, SeedRange) or study.mode is Mode.EXPLORE:
        return (n_max,)
    if study.looks == OPEN:
        return tuple(range(study.seeds.min, study.seeds.max + 1))
    return looks_between(study.seeds.min, study.seeds.max)


def paired_sources(study: Study, search: SearchPlan | None = None) -> tuple[str, ...]:
    """Give the sources that equal seeds share in every variant.

    Searches run all variants with the same seeds, so that these are pairs unless the study says
    otherwise.
    """
    if search is None or study.paired or study.variance is Variance.HISTORY:
        return study.paired
    return study.vary
