"""Whether SPARSE searches are those whose best trial is far from the best there is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from benchmarks.calibration.rows import Cell, Check, Grid, Measured, Scale, percent, short
from benchmarks.playbook.surfaces import Surface, searched, table_of

from trialist.analysis.density import density
from trialist.values.playbook import Level

SIZES = (8, 16, 32, 64)
NOISES = (0.01, 0.03, 0.1)


@dataclass(frozen=True, kw_only=True)
class Cases:
    """What the check says, study after study, and how far from the optimum the winner is."""

    sparse: np.ndarray
    regret: np.ndarray


def measure(scale: Scale) -> Measured:
    """Measure how SPARSE goes with regret, with the noise between runs known and unknown."""
    sizes = SIZES[:3] if scale.quick else SIZES
    cases = {
        (noise, n, known): _cases(scale, noise, n, known=known)
        for noise in NOISES
        for n in sizes
        for known in (True, False)
    }
    return Measured(checks=tuple(_checks(cases)), grids=(_grid(cases, sizes),))


def _cases(scale: Scale, noise: float, n: int, *, known: bool) -> Cases:
    rng = scale.rng(f"density {noise} {n}")
    surface = Surface(noise=noise)
    sparse, regret = [], []
    for _ in range(scale.few(5, 30)):
        search = searched(surface, n, rng)
        table = table_of({"base": [search]}, noise=noise if known else None)
        check = density(table)[0]
        # without the noise a lonely best is SUSPECT only: here is why
        sparse.append(check.level is Level.SPARSE if known else check.numbers["good"] == 1)
        regret.append(float(surface.quality(search.units[search.scores.argmin()])))
    return Cases(sparse=np.array(sparse), regret=np.array(regret))


def _checks(cases: dict[tuple[float, int, bool], Cases]) -> list[Check]:
    return [
        Check(name="rank correlation of SPARSE with regret in seed SDs, over all sizes and noises",
              cells=(_correlation(cases, known=True),), low=0.2),
        Check(name="contrast: of a best that is alone in a tenth of the interquartile range",
              cells=(_correlation(cases, known=False),), high=0.2,
              note="why it is no SPARSE where the noise is unknown"),
    ]  # fmt: skip


def _correlation(cases: dict[tuple[float, int, bool], Cases], *, known: bool) -> Cell:
    chosen = [(noise, case) for (noise, _, is_known), case in cases.items() if is_known is known]
    sparse = np.concatenate([case.sparse for _, case in chosen]).astype(float)
    regret = np.concatenate([case.regret / noise for noise, case in chosen])
    r = float(np.corrcoef(_ranks(sparse), _ranks(regret))[0, 1])
    return Cell(label="r", value=r, se=float(1 / np.sqrt(len(regret))))


def _ranks(values: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values))


def _grid(cases: dict[tuple[float, int, bool], Cases], sizes: tuple[int, ...]) -> Grid:
    rows = [
        (
            f"noise {noise:g}: {'SPARSE' if known else 'alone in 0.1 IQR'}",
            *(_shown(cases[noise, n, known], noise) for n in sizes),
        )
        for noise in NOISES
        for known in (True, False)
    ]
    first = next(iter(cases.values()))
    return Grid(
        name="density",
        title="Share of studies · mean regret in seed SDs where it holds, and where it does not",
        header=("", *(f"n = {n}" for n in sizes)),
        rows=tuple(rows),
        note=f"{len(first.sparse):,} studies per cell, three parameters. Regret is how much worse "
        "than the optimum the winner is without noise.",
    )


def _shown(case: Cases, noise: float) -> str:
    regrets = [
        short(float(case.regret[chosen].mean()) / noise) if chosen.any() else "-"
        for chosen in (case.sparse, ~case.sparse)
    ]
    return f"{percent(float(case.sparse.mean()), 0)} · {', '.join(regrets)}"
