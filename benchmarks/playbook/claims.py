"""How often a comparison of tuned variants is wrong: replicated searches beside seeds alone.

Every study goes through the product: the table of trials, its searches, what they may claim, and
the rules that judge. Two variants with equally good best points are tuned by 32 trials each; their
optima may lie at different places, so that one search is luckier than the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from benchmarks.calibration.rows import Cell, Check, Grid, Measured, Scale, percent, share
from benchmarks.playbook.surfaces import DIMENSIONS, Search, Surface, design, table_of

from trialist.analysis.evidence import evidence_at
from trialist.analysis.playbook import checks_of
from trialist.analysis.searches import fresh_records, search_records, searches_of
from trialist.analysis.trials import TrialRecord, TrialTable
from trialist.decide.recipes import bars_of, claim_of, replicate_of, scope_of
from trialist.decide.rules import judge
from trialist.design.protocol import implied_protocol
from trialist.values.events import RunStatus
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.playbook import Level
from trialist.values.searches import Claim
from trialist.values.verdict import VerdictCode

TRIALS = 32
FRESH = 5
POWER_SDS = 3.0
ADOPTED = (VerdictCode.IMPROVEMENT, VerdictCode.RELEVANT_IMPROVEMENT)
METRIC = Metric(name="val/loss", goal=Goal.MINIMIZE)
CELLS = ((0.01, 0.0), (0.01, 0.15), (0.05, 0.0), (0.05, 0.15))
"""Seed noise, and how far the candidate's optimum lies from the baseline's in every parameter."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """How the trials of a variant are used.

    Attributes:
        name: As the table calls it.
        searches: Searches per variant; each has an equal part of the trials.
        fresh: Fresh runs of each winner.
        shared: True where both variants have the same designs.
    """

    name: str
    searches: int
    fresh: int
    shared: bool


SEEDS = Way(name="one search, 5 fresh seeds, own designs", searches=1, fresh=FRESH, shared=False)
SEEDS_SHARED = Way(name="one search, 5 fresh seeds, shared design", searches=1, fresh=FRESH,
                   shared=True)  # fmt: skip
FOUR = Way(name="4 searches, own designs", searches=4, fresh=1, shared=False)
FOUR_SHARED = Way(name="4 searches, shared designs", searches=4, fresh=1, shared=True)
EIGHT_SHARED = Way(name="8 searches, shared designs", searches=8, fresh=1, shared=True)
WAYS = (SEEDS, SEEDS_SHARED, FOUR, FOUR_SHARED, EIGHT_SHARED)


def measure(scale: Scale) -> Measured:
    """Measure false adoptions of equal variants, and the power to see three seed SDs."""
    ways = (SEEDS, FOUR_SHARED) if scale.quick else WAYS
    false = {
        (way.name, cell): _adopted(scale, way, cell, 0.0)
        for way in ways
        for cell in (CELLS if not scale.quick or way is FOUR_SHARED else CELLS[1:2])
    }
    power = {(way.name, cell): _adopted(scale, way, cell, POWER_SDS)
             for way in ways for cell in CELLS} if not scale.quick else {}  # fmt: skip
    return Measured(
        checks=(_replicated(false), _contrast(false), _unequal(scale)),
        grids=() if scale.quick else (_grid(scale, ways, false, power), _blocked(scale)),
    )


def _adopted(scale: Scale, way: Way, cell: tuple[float, float], sds: float) -> np.ndarray:
    rng = scale.rng(f"claims {way.name} {cell} {sds}")
    return np.array([_code(way, cell, sds, rng) in ADOPTED for _ in range(scale.studies)])


def _code(way: Way, cell: tuple[float, float], sds: float, rng: np.random.Generator) -> VerdictCode:
    noise, shift = cell
    baseline = Surface(noise=noise)
    candidate = Surface(optimum=(0.5 + shift,) * DIMENSIONS, noise=noise)
    records: list[TrialRecord] = []
    for number in range(way.searches):
        first = design(TRIALS // way.searches, rng)
        second = first if way.shared else design(TRIALS // way.searches, rng)
        records += rows("baseline", number, baseline, first, rng, fresh=way.fresh)
        records += rows("candidate", number, candidate, second, rng, fresh=way.fresh,
                        gain=sds * noise)  # fmt: skip
    return verdict(TrialTable(metric=METRIC.name, records=tuple(records)))


def rows(
    variant: str, search: int, surface: Surface, units: np.ndarray, rng: np.random.Generator,
    *, fresh: int, gain: float = 0.0,
) -> list[TrialRecord]:  # fmt: skip
    """Give the trials of one search, and the fresh runs of its winner."""
    scores = surface.scores(units, rng) - gain
    winner = int(scores.argmin())
    true = float(surface.quality(units[winner])) - gain
    again = true + surface.noise * rng.normal(size=fresh)
    found = [_row(variant, search, number, 0, float(score)) for number, score in enumerate(scores)]
    found += [
        _row(variant, search, winner, 1 + seed, float(value), is_fresh=True)
        for seed, value in enumerate(again)
    ]
    return found


def _row(
    variant: str, search: int, number: int, seed: int, value: float, *, is_fresh: bool = False
) -> TrialRecord:
    return TrialRecord(
        variant=variant, search=str(search), trial=str(number), seed=seed, is_fresh=is_fresh,
        status=RunStatus.FINISHED, value=value,
    )  # fmt: skip


def verdict(table: TrialTable) -> VerdictCode:
    """Judge the candidate of one table as the product does: in pairs of searches, or of seeds."""
    searches = searches_of(table, METRIC.goal)
    groups = {name: [one for one in searches if one.variant == name] for name in table.variants}
    claim = claim_of(groups)
    bars = bars_of(groups, baseline="baseline", claim=claim, goal=METRIC.goal)
    if "candidate" in bars:
        return bars["candidate"].code
    if claim is Claim.RECIPES:
        records = search_records(searches)
    else:
        records = tuple(one for search in searches for one in fresh_records(search))
    implied = implied_protocol(
        metric=METRIC,
        variants=("baseline", "candidate"),
        baseline="baseline",
        n=sum(record.variant == "baseline" for record in records),
        paired=True,
        mode=Mode.CONFIRM,
        scope=scope_of(claim),
    )
    protocol = replace(implied, replicate=replicate_of(claim))
    evidence = evidence_at(protocol, records, look_index=1, seeds=None)
    return judge(protocol, (evidence,)).verdicts[0].name


def _replicated(false: dict) -> Check:
    cells = [share(_label(cell), hits) for (name, cell), hits in false.items()
             if name == FOUR_SHARED.name]  # fmt: skip
    return Check(name="an equal variant is adopted: 4 searches a side, shared designs, paired t",
                 cells=tuple(cells), high=0.04, note="2.5 % is nominal")  # fmt: skip


def _contrast(false: dict) -> Check:
    rates = [hits.mean() for (name, _), hits in false.items() if name == SEEDS.name]
    worst = Cell(label="worst cell", value=float(max(rates)))
    return Check(
        name="contrast: the same from one search a side and 5 fresh seeds, worst cell",
        cells=(worst,), low=0.2, note="the luck of the search counts as a gain",
    )  # fmt: skip


def _unequal(scale: Scale) -> Check:
    """Compare a search of 8 with one of 32: what the product says, whatever the values are."""
    rng = scale.rng("unequal")
    said = []
    for _ in range(min(scale.studies, 50)):
        records = []
        for number in range(4):
            records += rows("baseline", number, Surface(), design(8, rng), rng, fresh=1)
            records += rows("candidate", number, Surface(), design(32, rng), rng, fresh=1)
        said.append(verdict(TrialTable(metric=METRIC.name, records=tuple(records))))
    refused = [one is VerdictCode.NOT_COMPARABLE for one in said]
    return Check(name="8 trials a search against 32: not comparable",
                 cells=(share("refused", refused),), low=1.0)  # fmt: skip


def _blocked(scale: Scale) -> Grid:
    """Count what the checks would refuse of these comparisons, which are judged rightly."""
    noises, levels = (0.01, 0.03, 0.05, 0.1), (Level.EDGE, Level.SPARSE)
    found = {noise: _blocks(scale, noise) for noise in noises}
    rows = [
        (
            f"{level} in one variant or both",
            *(_share_with(level, found[noise]) for noise in noises),
        )
        for level in levels
    ]
    return Grid(
        name="blocked",
        title="What the checks refuse of fair comparisons: 4 searches of 8 a side, shared designs",
        header=("seed noise", *(f"{noise:g}" for noise in noises)),
        rows=tuple(rows),
        note="Optima in the middle of the space and 0.15 beside it; the noise is known. What is "
        "refused as SPARSE would have been judged with the error rates above.",
    )


def _share_with(level: Level, said: list[set[Level]]) -> str:
    return percent(float(np.mean([level in one for one in said])), 0)


def _blocks(scale: Scale, noise: float) -> list[set[Level]]:
    rng = scale.rng(f"blocked {noise}")
    first = Surface(noise=noise)
    second = Surface(optimum=(0.65,) * DIMENSIONS, noise=noise)
    found = []
    for _ in range(scale.few(5, 60)):
        designs = [design(8, rng) for _ in range(4)]
        arms = {
            name: [Search(units=units, scores=one.scores(units, rng)) for units in designs]
            for name, one in (("baseline", first), ("candidate", second))
        }
        checks = checks_of(table_of(arms, noise=noise))
        found.append({check.level for check in checks if check.blocks})
    return found


def _label(cell: tuple[float, float]) -> str:
    return f"noise {cell[0]} shift {cell[1]}"


def _grid(scale: Scale, ways: tuple[Way, ...], false: dict, power: dict) -> Grid:
    rows = []
    for way in ways:
        cells = []
        for cell in CELLS:
            hits, seen = (rates[way.name, cell].mean() for rates in (false, power))
            cells.append(f"{percent(float(hits))} · {percent(float(seen), 0)}")
        rows.append((way.name, *cells))
    return Grid(
        name="claims",
        title="An equal variant is adopted · one that is three seed SDs better is adopted",
        header=("seed noise, shift of the optimum", *(f"{a:g}, {b:g}" for a, b in CELLS)),
        rows=tuple(rows),
        note=f"{scale.studies:,} studies per cell, {TRIALS} trials per variant, three parameters.",
    )
