"""One look, one comparison: the default tests, their intervals, their power."""

from __future__ import annotations

import numpy as np
from benchmarks.calibration import draws, twin
from benchmarks.calibration.rows import Cell, Check, Measured, Scale, share

from trialist.stats.interval import mean_interval
from trialist.values.evidence import Interval

SIZES = (3, 5, 8, 10, 20)
RHOS = (0.0, 0.5, 0.9)
UNEQUAL = ((3, 10), (2, 10), (3, 30), (3, 5), (5, 20))


def measure(scale: Scale) -> Measured:
    """Measure type I error, coverage and power at one look."""
    sizes = (3, 5, 10) if scale.quick else SIZES
    return Measured(
        checks=(
            *_type_one(scale, sizes),
            *_other_noise(scale, sizes),
            _unequal(scale),
            _two_runs(scale),
            *_coverage(scale, sizes),
            _refuses_the_mean(scale),
            *_power(scale),
            *_skewed(scale, sizes),
            *_same_as_the_product(scale),
        )
    )


def _outcome(scale: Scale, name: str, n: int, *, paired: bool, rho: float = 0.0) -> twin.Outcome:
    values = draws.normal(scale.rng(f"{name} {n} {rho}"), scale.studies, 2, n, rho)
    return twin.judged(values, twin.protocol(1, (n,), paired=paired))


def _type_one(scale: Scale, sizes: tuple[int, ...]) -> list[Check]:
    paired = [
        share(f"n={n} rho={rho}", _outcome(scale, "paired", n, paired=True, rho=rho).any_difference)
        for n in sizes
        for rho in RHOS
    ]
    welch = [
        share(f"n={n}", _outcome(scale, "welch", n, paired=False).any_difference) for n in sizes
    ]
    wrong = [
        share(
            f"n={n} rho=0.5",
            _outcome(scale, "pairs ignored", n, paired=False, rho=0.5).any_difference,
        )
        for n in sizes
    ]
    span = f"n = {sizes[0]} to {sizes[-1]}"
    return [
        Check(name=f"type I, paired t, normal, {span}, correlation 0 / 0.5 / 0.9",
              cells=tuple(paired), low=0.045, high=0.055),
        Check(name=f"type I, Welch's t, normal, {span}", cells=tuple(welch), high=0.055),
        Check(name=f"type I, Welch's t on pairs of correlation 0.5, {span}",
              cells=tuple(wrong), high=0.055, note="safe, and without the power of the pairs"),
    ]  # fmt: skip


def _other_noise(scale: Scale, sizes: tuple[int, ...]) -> list[Check]:
    checks = []
    for paired in (True, False):
        for noise, draw in draws.OTHER.items():
            cells = []
            for n in sizes:
                values = draw(scale.rng(f"{noise} {n}"), scale.studies, 2, n)
                outcome = twin.judged(values, twin.protocol(1, (n,), paired=paired))
                cells.append(share(f"n={n}", outcome.any_difference))
            test = "paired t" if paired else "Welch's t"
            checks.append(Check(name=f"type I, {test}, {noise}", cells=tuple(cells), high=0.06))
    return checks


def _unequal(scale: Scale) -> Check:
    cells = []
    for n_b, n_a in UNEQUAL:
        values = draws.normal(scale.rng(f"unequal {n_a} {n_b}"), scale.studies, 2, n_a)
        values[:, 1, n_b:] = np.nan
        outcome = twin.judged(values, twin.protocol(1, (n_a,), paired=False))
        cells.append(share(f"{n_b}+{n_a}", outcome.any_difference))
    sizes = ", ".join(f"{b} + {a}" for b, a in UNEQUAL)
    return Check(name=f"type I, unequal numbers of runs ({sizes})", cells=tuple(cells), high=0.06)


def _two_runs(scale: Scale) -> Check:
    cells = [
        share("paired" if paired else "unpaired",
              _outcome(scale, "two", 2, paired=paired).any_difference)
        for paired in (True, False)
    ]  # fmt: skip
    return Check(name="two runs a side: a difference is claimed", cells=tuple(cells), high=0.0)


def _coverage(scale: Scale, sizes: tuple[int, ...]) -> list[Check]:
    targets = {
        "normal": (0.945, 0.955),
        "ceiling": (0.905, None),
        "t with 3 df": (0.945, None),
    }
    truth = {"normal": 0.0, "ceiling": draws.CEILING_MEAN, "t with 3 df": 0.0}
    draw = {"normal": draws.normal, "ceiling": draws.ceiling, "t with 3 df": draws.heavy}
    return [
        Check(
            name=f"coverage of the 95 % t interval of a mean, {noise}",
            cells=tuple(
                share(
                    f"n={n}",
                    covers(draw[noise](scale.rng(f"cover {n}"), scale.studies, 1, n), truth[noise]),
                )
                for n in sizes
            ),
            low=low,
            high=high,
        )
        for noise, (low, high) in targets.items()
    ]


