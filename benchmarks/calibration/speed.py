"""What 50 comparisons cost, beside the bootstrap that people would run, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from benchmarks.calibration.rows import Check, Measured, Scale, fact

from trialist import StudyResult, compare
from trialist.stats.interval import t_interval
from trialist.stats.paired import paired_t

COMPARISONS, SEEDS, RESAMPLES = 50, 10, 10_000


def measure(scale: Scale) -> Measured:
    """Time both in turn; the quickest round of each counts, what else the machine does does not."""
    rng = scale.rng("speed")
    values = rng.normal(0.9, 0.01, size=(COMPARISONS + 1, SEEDS))
    names = ("verdicts", "table", "tests", "percentile", "default")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    verdict_table(values)  # imports
    for _ in range(3 if scale.quick else 15):
        seconds["verdicts"].append(_seconds(lambda: verdicts(values)))
        seconds["table"].append(_seconds(lambda: verdict_table(values)))
        seconds["tests"].append(_seconds(lambda: intervals(values)))
        seconds["percentile"].append(_seconds(lambda: bootstrap_loop(values, "percentile")))
        seconds["default"].append(_seconds(lambda: bootstrap_loop(values, "BCa")))
    best = {name: min(found) for name, found in seconds.items()}
    return Measured(
        checks=(
            Check(name="50 t tests with intervals against 50 x 10,000 resamples by SciPy, n = 10",
                  cells=(fact("ratio", best["percentile"] / best["tests"]),), low=5.0,
                  unit="x as fast", note="the same job: an interval and a decision"),
            Check(name="50 comparisons with all defaults, in words, against SciPy's default (BCa)",
                  cells=(fact("ratio", best["default"] / best["verdicts"]),), low=5.0,
                  unit="x as fast", note="without the sensitivity analyses of a report"),
            Check(name="the same against SciPy's quickest (percentile)",
                  cells=(fact("ratio", best["percentile"] / best["verdicts"]),), unit="x as fast"),
            Check(name="trialist: 50 paired comparisons to the table of verdicts",
                  cells=(fact("time", 1000 * best["table"]),), high=50.0, unit="ms",
                  note=f"SciPy's loops {1000 * best['percentile']:.0f} and "
                       f"{1000 * best['default']:.0f} ms"),
        )
    )  # fmt: skip


def verdict_table(values: np.ndarray) -> int:
    """Compare 50 variants with the baseline by the public function, to what a terminal shows."""
    return len(str(_compared(values)))


def verdicts(values: np.ndarray) -> int:
    """Compare 50 variants with the baseline by the public function, to sentences and notes."""
    return len(_compared(values).data.results.comparisons)


def _compared(values: np.ndarray) -> StudyResult:
    rows = values.tolist()
    data = {
        name: dict(enumerate(row))
        for name, row in zip(
            ("baseline", *(f"v{k}" for k in range(COMPARISONS))), rows, strict=True
        )
    }
    return compare(data, goal="maximize", metric="accuracy", paired=True, relevant=0.005)


def intervals(values: np.ndarray) -> int:
    """Give 50 paired t tests with their 95 % intervals by the product's functions."""
    found = 0
    for row in (values[1:] - values[0]).tolist():
        test = paired_t(row)
        interval = t_interval(test.estimate, test.se, test.df, p_threshold=0.05)
        found += interval.low > 0 or interval.high < 0
    return found


def bootstrap_loop(values: np.ndarray, method: str) -> int:
    """Give 50 bootstrap intervals of paired differences, as a script would."""
    from scipy.stats import bootstrap

    rng = np.random.default_rng(0)
    found = 0
    for row in values[1:]:
        ends = bootstrap(
            (row - values[0],), np.mean, n_resamples=RESAMPLES, method=method, rng=rng
        ).confidence_interval
        found += bool(ends.low > 0 or ends.high < 0)
    return found


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
