"""Evidence: what the runs say, before anything is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from trialist.values.events import FailureKind, RunStatus
from trialist.values.missing import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What is known of one run.

    Attributes:
        variant: The variant's name.
        seed: The replicate's number; None where a table of results names none.
        status: How the run stands.
        value: The goal metric in its own sign; None unless `status` is finished.
        failure: Why it failed, where it did.
        error: The failure's message, where it failed.
        attempts: How many attempts there are.
        last_step: The last step that its last attempt logged.
        seconds: Training time of the attempt that counts.
        journal: The journal's path from the study's folder.
        journal_digest: SHA-256 of the journal up to its end line.
        plan_hash: The plan that the attempt which counts was made under; None where no plan was.
        code: The other code that made it, where the plan was amended and its own code is not the
            one; named by the first plan that had it. None elsewhere.
    """

    variant: str
    seed: int | None
    status: RunStatus
    value: float | None = None
    failure: FailureKind | None = None
    error: str | None = None
    attempts: int = 1
    last_step: int | None = None
    seconds: float | None = None
    journal: str | None = None
    journal_digest: str | None = None
    plan_hash: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSeeds:
    """The seeds whose runs one code made.

    Attributes:
        code: The first plan that had the code; None for the code of the plan itself.
        seeds: In the order of the plan.
    """

    code: str | None
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The finished runs of one variant, with those that gave no value counted.

    Attributes:
        variant: The variant's name.
        seeds: One per value; None where a table names no seeds.
        values: The goal metric in its own sign.
        n_failed: Runs that failed beyond their retries.
        n_diverged: Runs whose goal metric was NaN or infinite.
        codes: The codes that made the runs, each with its seeds, those without a value among them;
            empty where all are of the plan's own code.
    """

    variant: str
    seeds: tuple[int | None, ...]
    values: tuple[float, ...]
    n_failed: int = 0
    n_diverged: int = 0
    codes: tuple[CodeSeeds, ...] = ()

    @property
    def n(self) -> int:
        """The number of values."""
        return len(self.values)

    @property
    def n_lost(self) -> int:
        """Runs without a value: failed and diverged."""
        return self.n_failed + self.n_diverged


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A range with both ends."""

    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the distance between the ends."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSize:
    """A standardized difference with its interval."""

    name: str
    value: float
    interval: Interval | Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRate:
    """How many runs of one variant gave no value, and how often that may happen.

    Attributes:
        n_lost: Runs that diverged or failed.
        n_runs: All runs, those with a value among them.
        interval: Clopper and Pearson's interval of the rate.
    """

    n_lost: int
    n_runs: int
    interval: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """The first part of a verdict where runs gave no value: do the variants lose runs alike?

    Attributes:
        variant: The candidate's rate.
        baseline: The baseline's rate.
        p: Fisher's exact two-sided p of equal rates.
    """

    variant: LossRate
    baseline: LossRate
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """Another analysis of the same runs, shown beside the verdict; it decides nothing.

    Attributes:
        name: "permutation", "sign-flip" or "bootstrap-t".
        p: Its two-sided p, where it gives one.
        interval: Its interval at the single level, where it gives one; oriented, plus is better.
    """

    name: str
    p: float | None = None
    interval: Interval | None = None