def covers(values: np.ndarray, truth: float) -> np.ndarray:
    """Tell for each row whether the product's t interval of its mean holds `truth`."""
    found = []
    for row in values[:, 0].tolist():
        interval = mean_interval(row).interval
        found.append(isinstance(interval, Interval) and interval.low <= truth <= interval.high)
    return np.array(found)


def _refuses_the_mean(scale: Scale) -> Check:
    studies = scale.few(40)
    cells = []
    for n in (3, 5, 10):
        plan = twin.protocol(1, (n,), paired=False)
        values = draws.diverging(scale.rng(f"refuses {n}"), 4 * studies, 2, n)
        lost = values[np.isnan(values).any(axis=(1, 2))][:studies]
        notes = [" ".join(twin.verdicts_of(plan, study)[0].notes) for study in lost]
        said = ["Given that the run trains" in note and "Nothing is said about the mean" in note
                for note in notes]  # fmt: skip
        cells.append(share(f"n={n}", said))
    return Check(
        name="1 in 10 diverges and one is seen, n = 3 / 5 / 10: refuses the mean over all runs",
        cells=tuple(cells), low=1.0, note="the product itself",
    )  # fmt: skip


def _power(scale: Scale) -> list[Check]:
    cases = (
        ("Welch's t, n = 3", False, 3, 0.0, None),
        ("Welch's t, n = 5", False, 5, 0.0, 0.75),
        ("paired t, correlation 0.5, n = 5", True, 5, 0.5, 0.88),
        ("paired t, correlation 0.5, n = 3", True, 3, 0.5, None),
    )
    checks = []
    for name, paired, n, rho, low in cases:
        values = draws.normal(scale.rng(f"power {name}"), scale.studies, 2, n, rho)
        values[:, 1] += 2.0
        outcome = twin.judged(values, twin.protocol(1, (n,), paired=paired))
        cell = share("power", outcome.code[:, 0] == twin.BETTER)
        checks.append(Check(name=f"power at 2 seed SDs, {name}", cells=(cell,), low=low))
    return checks


def _skewed(scale: Scale, sizes: tuple[int, ...]) -> list[Check]:
    cells = []
    for n in sizes:
        values = draws.skewed_pairs(scale.rng(f"skewed {n}"), scale.studies, 2, n)
        outcome = twin.judged(values, twin.protocol(1, (n,), paired=True))
        cells.append(share(f"n={n}", outcome.any_difference))
    return [
        Check(
            name="known limit: type I, paired t, strongly skewed differences (Gamma(2))",
            cells=tuple(cells),
            note="the t test itself fails there",
        ),
        Check(
            name="where that is so, the verdict says so: n = 5 / 10 / 20",
            cells=tuple(_cautioned(scale, draws.skewed_pairs, n) for n in (5, 10, 20)),
            note="the product itself; few runs cannot show their skew",
        ),
        Check(
            name="it says so of normal differences: n = 5 / 10 / 20",
            cells=tuple(_cautioned(scale, draws.normal, n) for n in (5, 10, 20)),
            high=0.05,
        ),
    ]


def _cautioned(scale: Scale, draw: draws.Draw, n: int) -> Cell:
    plan = twin.protocol(1, (n,), paired=True)
    studies = draw(scale.rng(f"cautioned {n}"), scale.few(40), 2, n)
    notes = [" ".join(twin.verdicts_of(plan, study)[0].notes) for study in studies]
    return share(f"n={n}", ["strongly skewed" in note for note in notes])


def _same_as_the_product(scale: Scale) -> list[Check]:
    studies = scale.few(100, 60)
    cases = {
        "paired, one look": (draws.normal, 1, (5,), True, None),
        "unpaired, one look": (draws.uneven, 1, (3,), False, None),
        "runs lost, one look": (draws.diverging, 1, (5,), False, 1.0),
        "pairs lost, one look": (draws.diverging, 1, (5,), True, 1.0),
        "family of 3, four looks": (draws.normal, 3, (5, 8, 12, 20), True, 1.0),
        "family of 2, unpaired, lost": (draws.diverging, 2, (3, 5, 10), False, 0.8),
    }
    cells = []
    for name, (draw, candidates, looks, paired, relevant) in cases.items():
        values = draw(scale.rng(f"same {name}"), studies, candidates + 1, looks[-1])
        values[: studies // 2, 1] += 1.5  # so that verdicts of all kinds come out
        plan = twin.protocol(candidates, looks, paired=paired, relevant=relevant)
        cells.append(share(name, twin.equality(values, plan)))
    return [
        Check(
            name="the vectorised twin says what contrast and judge say, in every study of a sample",
            cells=tuple(cells),
            low=1.0,
            note=f"{len(cases)} designs, {studies} studies each: codes, n, p, both ends",
        )
    ]
