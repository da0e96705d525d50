"""How often two parameters are said to interact that do not, and that do."""

from __future__ import annotations

import numpy as np
from benchmarks.calibration.rows import Cell, Check, Measured, Scale, share
from benchmarks.playbook.surfaces import Search, Surface, design, table_of

from trialist.analysis.interactions import interactions_of

SIZES = (16, 32, 64)
STRENGTH = 0.5
"""Of the product (a - 0.5) (b - 0.5), beside curves of strength 1."""


def measure(scale: Scale) -> Measured:
    """Measure false alarms on separate curves, and the power to see a product."""
    sizes = SIZES[1:2] if scale.quick else SIZES
    return Measured(
        checks=(
            Check(name="separate parabolas: any pair interacts, p of 5 %, n = 16 / 32 / 64",
                  cells=tuple(_any(scale, n, 0.0) for n in sizes), high=0.055),
            Check(name="a and b interact, by half of what their curves do: the pair is named",
                  cells=tuple(_any(scale, n, STRENGTH) for n in sizes), low=0.5),
        )
    )  # fmt: skip


def _any(scale: Scale, n: int, strength: float) -> Cell:
    rng = scale.rng(f"interactions {n} {strength}")
    told = [_is_told(rng, n, strength) for _ in range(scale.few(5, 60))]
    return share(f"n={n}", told)


def _is_told(rng: np.random.Generator, n: int, strength: float) -> bool:
    units = design(n, rng)
    product = strength * (units[:, 0] - 0.5) * (units[:, 1] - 0.5)
    search = Search(units=units, scores=Surface().scores(units, rng) + product)
    found = interactions_of(table_of({"base": [search]}), rng=rng)
    chosen = [one for one in found if not strength or (one.first, one.second) == ("a", "b")]
    return any(isinstance(one.p, float) and one.p <= 0.05 for one in chosen)
