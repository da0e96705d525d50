"""A vectorised twin of contrast and judge, and the product itself on the same studies.

20,000 studies through Python objects take minutes per cell. The twin follows the same rules over
arrays; `equality` judges a sample of the studies by the product too and counts the ones that agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

from trialist.analysis.evidence import evidence_at
from trialist.decide.rules import judge
from trialist.design.looks import Judging, planned_looks
from trialist.values.events import RunStatus
from trialist.values.evidence import Interval, RunRecord
from trialist.values.judging import Mode
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing
from trialist.values.plan import Protocol
from trialist.values.verdict import Verdict, VerdictCode

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int8]

OPEN, BETTER, RELEVANT, WORSE, EQUAL, NOT_WORTH = range(6)
CODES = {
    VerdictCode.REFUSED: OPEN,
    VerdictCode.INCONCLUSIVE: OPEN,
    VerdictCode.IMPROVEMENT: BETTER,
    VerdictCode.RELEVANT_IMPROVEMENT: RELEVANT,
    VerdictCode.REGRESSION: WORSE,
    VerdictCode.EQUIVALENT: EQUAL,
    VerdictCode.NO_RELEVANT_IMPROVEMENT: NOT_WORTH,
}
_SDS_TO_CALL_EQUAL = {2: 3.0, 3: 3.0, 4: 2.5}
_ALPHA = 0.05


@cache
def protocol(
    candidates: int,
    looks: tuple[int, ...],
    *,
    paired: bool,
    relevant: float | None = None,
    mode: Mode = Mode.CONFIRM,
    judging: Judging | None = None,
) -> Protocol:
    """Give what `design` plans for this family; by default Holm over exact thresholds."""
    how = judging or Judging(paired=paired)
    return Protocol(
        metric=Metric(name="val/x", goal=Goal.MAXIMIZE, relevant=relevant),
        variants=("baseline", *(f"v{k}" for k in range(candidates))),
        baseline="baseline",
        looks=planned_looks(looks, candidates, how),
        paired=paired,
        mode=mode,
        variance=how.variance,
        is_open=how.is_open,
    )


def verdicts_of(plan: Protocol, study: Array) -> tuple[Verdict, ...]:
    """Judge one study, of shape (variants, seeds), by the product, at every look of `plan`."""
    records = [
        RunRecord(variant=name, seed=seed, status=RunStatus.FINISHED, value=value)
        for name, row in zip(plan.variants, study.tolist(), strict=True)
        for seed, value in enumerate(row)
    ]
    evidence = [
        evidence_at(plan, records, look_index=index, seeds=range(look.n))
        for index, look in enumerate(plan.looks, start=1)
    ]
    return judge(plan, evidence).verdicts


def any_difference(plan: Protocol, studies: Array) -> npt.NDArray[np.bool_]:
    """Tell for each study whether the product finds any difference."""
    found = [[CODES[v.name] for v in verdicts_of(plan, study)] for study in studies]
    return np.isin(np.array(found), (BETTER, RELEVANT, WORSE)).any(axis=1)


@dataclass(frozen=True, kw_only=True)
class Tests:
    """The tests of one look, arrays of shape (studies, candidates); NaN where nothing is tested."""

    estimate: Array
    se: Array
    df: Array
    p: Array
    sd: Array
    n: npt.NDArray[np.int64]

    @property
    def tested(self) -> npt.NDArray[np.bool_]:
        return np.isfinite(self.p)

    def interval(self, threshold: float | Array) -> tuple[Array, Array]:
        """Give both ends of the interval at a p threshold."""
        half = -stdtrit(self.df, np.asarray(threshold) / 2) * self.se
        return self.estimate - half, self.estimate + half


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was said in the end, arrays of shape (studies, candidates)."""

    code: Codes
    n: npt.NDArray[np.int64]
    estimate: Array
    low: Array
    high: Array
    p: Array

    @property
    def differs(self) -> npt.NDArray[np.bool_]:
        return np.isin(self.code, (BETTER, RELEVANT, WORSE))

    @property
    def any_difference(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.differs.any(axis=1))