class Problem(StrEnum):
    """What keeps two samples from being tested."""

    NO_RUNS = "no_runs"  # a side has no value at all
    ONE_RUN = "one_run"  # a side has a single value (or there is a single pair)
    TWO_RUNS = "two_runs"  # a side has two values and the other cannot lend its spread
    NO_SPREAD = "no_spread"  # every value is the same number
    CONSTANT = "constant"  # the difference is constant and not zero
    FEW_RUNS = "few_runs"  # so few runs of a recipe that no number of examples replaces more
    FEW_EXAMPLES = "few_examples"  # (almost) no example, or cluster, has a value of both
    OTHER_CODE = "other_code"  # the runs were made by two codes that nobody declared equal
    NOT_FINITE = "not_finite"  # an example's value is NaN or infinite


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedNoise:
    """The pooled noise of a family, and this comparison's p over the whole family.

    Attributes:
        n_baseline: Runs of the baseline.
        n_others: Runs of every candidate.
        p: Dunnett's p: it allows for all comparisons at once.
        sd_ratio: The largest SD of a variant over the smallest; infinite where one has none.
    """

    n_baseline: int
    n_others: tuple[int, ...]
    p: float
    sd_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """What a comparison on single examples rests on.

    Attributes:
        n: Examples that every run of both has a value for.
        n_left_out: Examples that some run of either has no value for.
        n_clusters: Clusters that the examples belong to; None where each stands alone.
        only_baseline: Examples that only the baseline has right; None where values are not just
            right or wrong, or there are several runs.
        only_variant: Examples that only the variant has right.
        p_exact: McNemar's exact p, never below the mid-p that decides.
        noise: Shares of the noise that come from examples, from seeds, and from their interplay.
        alone: What the examples alone, and the seeds alone, would have said.
        center: The middle of the interval, where it is not the estimate.
        is_share: True where values are right or wrong: a difference lies between -1 and 1.
    """

    n: int
    n_left_out: int = 0
    n_clusters: int | None = None
    only_baseline: int | None = None
    only_variant: int | None = None
    p_exact: float | None = None
    noise: tuple[float, float, float] | None = None
    alone: tuple[Sensitivity, ...] = ()
    center: float | None = None
    is_share: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """A variant against the baseline: the estimate and its test, oriented so that plus is better.

    Attributes:
        variant: The variant's name.
        baseline: The baseline's name.
        design: "paired" or "unpaired".
        test: "paired t", "Welch t", "pooled t", "Dunnett", "block Dunnett", "moderated t" or
            "safe t".
        n: Pairs, or the size of the smaller side.
        n_variant: Values of the variant that were used.
        n_baseline: Values of the baseline that were used.
        estimate: Mean difference, positive where the variant is better.
        se: Its standard error.
        df: Degrees of freedom of the test.
        p: Two-sided p of no difference.
        sd: SD of the paired differences, or the pooled SD of the runs.
        correlation: Pearson's r of the pairs (paired designs).
        effect_size: Hedges' g with its interval.
        differences: The paired differences by seed (paired designs), oriented.
        n_unpaired: Values left out because their partner has none (paired designs).
        problem: What keeps the two from being tested; None where the test holds.
        hint: Something useful that can be said in spite of the problem.
        assumptions: What the test rests on, in words.
        shared_noise: What all variants of the family share where their noise is pooled.
        e_value: Evidence against no difference that may be looked at at any time (safe t).
        unassisted: Why the noise of earlier runs was not used (moderated t); None where it was.
        losses: Whether both lose runs alike; None where no run was lost.
        examples: What it rests on where single examples are compared, not runs.
    """

    variant: str
    baseline: str
    design: str
    test: str
    n: int
    n_variant: int
    n_baseline: int
    estimate: float | Missing
    se: float | Missing
    df: float | Missing
    p: float | Missing
    sd: float | Missing
    correlation: float | Missing
    effect_size: EffectSize | Missing
    differences: Mapping[int, float]
    n_unpaired: int = 0
    problem: Problem | None = None
    hint: str | None = None
    assumptions: tuple[str, ...] = ()
    shared_noise: SharedNoise | None = None
    e_value: float | None = None
    unassisted: str | None = None
    losses: Losses | None = None
    examples: Examples | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookEvidence:
    """All that is known at one look.

    Attributes:
        index: The look's place among the planned looks, from 1.
        samples: One per variant, from the planned seeds of this look.
        contrasts: One per candidate.
    """

    index: int
    samples: Mapping[str, Sample]
    contrasts: Mapping[str, Contrast]
