"""A variant against the baseline on single examples: one run each, or seeds crossed with them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trialist.analysis.examplehints import hint_on
from trialist.analysis.predictions import Arm, Predictions
from trialist.stats.crossed import MIN_SEEDS, CrossedT, crossed_mean, crossed_t
from trialist.stats.examplemean import MIN_EXAMPLES, Clusters, mean_noise
from trialist.stats.exampletest import example_t
from trialist.stats.interval import t_interval
from trialist.stats.mcnemar import McNemar, discordant_odds, mcnemar
from trialist.stats.paired import paired_t
from trialist.stats.ttest import TTest
from trialist.stats.unpaired import prefers_pooled, welch_t
from trialist.values.errors import InsufficientDataError
from trialist.values.evidence import Contrast, EffectSize, Examples, Problem, Sensitivity
from trialist.values.missing import Missing
from trialist.values.plan import Protocol

MCNEMAR, EXAMPLES, CLUSTERED = "McNemar mid-p", "paired t over examples", "t over clusters"
CROSSED, CROSSED_PAIRED = "crossed t", "crossed paired t"
ONE_RUN_EACH, SEEDS_BY_EXAMPLES = "examples", "seeds x examples"

_NO_EFFECT = Missing("the difference in the metric's own unit says how large it is")
_NO_CORRELATION = Missing("the pairs are examples, not seeds")
_NORMAL_RUNS = "the means of the runs are roughly normal"
_EQUAL_NOISE = "assumes equal noise between the seeds of both variants"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """What both have in common; `a` and `b` are (n_runs, n_examples) and turned: plus is better."""

    baseline: Arm
    variant: Arm
    a: NDArray[np.float64]
    b: NDArray[np.float64]
    clusters: Clusters | None
    n_left_out: int
    is_share: bool
    paired: bool
    sign: int

    @property
    def is_single(self) -> bool:
        return self.baseline.n == self.variant.n == 1

    @property
    def n_clusters(self) -> int | None:
        return None if self.clusters is None else len(np.unique(self.clusters))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Done:
    """A test that was done, with what is particular to it."""

    test: TTest | CrossedT | McNemar
    df: float
    sd: float
    effect: EffectSize | Missing = _NO_EFFECT
    center: float | None = None


def example_contrast(predictions: Predictions, name: str, *, protocol: Protocol) -> Contrast:
    """Compare variant `name` with the baseline on the examples that every run of both has.

    One run each: McNemar's mid-p where values are right or wrong, else the paired t over examples;
    clusters are taken as wholes. Three seeds each or more: the crossed two-way t. What lies
    between is a problem: two runs of a recipe never support a claim about it.

    Args:
        predictions: What the table says.
        name: The candidate.
        protocol: Says the baseline, the goal, and whether equal seeds are pairs by design.
    """
    pair = _pair(predictions, name, protocol)
    problem = _problem(pair)
    done: _Done | None = None
    if problem is None:
        try:
            done = _tested(pair)
        except InsufficientDataError:
            problem = _problem_of_spread(pair)
    return _contrast(pair, done, problem, hint_on(predictions, pair.baseline, pair.variant))


def _contrast(
    pair: _Pair, done: _Done | None, problem: Problem | None, hint: str | None
) -> Contrast:
    reason = Missing("there is nothing to test: see the reason")
    test = None if done is None else done.test
    constant = float(pair.b.mean() - pair.a.mean()) if problem is Problem.CONSTANT else reason
    return Contrast(
        variant=pair.variant.variant,
        baseline=pair.baseline.variant,
        design=ONE_RUN_EACH if pair.is_single else SEEDS_BY_EXAMPLES,
        test=_test_name(pair),
        n=min(len(pair.a), len(pair.b)),
        n_variant=len(pair.b),
        n_baseline=len(pair.a),
        estimate=constant if test is None else test.estimate,
        se=reason if test is None else test.se,
        df=reason if done is None else done.df,
        p=reason if test is None else test.p,
        sd=reason if done is None else done.sd,
        correlation=_NO_CORRELATION,
        effect_size=reason if done is None else done.effect,
        differences={},
        problem=problem,
        hint=hint,
        assumptions=() if done is None else _assumptions(pair),
        examples=_examples(pair, done),
    )


def _pair(predictions: Predictions, name: str, protocol: Protocol) -> _Pair:
    baseline, variant = predictions.arms[protocol.baseline], predictions.arms[name]
    first = list(range(baseline.n)), list(range(variant.n))
    if protocol.paired and max(baseline.n, variant.n) > 1:
        shared = [seed for seed in baseline.seeds if seed in variant.seeds]
        first = (
            [baseline.seeds.index(seed) for seed in shared],
            [variant.seeds.index(seed) for seed in shared],
        )
    common = baseline.complete & variant.complete
    clusters = predictions.clusters
    if clusters is not None:
        clusters = np.unique(clusters[common], return_inverse=True)[1]
    sign = protocol.metric.goal.sign
    either = baseline.present.any(axis=0) | variant.present.any(axis=0)
    return _Pair(
        baseline=baseline,
        variant=variant,
        a=np.ascontiguousarray(sign * baseline.values[first[0]][:, common]),
        b=np.ascontiguousarray(sign * variant.values[first[1]][:, common]),
        clusters=clusters,
        n_left_out=int(either.sum() - common.sum()),
        is_share=predictions.is_share,
        paired=protocol.paired,
        sign=sign,
    )


def _problem(pair: _Pair) -> Problem | None:
    n_runs, n_examples = min(len(pair.a), len(pair.b)), pair.a.shape[1]
    if not (np.isfinite(pair.a).all() and np.isfinite(pair.b).all()):
        return Problem.NOT_FINITE
    if n_examples < MIN_EXAMPLES:
        return Problem.FEW_EXAMPLES
    if not pair.is_single and n_runs < MIN_SEEDS:
        return Problem.FEW_RUNS
    try:
        mean_noise(pair.a[0], pair.clusters)
    except InsufficientDataError:
        return Problem.FEW_EXAMPLES
    return None


def _problem_of_spread(pair: _Pair) -> Problem:
    apart = abs(float(pair.b.mean() - pair.a.mean()))
    size = max(float(np.abs(pair.a).max()), float(np.abs(pair.b).max()))
    return Problem.NO_SPREAD if apart <= 1e-10 * size else Problem.CONSTANT


def _test_name(pair: _Pair) -> str:
    if not pair.is_single:
        return CROSSED_PAIRED if pair.paired else CROSSED
    if pair.clusters is not None:
        return CLUSTERED
    return MCNEMAR if pair.is_share else EXAMPLES


def _tested(pair: _Pair) -> _Done:
    name = _test_name(pair)
    if name in (CROSSED, CROSSED_PAIRED):
        crossed = _crossed(pair)
        return _Done(test=crossed, df=crossed.df, sd=crossed.sd)
    a, b = pair.a[0], pair.b[0]
    if name != MCNEMAR:
        over_examples = example_t(a, b, clusters=pair.clusters)
        return _Done(test=over_examples, df=over_examples.df, sd=over_examples.sd)
    paired = mcnemar(only_baseline=int((a > b).sum()), only_variant=int((b > a).sum()), n=len(a))
    return _Done(
        test=paired,
        df=float("inf"),
        sd=float((b - a).std(ddof=1)),
        effect=discordant_odds(paired),
        center=paired.center,
    )


def _crossed(pair: _Pair) -> CrossedT:
    if pair.paired:
        return crossed_mean(pair.b - pair.a, clusters=pair.clusters)
    return crossed_t(pair.a, pair.b, clusters=pair.clusters)


def _examples(pair: _Pair, done: _Done | None) -> Examples:
    examples = Examples(
        n=pair.a.shape[1],
        n_left_out=pair.n_left_out,
        n_clusters=pair.n_clusters,
        is_share=pair.is_share,
    )
    if done is None:
        return examples
    if isinstance(done.test, CrossedT):
        shares = done.test.shares
        noise = (shares.examples, shares.seeds, shares.interplay)
        return replace(examples, noise=noise, alone=_alone(pair))
    exact = done.test.p_exact if isinstance(done.test, McNemar) else None
    examples = replace(examples, noise=(1.0, 0.0, 0.0), center=done.center, p_exact=exact)
    if not pair.is_share:
        return examples
    return replace(
        examples,
        only_baseline=int((pair.a > pair.b).sum()),
        only_variant=int((pair.b > pair.a).sum()),
    )


def _alone(pair: _Pair) -> tuple[Sensitivity, ...]:
    """Give what a look at the examples alone, or at the seeds alone, says."""
    found = []
    for name, test in (("examples alone", _over_examples), ("seeds alone", _over_seeds)):
        try:
            said = test(pair)
        except InsufficientDataError:
            continue
        interval = t_interval(said.estimate, said.se, said.df, p_threshold=0.05)
        found.append(Sensitivity(name=name, p=said.p, interval=interval))
    return tuple(found)


def _over_examples(pair: _Pair) -> TTest:
    return example_t(pair.a.mean(axis=0), pair.b.mean(axis=0), clusters=pair.clusters)


def _over_seeds(pair: _Pair) -> TTest:
    if pair.paired:
        return paired_t((pair.b - pair.a).mean(axis=1).tolist())
    return welch_t(pair.a.mean(axis=1).tolist(), pair.b.mean(axis=1).tolist())


def _assumptions(pair: _Pair) -> tuple[str, ...]:
    unit = "examples" if pair.clusters is None else "clusters of examples"
    drawn = f"the {unit} are independent, and drawn from those that the claim is about"
    if pair.is_single:
        return (drawn, "the models are these two; another training run is another model")
    seeds = "equal seeds share their random sources" if pair.paired else "the runs are independent"
    if not pair.paired and prefers_pooled(len(pair.a), len(pair.b)):
        return (drawn, seeds, _NORMAL_RUNS, _EQUAL_NOISE)
    return (drawn, seeds, _NORMAL_RUNS)