def tests_of(values: Array, *, paired: bool) -> Tests:
    """Test every candidate against the first variant."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _paired(values) if paired else _unpaired(values)


def _moments(values: Array) -> tuple[npt.NDArray[np.int64], Array, Array]:
    there = np.isfinite(values)
    n = there.sum(axis=-1)
    filled = np.where(there, values, 0.0)
    means = filled.sum(axis=-1) / n
    squares = np.where(there, values - means[..., None], 0.0) ** 2
    return n, means, squares.sum(axis=-1) / (n - 1)


def _spreads(values: Array, size: Array) -> npt.NDArray[np.bool_]:
    there = np.isfinite(values)
    highest = np.where(there, values, -np.inf).max(axis=-1)
    lowest = np.where(there, values, np.inf).min(axis=-1)
    return np.asarray(highest - lowest > np.maximum(1e-10 * np.abs(highest), 2e-15 * size))


def _paired(values: Array) -> Tests:
    differences = values[:, 1:] - values[:, :1]
    n, estimate, variance = _moments(differences)
    size = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=(1, 2))[:, None]
    tested = (n >= 3) & _spreads(differences, size)
    se, df = np.sqrt(variance / n), n - 1.0
    return _tests(estimate, se, df, np.sqrt(variance), n, tested)


def _unpaired(values: Array) -> Tests:
    n, means, variance = _moments(values)
    n_a, n_b = np.broadcast_arrays(n[:, :1], n[:, 1:])
    v_a, v_b = np.broadcast_arrays(variance[:, :1], variance[:, 1:])
    size = np.where(np.isfinite(values), np.abs(values), 0.0).max(axis=2)
    spread = _spreads(values, size)
    estimate = means[:, 1:] - means[:, :1]
    part_a, part_b = v_a / n_a, v_b / n_b
    pool_df = n_a + n_b - 2.0
    pool = ((n_a - 1) * v_a + (n_b - 1) * v_b) / pool_df
    small, large = np.minimum(n_a, n_b), np.maximum(n_a, n_b)
    unequal = (small <= 2) | ((small <= 3) & (large >= 3 * small))
    se = np.where(unequal, np.sqrt(pool * (1 / n_a + 1 / n_b)), np.sqrt(part_a + part_b))
    welch_df = (part_a + part_b) ** 2 / (part_a**2 / (n_a - 1) + part_b**2 / (n_b - 1))
    least = np.minimum(n_a, n_b)
    tested = (least >= 3) | ((least == 2) & (pool_df >= 6))
    tested &= spread[:, :1] | spread[:, 1:]
    return _tests(estimate, se, np.where(unequal, pool_df, welch_df), np.sqrt(pool), least, tested)


def _tests(
    estimate: Array,
    se: Array,
    df: Array,
    sd: Array,
    n: npt.NDArray[np.int64],
    tested: npt.NDArray[np.bool_],
) -> Tests:
    p = np.where(tested, 2 * stdtr(df, -np.abs(estimate / se)), np.nan)
    return Tests(estimate=estimate, se=se, df=df, p=p, sd=sd, n=n)


def judged(values: Array, plan: Protocol) -> Outcome:
    """Judge all studies, of shape (studies, variants, seeds), look by look."""
    studies, variants, _ = values.shape
    shape = (studies, variants - 1)
    code = np.zeros(shape, dtype=np.int8)
    n = np.zeros(shape, dtype=np.int64)
    estimate, low, high, p = (np.full(shape, np.nan) for _ in range(4))
    open_ = np.ones(shape, dtype=bool)
    for place, look in enumerate(plan.looks):
        # a candidate is tested on its own look, as the product does; settled ones stay as they are
        tests = tests_of(values[:, :, : look.n], paired=plan.paired)
        n_unrejected = shape[1] - np.isin(code, (BETTER, RELEVANT, WORSE)).sum(axis=1)
        rejected = (
            _step_up(tests.p)
            if plan.mode is Mode.EXPLORE
            else _step_down(np.where(open_, tests.p, np.nan), look.thresholds, n_unrejected)
        )
        wide = look.thresholds[-1]
        ends = (
            tests.interval(wide) if wide > 0 else (np.full(shape, -np.inf), np.full(shape, np.inf))
        )
        now = _codes(tests, ends, rejected, plan.metric.relevant)
        is_last = place == len(plan.looks) - 1
        taken = open_ & ((now != OPEN) | is_last)
        for store, new in (
            (code, now), (n, tests.n), (estimate, tests.estimate), (p, tests.p),
            (low, np.where(tests.tested, ends[0], np.nan)),
            (high, np.where(tests.tested, ends[1], np.nan)),
        ):  # fmt: skip
            store[taken] = new[taken]
        open_ &= ~taken
    return Outcome(code=code, n=n, estimate=estimate, low=low, high=high, p=p)


def _step_down(
    p: Array, row: Sequence[float], n_unrejected: npt.NDArray[np.int64]
) -> npt.NDArray[np.bool_]:
    order = np.argsort(np.where(np.isfinite(p), p, np.inf), axis=1)
    ranked = np.take_along_axis(p, order, axis=1)
    place = np.maximum(n_unrejected[:, None] - 1 - np.arange(p.shape[1]), 0)
    limit = np.asarray(row)[place]
    with np.errstate(invalid="ignore"):
        going = np.logical_and.accumulate((ranked <= limit) & (limit > 0), axis=1)
    rejected = np.zeros(p.shape, dtype=bool)
    np.put_along_axis(rejected, order, going, axis=1)
    return rejected


def _step_up(p: Array) -> npt.NDArray[np.bool_]:
    m = p.shape[1]
    filled = np.where(np.isfinite(p), p, 1.0)
    order = np.argsort(filled, axis=1)
    ranked = np.take_along_axis(filled, order, axis=1)
    meets = ranked <= _ALPHA * np.arange(1, m + 1) / m
    last = np.where(meets.any(axis=1), m - np.argmax(meets[:, ::-1], axis=1), 0)
    rejected = np.zeros(p.shape, dtype=bool)
    np.put_along_axis(rejected, order, np.arange(m) < last[:, None], axis=1)
    return rejected & np.isfinite(p)


def _codes(
    tests: Tests,
    ends: tuple[Array, Array],
    rejected: npt.NDArray[np.bool_],
    relevant: float | None,
) -> Codes:
    low, high = ends
    code = np.full(rejected.shape, OPEN, dtype=np.int8)
    code[rejected & (tests.estimate < 0)] = WORSE
    code[rejected & (tests.estimate >= 0)] = BETTER
    if relevant is None:
        return code
    code[(code == BETTER) & (low > relevant)] = RELEVANT
    sds = np.zeros(rejected.shape)
    for few, least in _SDS_TO_CALL_EQUAL.items():
        sds[tests.n == few] = least
    below = tests.tested & ~rejected & (high < relevant)
    equal = below & (low > -relevant) & (relevant >= sds * tests.sd)
    code[below] = NOT_WORTH
    code[equal] = EQUAL
    return code


def equality(values: Array, plan: Protocol) -> npt.NDArray[np.bool_]:
    """Tell for each study whether the product says exactly what the twin says."""
    twin = judged(values, plan)
    same = []
    for place, study in enumerate(values):
        verdicts = verdicts_of(plan, study)
        same.append(all(_same(twin, place, k, verdict) for k, verdict in enumerate(verdicts)))
    return np.array(same)


def _same(twin: Outcome, place: int, k: int, verdict: Verdict) -> bool:
    if CODES[verdict.name] != twin.code[place, k]:
        return False
    if isinstance(verdict.p, Missing) or verdict.test == "":
        return bool(np.isnan(twin.p[place, k]))
    if np.isnan(twin.p[place, k]):  # two runs: an interval without a verdict
        return verdict.n <= 2
    interval = verdict.interval
    ends = (interval.low, interval.high) if isinstance(interval, Interval) else (math.nan,) * 2
    ours = (verdict.p, verdict.estimate, *ends, float(verdict.n))
    theirs = (twin.p[place, k], twin.estimate[place, k], twin.low[place, k], twin.high[place, k],
              float(twin.n[place, k]))  # fmt: skip
    return all(
        math.isclose(float(a), float(b), rel_tol=1e-7, abs_tol=1e-9)  # type: ignore[arg-type]
        for a, b in zip(ours, theirs, strict=True)
    )
