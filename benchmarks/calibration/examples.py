"""One test set for all runs: McNemar for two models, the crossed t for two recipes.

Examples are right where a latent score is positive: difficulty of the example, luck of the run on
it, and, by scenario, a shift of the whole run and a taste of each variant for single examples. The
share that is right is 89 % for both variants in the population of examples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from benchmarks.calibration import twin
from benchmarks.calibration.rows import Cell, Check, Grid, Measured, Scale, percent, share
from scipy.special import ndtri

from trialist.stats.crossed import crossed_t
from trialist.stats.mcnemar import mcnemar

EXAMPLES = 1_000
ACCURACY = 0.89
SEEDS = (3, 5, 10)
_DIFFICULTY = 2.0  # SD over examples; the luck of a run on an example has SD 1


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What differs between runs, apart from luck.

    Attributes:
        name: In words.
        shift: SD of the shift of a whole run's accuracy, as a share.
        taste: SD of a variant's own liking of single examples, in the latent score.
    """

    name: str
    shift: float = 0.0
    taste: float = 0.0


# luck alone gives runs an SD of 0.67 points on 1,000 examples
SCENARIOS = (
    Scenario(name="luck only"),
    Scenario(name="seeds shift whole runs, SD 0.82 points in all", shift=0.0047),
    Scenario(name="variants differ on single examples", taste=1.0),
    Scenario(name="both", shift=0.0047, taste=1.0),
    Scenario(name="both, SD 1.5 points in all", shift=0.0134, taste=1.0),
)


def measure(scale: Scale) -> Measured:
    """Measure both tests where the two recipes are equally right in the population."""
    studies = scale.few(10) if scale.quick else scale.studies
    seeds = SEEDS[:2] if scale.quick else SEEDS
    crossed: list[Cell] = []
    rows = []
    pairs: list[Cell] = []
    for scenario in SCENARIOS:
        found = {n: _rates(scale, scenario, n, studies) for n in seeds}
        crossed += [
            share(f"{scenario.name}, {n} seeds", one["crossed"]) for n, one in found.items()
        ]
        pairs.append(share(scenario.name, found[seeds[-1]]["one run each"]))
        rows.append(
            (scenario.name, percent(pairs[-1].value),
             percent(float(found[seeds[-1]]["pooled"].mean())),
             *(percent(float(found[n]["seeds"].mean())) for n in seeds),
             *(percent(float(found[n]["crossed"].mean())) for n in seeds))
        )  # fmt: skip
    high = 0.065 if studies >= 20_000 else 0.075
    return Measured(
        checks=(
            Check(name=f"type I, crossed two-way t, 1,000 examples, {_listed(seeds)} seeds",
                  cells=tuple(crossed), high=high),
            Check(name="type I, McNemar's mid-p, one run each, luck only", cells=pairs[:1],
                  high=0.055),
            Check(name="known limit: McNemar's mid-p as a claim about recipes, other scenarios",
                  cells=tuple(pairs[1:]), note="holds for these two models only"),
        ),
        grids=(_grid(tuple(rows), seeds, studies),),
    )  # fmt: skip


def _listed(seeds: tuple[int, ...]) -> str:
    return " / ".join(str(n) for n in seeds)


def _grid(rows: tuple[tuple[str, ...], ...], seeds: tuple[int, ...], studies: int) -> Grid:
    return Grid(
        name="test-set",
        title="Two equal recipes on one test set of 1,000: says that they differ",
        header=("runs differ by", "McNemar, one run each", f"McNemar, {seeds[-1]} runs pooled",
                *(f"Welch over {n} seeds" for n in seeds),
                *(f"crossed t, {n} seeds" for n in seeds)),
        rows=rows,
        note=f"{studies:,} simulated studies per row; as a claim about the population of examples.",
    )  # fmt: skip


def _rates(scale: Scale, scenario: Scenario, n_seeds: int, studies: int) -> dict[str, np.ndarray]:
    rng = scale.rng(f"examples {scenario.name} {n_seeds}")
    found: dict[str, list[bool]] = {"one run each": [], "pooled": [], "crossed": []}
    accuracies = np.empty((studies, 2, n_seeds))
    for study in range(studies):
        right = draw(rng, scenario, n_seeds)
        accuracies[study] = right.mean(axis=2)
        values = right.astype(np.float64)
        found["crossed"].append(crossed_t(values[0], values[1]).p <= 0.05)
        found["one run each"].append(_mid_p(right[:, :1]) <= 0.05)
        found["pooled"].append(_mid_p(right) <= 0.05)
    plan = twin.protocol(1, (n_seeds,), paired=False)
    return {name: np.array(hits) for name, hits in found.items()} | {
        "seeds": twin.judged(accuracies, plan).any_difference
    }


def draw(rng: np.random.Generator, scenario: Scenario, n_seeds: int) -> np.ndarray:
    """Give which examples are right, of shape (2, seeds, examples)."""
    spread = math.sqrt(_DIFFICULTY**2 + 1 + scenario.taste**2)
    middle = float(ndtri(ACCURACY))
    slope = math.exp(-(middle**2) / 2) / math.sqrt(2 * math.pi) / spread
    shift = scenario.shift / slope
    # the shift adds to the spread too, so that the share that is right stays the same
    total = math.hypot(spread, shift)
    score = rng.standard_normal((2, n_seeds, EXAMPLES), dtype=np.float32)
    score += np.float32(_DIFFICULTY) * rng.standard_normal((1, 1, EXAMPLES), dtype=np.float32)
    if scenario.taste:
        score += scenario.taste * rng.standard_normal((2, 1, EXAMPLES), dtype=np.float32)
    if shift:
        score += shift * rng.standard_normal((2, n_seeds, 1), dtype=np.float32)
    return np.asarray(score > -middle * total)


def _mid_p(right: np.ndarray) -> float:
    only_a = int((right[0] & ~right[1]).sum())
    only_b = int((right[1] & ~right[0]).sum())
    return _p_of(only_a, only_b, right[0].size)


@cache
def _p_of(only_a: int, only_b: int, n: int) -> float:
    return mcnemar(only_baseline=only_a, only_variant=only_b, n=n).p
