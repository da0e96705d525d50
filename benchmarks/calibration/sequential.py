"""Several looks: error over all of them, intervals after stopping, equivalence, how soon."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from benchmarks.calibration import draws, twin
from benchmarks.calibration.rows import Cell, Check, Measured, Scale, mean, share

LOOKS = (5, 8, 12, 20)
SCHEDULES = (LOOKS, (3, 5, 8, 12, 20), (3, 5, 10))
EFFECTS = (0.0, 0.5, 1.0, 2.0, 4.0)


def measure(scale: Scale) -> Measured:
    """Measure the default rule at its looks."""
    schedules = SCHEDULES[:1] if scale.quick else SCHEDULES
    return Measured(
        checks=(
            *_type_one(scale, schedules),
            *_other_noise(scale, schedules),
            _skewed(scale),
            *_family(scale),
            _after_a_find(scale),
            *_coverage(scale, schedules),
            *_false_equivalent(scale),
            *_how_soon(scale),
        )
    )


def _any(scale: Scale, name: str, draw: Callable[..., np.ndarray], k: int,
         looks: tuple[int, ...], paired: bool, **how: float) -> np.ndarray:  # fmt: skip
    values = draw(scale.rng(f"{name} {k} {looks} {paired}"), scale.studies, k + 1, looks[-1], **how)
    return twin.judged(values, twin.protocol(k, looks, paired=paired)).any_difference


def _type_one(scale: Scale, schedules: tuple[tuple[int, ...], ...]) -> list[Check]:
    checks = []
    for paired, low in ((True, 0.045), (False, None)):
        cells = [
            share(
                f"{looks}", _any(scale, "looks", draws.normal, 1, looks, paired, rho=0.5 * paired)
            )
            for looks in schedules
        ]
        test = "paired t" if paired else "Welch's t"
        checks.append(
            Check(name=f"type I over all looks, {test}, normal, looks {_listed(schedules)}",
                  cells=tuple(cells), low=low, high=0.055)
        )  # fmt: skip
    return checks


def _listed(schedules: tuple[tuple[int, ...], ...]) -> str:
    return " / ".join(" ".join(str(n) for n in looks) for looks in schedules)


def _other_noise(scale: Scale, schedules: tuple[tuple[int, ...], ...]) -> list[Check]:
    checks = []
    for paired in (True, False):
        cells = [
            share(f"{noise} {looks}", _any(scale, noise, draw, 1, looks, paired))
            for noise, draw in draws.OTHER.items()
            for looks in schedules
        ]
        test = "paired t" if paired else "Welch's t"
        checks.append(
            Check(name=f"type I over all looks, {test}, other noise ({', '.join(draws.OTHER)})",
                  cells=tuple(cells), high=0.06)
        )  # fmt: skip
    return checks


def _skewed(scale: Scale) -> Check:
    hits = _any(scale, "skewed", draws.skewed_pairs, 1, LOOKS, paired=True)
    return Check(
        name="known limit: looks 5 8 12 20 on strongly skewed paired differences (Gamma(2))",
        cells=(share("Gamma(2)", hits),),
        note="as at one look, the t test itself",
    )


def _family(scale: Scale) -> list[Check]:
    checks = []
    for paired in (True, False):
        cells = [
            share(f"k={k}", _any(scale, "family", draws.normal, k, LOOKS, paired, rho=0.5 * paired))
            for k in ((3,) if scale.quick else (3, 6))
        ]
        test = "paired t" if paired else "Welch's t"
        checks.append(
            Check(name=f"family-wise error over all looks, Holm, {test}, "
                  f"{' / '.join(cell.label[2:] for cell in cells)} variants",
                  cells=tuple(cells), high=0.055)
        )  # fmt: skip
    return checks


def _after_a_find(scale: Scale) -> Check:
    values = draws.normal(scale.rng("after a find"), scale.studies, 3, 20, 0.5)
    values[:, 1] += 3.0
    outcome = twin.judged(values, twin.protocol(2, LOOKS, paired=True))
    return Check(
        name="type I of the second variant after the first was found, looks 5 8 12 20",
        cells=(share("second", outcome.differs[:, 1]),),
        high=0.055,
    )


def _coverage(scale: Scale, schedules: tuple[tuple[int, ...], ...]) -> list[Check]:
    checks = []
    for paired in (True, False):
        cells = []
        for looks in schedules:
            for effect in EFFECTS:
                values = draws.normal(
                    scale.rng(f"rci {looks} {effect}"), scale.studies, 2, looks[-1], 0.5 * paired
                )
                values[:, 1] += effect
                outcome = twin.judged(values, twin.protocol(1, looks, paired=paired))
                holds = (outcome.low <= effect) & (effect <= outcome.high)
                cells.append(share(f"{looks} effect {effect:g}", holds[:, 0]))
        test = "paired t" if paired else "Welch's t"
        checks.append(
            Check(name=f"coverage of the repeated interval after stopping, {test}, effects 0 to 4 "
                  "SDs", cells=tuple(cells), low=0.945)
        )  # fmt: skip
    return checks


def _false_equivalent(scale: Scale) -> list[Check]:
    checks = []
    for name, looks in (("one look", (3,)), ("one look", (5,)), ("one look", (20,)),
                        ("looks 5 8 12 20", LOOKS)):  # fmt: skip
        cells: list[Cell] = []
        for paired in (True, False):
            for margin in (0.5, 1.0, 2.0, 3.0):
                values = draws.normal(
                    scale.rng(f"equal {looks} {margin}"), scale.studies, 2, looks[-1], 0.5 * paired
                )
                values[:, 1] += margin
                plan = twin.protocol(1, looks, paired=paired, relevant=margin)
                code = twin.judged(values, plan).code[:, 0]
                cells.append(share(f"{paired} {margin}", np.isin(code, (twin.EQUAL,))))
        where = f"n = {looks[0]}" if len(looks) == 1 else name
        checks.append(
            Check(name=f'false "equivalent" where the true difference is the relevant one, {where}',
                  cells=tuple(cells), high=0.025, note="paired and unpaired, 0.5 to 3 SDs")
        )  # fmt: skip
    return checks


def _how_soon(scale: Scale) -> list[Check]:
    checks = []
    for looks in (LOOKS, (3, 5, 8, 12, 20)):
        values = draws.normal(scale.rng(f"soon {looks}"), scale.studies, 2, looks[-1], 0.5)
        values[:, 1] += 2.0
        outcome = twin.judged(values, twin.protocol(1, looks, paired=True))
        name = _listed((looks,))
        checks += [
            Check(name=f"mean pairs until the verdict, 2 SDs of the differences, looks {name}",
                  cells=(mean("pairs", outcome.n[:, 0]),), high=8.5, unit="pairs"),
            Check(name=f"power there, looks {name}",
                  cells=(share("power", outcome.code[:, 0] == twin.BETTER),), low=0.99),
        ]  # fmt: skip
    return checks
