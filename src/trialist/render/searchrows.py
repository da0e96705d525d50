"""What searches say, cell by cell, for every form of the report."""

from __future__ import annotations

from collections.abc import Sequence

from trialist.render.amounts import number
from trialist.render.statement import unit_of
from trialist.render.tablerows import NONE
from trialist.values.evidence import Interval
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.numbers import Unit, decimals_for
from trialist.values.searches import BestOfCurve, Claim, Searches, SearchSummary

TITLE = "What the searches say"

_CLAIMED = {
    Claim.NOTHING: "No winner was run again, so nothing is claimed: the score that a search "
    "chooses by is the best of several, and too good by the luck of the draw.",
    Claim.CONFIGURATIONS: "Each variant was searched once, so verdicts are about the winners' "
    "configurations: another search of the same recipe would have found another winner.",
    Claim.RECIPES: "Variants were searched several times, so verdicts are about the recipes: one "
    "value per search, the mean of its winner's fresh runs.",
}


def claim_words(searches: Searches) -> str:
    """Give what the searches can support, as a sentence."""
    return _CLAIMED[searches.claim]


def search_head(metric: Metric) -> tuple[str, ...]:
    """Give the heads of the columns of `search_rows`."""
    unit = f", {unit_of(metric)}" if unit_of(metric) else ""
    wrong = "too high by" if metric.goal is Goal.MAXIMIZE else "too low by"
    return ("variant", "search", "trials", "winner", f"chosen at{unit}", "fresh mean", "n", wrong)


def search_rows(searches: Sequence[SearchSummary], metric: Metric) -> list[tuple[str, ...]]:
    """Give one row per search, all rounded alike; a name that all of them share says nothing."""
    decimals = _decimals(searches, Unit.of(metric).factor)
    unnamed = len(searches) > 1 and len({search.search for search in searches}) == 1
    return [
        _row(search, metric, decimals, name=NONE if unnamed else search.search)
        for search in searches
    ]


def curve_points(searches: Searches, *, most: int) -> tuple[int, ...]:
    """Give at most `most` numbers of trials to show, from 1 to the largest that any curve has."""
    longest: Sequence[int] = max(
        ([point.m for point in curve.points] for curve in searches.curves), key=len, default=[]
    )
    if len(longest) <= most:
        return tuple(longest)
    last = len(longest) - 1
    return tuple(longest[round(place * last / (most - 1))] for place in range(most))


def curve_rows(searches: Searches, metric: Metric, points: Sequence[int]) -> list[tuple[str, ...]]:
    """Give one row per variant: its name, then the expected best at each of `points`."""
    return [(curve.variant, *_cells(curve, metric, points)) for curve in searches.curves]


def curve_note(searches: Searches) -> str:
    """Give what the intervals rest on, or why there are no points."""
    without = [curve for curve in searches.curves if not curve.points]
    said = []
    if len(without) < len(searches.curves):
        over = {curve.over for curve in searches.curves if curve.points}
        kinds = {
            "blocks": "disjoint blocks of one search's trials",
            "searches": "independent searches",
        }
        rest = " or ".join(kinds[kind] for kind in sorted(over))
        level = f"{100 * searches.level:.3g} %"
        said.append(
            f"{level} intervals over {rest}, each for itself; for random or quasi-random "
            "search, since trials of an adaptive one depend on each other"
        )
    said += [f"none for {curve.variant}: {curve.reason}" for curve in without[:3]]
    text = "; ".join(said)
    return f"{text[:1].upper()}{text[1:]}."


def _row(search: SearchSummary, metric: Metric, decimals: int, *, name: str) -> tuple[str, ...]:
    factor = Unit.of(metric).factor
    lost = f", {search.n_lost} lost" if search.n_lost else ""
    gone = f", {search.fresh.n_lost} lost" if search.fresh.n_lost else ""
    return (
        search.variant,
        name,
        f"{search.n_trials}{lost}",
        search.winner or NONE,
        _shown(search.score, factor, decimals),
        _shown(search.fresh_mean, factor, decimals),
        f"{search.fresh.n}{gone}",
        _shown(search.optimism, factor, decimals, sign=True),
    )


def _shown(value: float | Missing, factor: float, decimals: int, *, sign: bool = False) -> str:
    return NONE if isinstance(value, Missing) else number(value * factor, decimals, sign=sign)


def _decimals(searches: Sequence[SearchSummary], factor: float) -> int:
    """Give the decimals that the largest gap, or else the spread of the scores, asks for."""
    gaps = [abs(s.optimism) for s in searches if not isinstance(s.optimism, Missing)]
    scores = [s.score for s in searches if not isinstance(s.score, Missing)]
    spread = max(scores) - min(scores) if scores else 0.0
    return decimals_for((max(gaps, default=0.0) or spread) * factor)


def _cells(curve: BestOfCurve, metric: Metric, points: Sequence[int]) -> list[str]:
    factor = Unit.of(metric).factor
    known = {point.m: point for point in curve.points}
    halves = [p.interval.half_width for p in curve.points if isinstance(p.interval, Interval)]
    decimals = decimals_for(min(halves, default=0.0) * factor)
    cells = []
    for m in points:
        point = known.get(m)
        if point is None or isinstance(point.interval, Missing):
            cells.append(NONE)
            continue
        ends = (point.value, point.interval.low, point.interval.high)
        value, low, high = (number(end * factor, decimals) for end in ends)
        cells.append(f"{value} [{low}, {high}]")
    return cells
