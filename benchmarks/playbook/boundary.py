"""How often the boundary check sees an end that is there, and one that is not."""

from __future__ import annotations

from collections import Counter

import numpy as np
from benchmarks.calibration.rows import Check, Grid, Measured, Scale, percent, share
from benchmarks.playbook.surfaces import Search, Surface, searched, table_of

from trialist.analysis.boundary import boundary
from trialist.values.playbook import Level

SIZES = (8, 16, 32, 64)
SURFACES = {
    "optimum in the middle, 0.5": Surface(),
    "optimum at 0.35": Surface(optimum=(0.35, 0.5, 0.5)),
    "optimum at 0.2": Surface(optimum=(0.2, 0.5, 0.5)),
    "parameter irrelevant": Surface(weight=(0.0, 1.0, 1.0)),
    "optimum exactly at the end": Surface(optimum=(1.0, 0.5, 0.5)),
    "optimum outside by 0.3": Surface(optimum=(1.3, 0.5, 0.5)),
    "optimum outside by 0.8": Surface(optimum=(1.8, 0.5, 0.5)),
    "weak effect, outside by 0.3": Surface(optimum=(1.3, 0.5, 0.5), weight=(0.1, 1.0, 1.0)),
}
INSIDE = ("optimum in the middle, 0.5", "optimum at 0.35")


def measure(scale: Scale) -> Measured:
    """Measure the share of every level on every surface, and what a simpler rule would say."""
    sizes = SIZES[:3] if scale.quick else SIZES
    found = {(name, n): levels(scale, name, n) for name in SURFACES for n in sizes}
    return Measured(
        checks=(*_alarms(found, sizes), *_hits(found, sizes)),
        grids=(_grid(found, sizes), _contrast(scale, sizes)),
    )


def levels(scale: Scale, name: str, n: int, *, replicates: int = 1) -> list[Level]:
    """Give what the product's check says of parameter a, in study after study."""
    rng = scale.rng(f"boundary {name} {n} {replicates}")
    said = []
    for _ in range(scale.few(5, 30)):
        searches = [searched(SURFACES[name], n // replicates, rng) for _ in range(replicates)]
        said.append(boundary(table_of({"base": searches}))[0].level)
    return said


def _is_edge(said: list[Level]) -> np.ndarray:
    return np.array([one is Level.EDGE for one in said])


def _alarms(found: dict[tuple[str, int], list[Level]], sizes: tuple[int, ...]) -> list[Check]:
    inside = [share(f"{name} n={n}", _is_edge(found[name, n])) for name in INSIDE for n in sizes]
    irrelevant = [share(f"n={n}", _is_edge(found["parameter irrelevant", n])) for n in sizes]
    shown = " / ".join(map(str, sizes))
    return [
        Check(name=f"EDGE where the optimum lies inside (.5, .35), n = {shown}",
              cells=tuple(inside), high=0.02),
        Check(name=f"EDGE of an irrelevant parameter, n = {shown}",
              cells=tuple(irrelevant), high=0.08),
    ]  # fmt: skip


def _hits(found: dict[tuple[str, int], list[Level]], sizes: tuple[int, ...]) -> list[Check]:
    def cell(name: str, n: int):
        return share(f"n={n}", _is_edge(found[name, n]))

    return [
        Check(name="EDGE where the optimum lies outside by 0.3, n = 16",
              cells=(cell("optimum outside by 0.3", 16),), low=0.5),
        Check(name="EDGE where the optimum lies outside by 0.3, n = 32",
              cells=(cell("optimum outside by 0.3", 32),), low=0.75),
        Check(name="EDGE where the optimum lies outside by 0.8, n of 16 and more",
              cells=tuple(cell("optimum outside by 0.8", n) for n in sizes if n >= 16), low=0.8),
    ]  # fmt: skip


def _grid(found: dict[tuple[str, int], list[Level]], sizes: tuple[int, ...]) -> Grid:
    rows = [
        (name, *(_shares(found[name, n]) for n in sizes)) for name in SURFACES
    ]  # fmt: skip
    return Grid(
        name="boundary",
        title="EDGE / SUSPECT / OK / UNDECIDED, in % of studies",
        header=("surface", *(f"n = {n}" for n in sizes)),
        rows=tuple(rows),
        note=f"{len(found[INSIDE[0], sizes[0]]):,} studies per cell, three parameters, scrambled "
        "Halton points, trial noise 0.03.",
    )


def _shares(said: list[Level]) -> str:
    counts, n = Counter(said), len(said)
    order = (Level.EDGE, Level.SUSPECT, Level.OK, Level.UNDECIDED)
    return " / ".join(f"{100 * counts[level] / n:.0f}" for level in order)


def _contrast(scale: Scale, sizes: tuple[int, ...]) -> Grid:
    rows = []
    for name in ("parameter irrelevant", "optimum outside by 0.3"):
        alone = [percent(_outer_alone(scale, name, n), 0) for n in sizes]
        pooled = [
            percent(float(_is_edge(levels(scale, name, n, replicates=4)).mean()), 0) for n in sizes
        ]
        rows.append((f"{name}: the best in the outer tenth, alone", *alone))
        rows.append((f"{name}: EDGE from 4 searches of n/4, pooled", *pooled))
    return Grid(
        name="boundary-contrast",
        title="A simpler rule, and replicated searches",
        header=("", *(f"n = {n}" for n in sizes)),
        rows=tuple(rows),
        note="The simpler rule cries wolf in a fifth of all studies, however many trials there "
        "are.",
    )


def _outer_alone(scale: Scale, name: str, n: int) -> float:
    rng = scale.rng(f"outer {name} {n}")
    return float(np.mean([_is_outer(searched(SURFACES[name], n, rng))
                          for _ in range(scale.few(5, 30))]))  # fmt: skip


def _is_outer(search: Search) -> bool:
    best = search.units[search.scores.argmin(), 0]
    return bool(best < 0.1 or best > 0.9)
