"""`trialist power`: how many seeds for which difference, from a known spread or from a pilot."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from trialist.design.seedplan import SeedPlan, SeedQuestion, SeedsNeeded, plan_seeds
from trialist.design.seedwords import further_sentences, needed_sentence, refusal
from trialist.lab.pilot import Pilot, pilot_of
from trialist.render.style import TextStyle
from trialist.values.errors import ConfigError, Mistake
from trialist.values.metric import Goal, Metric
from trialist.values.missing import Missing, present

_FORMAT = 1
_SEED = 20260101  # of the studies with several looks, which are simulated
_MOST_SEEDS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerReport:
    """How many seeds it takes, and what the affordable ones can do.

    Attributes:
        plan: The answer in numbers.
        metric: The metric with its relevant difference; the goal plays no part.
        caveats: What limits the answer, as sentences.
    """

    plan: SeedPlan
    metric: Metric
    caveats: tuple[str, ...] = ()

    @property
    def seeds(self) -> SeedsNeeded | Missing:
        """Seeds per variant that find the relevant difference, as a range."""
        return self.plan.needed

    @property
    def table(self) -> tuple[Any, ...]:
        """What each number of seeds can do."""
        return self.plan.rows

    @property
    def sentence(self) -> str:
        """The answer in words."""
        return needed_sentence(self.plan, self.metric)

    @property
    def refusal(self) -> str | None:
        """Why the affordable plan is refused; None where it is not."""
        return refusal(self.plan, self.metric)

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as plain data."""
        plan, question = self.plan, self.plan.question
        return {
            "format": _FORMAT,
            "sd": question.sd,
            "df": question.df,
            "sd_bounds": None if question.df is None else [question.sds[0], question.sds[2]],
            "relevant": question.relevant,
            "paired": question.paired,
            "comparisons": question.n_comparisons,
            "power": question.power,
            "looks": list(question.looks),
            "seeds": _range(plan.needed),
            "seeds_equal": _range(plan.equal),
            "table": [
                {
                    "n": row.n,
                    "detectable": row.detectable,
                    "half_width": row.half_width,
                    "found": present(row.found),
                    "found_if_noisier": present(row.found_if_noisier),
                    "equal": present(row.equal),
                }
                for row in plan.rows
            ],
            "claim": None if isinstance(plan.risk, Missing) else asdict(plan.risk),
            "several_looks": None if plan.several is None else asdict(plan.several),
            "ways": None if plan.ways is None else asdict(plan.ways),
            "sentence": self.sentence,
            "refusal": self.refusal,
            "caveats": list(self.caveats),
        }

    def text(self, *, style: TextStyle | None = None, quiet: bool = False) -> str:
        """Give the answer as text for a terminal.

        Args:
            style: Width and color; plain text in 80 columns without it.
            quiet: True for the sentences only.
        """
        from trialist.render.powertext import power_text, sentences_text

        refused = self.refusal
        sentences = [
            *([] if refused is None else [refused]),
            self.sentence,
            *further_sentences(self.plan, self.metric),
        ]
        style = style or TextStyle()
        if quiet:
            return sentences_text(sentences, style=style)
        return power_text(
            self.plan, self.metric, sentences=sentences, caveats=self.caveats, style=style
        )

    def __str__(self) -> str:
        return self.text()


def power(  # noqa: PLR0913 — one keyword per option of the command
    data: Any = None,
    *,
    sd: float | None = None,
    relevant: float | None = None,
    paired: bool = False,
    correlation: float | None = None,
    n_pilot: int | None = None,
    n_variants: int | None = None,
    seeds: int | Mapping[str, int] | None = None,
    looks: Sequence[int] = (),
    target: float = 0.8,
    metric: str | None = None,
    variant: str = "variant",
    seed: str = "seed",
    where: Mapping[str, str] | None = None,
    baseline: str | None = None,
) -> PowerReport:
    """Say how many seeds find a difference, and what the affordable ones can do.

    Args:
        data: A pilot's runs, as `compare` takes them; None where `sd` is given.
        sd: The SD between runs; paired and without a correlation: of the paired differences.
        relevant: The smallest difference worth having, in the metric's unit.
        paired: True where equal seeds will share their random sources by design.
        correlation: The correlation of the pairs, for `sd` between runs.
        n_pilot: Runs that `sd` comes from; without it, it is taken as exact.
        n_variants: Variants that are compared with the baseline; default 1, or the pilot's.
        seeds: The seeds per variant that can be afforded: a number, or `{"min": 5, "max": 20}`.
        looks: When it is looked at, the last one the most seeds.
        target: The wanted probability of finding the difference.
        metric: The metric's column, or its name.
        variant: The column that names the variant.
        seed: The column that names the seed.
        where: Only the rows in which each column has this value.
        baseline: What pairs of the pilot are made with.

    Raises:
        ConfigError: With everything that is missing or impossible.
        TableError: If the pilot's table cannot be read.
        InsufficientDataError: If the pilot has no spread.

    Example:
        >>> report = power(sd=0.004, relevant=0.005, n_pilot=5)
        >>> report.seeds.low, report.seeds.point, report.seeds.high
        (8, 12, 26)
    """
    import numpy as np

    asked = Pilot(
        data=data,
        sd=sd,
        paired=paired,
        correlation=correlation,
        n_pilot=n_pilot,
        metric=metric,
        variant=variant,
        seed=seed,
        where=where or {},
        baseline=baseline,
    )
    moments = _moments(seeds, looks)
    _check(relevant=relevant, target=target, n_variants=n_variants, looks=moments)
    spread = pilot_of(asked)
    question = SeedQuestion(
        sd=spread.sd,
        df=spread.df,
        relevant=relevant,
        paired=paired,
        n_comparisons=n_variants or spread.n_comparisons,
        looks=moments,
        power=target,
    )
    named = Metric(name=spread.metric, goal=Goal.MAXIMIZE, relevant=relevant)
    return PowerReport(
        plan=plan_seeds(question, rng=np.random.default_rng(_SEED)),
        metric=named.seen(spread.values),
        caveats=spread.caveats,
    )


def _moments(seeds: int | Mapping[str, int] | None, looks: Sequence[int]) -> tuple[int, ...]:
    if looks:
        if seeds is not None:
            raise ConfigError(
                "both seeds and looks are given",
                where="--looks",
                todo="leave seeds out: the last look is the most seeds",
            )
        return tuple(looks)
    if isinstance(seeds, Mapping):
        from trialist.design.looks import looks_between

        if set(seeds) != {"min", "max"} or not seeds["min"] < seeds["max"]:
            raise ConfigError(
                f"seeds are {dict(seeds)!r}", where="--seeds", todo="give min and a larger max"
            )
        return looks_between(seeds["min"], seeds["max"])
    return () if seeds is None else (seeds,)


def _check(
    *, relevant: float | None, target: float, n_variants: int | None, looks: Sequence[int]
) -> None:
    ordered = all(a < b for a, b in pairwise(looks))
    fits = ordered and all(1 <= n <= _MOST_SEEDS for n in looks)
    rules = (
        (
            relevant is None or (math.isfinite(relevant) and relevant > 0),
            f"relevant is {relevant!r}, not a positive number",
            "give the smallest difference worth having, or leave it out",
        ),
        (0.5 <= target < 1, f"the power is {target!r}, not from 0.5 up to below 1", "use 0.8"),
        (
            n_variants is None or n_variants >= 1,
            f"{n_variants} variants are compared with the baseline",
            "give 1 or more",
        ),
        (
            fits,
            f"seeds or looks are {list(looks)}, which do not increase from 1 to {_MOST_SEEDS:,}",
            "for example 5, 8, 12, 20",
        ),
    )
    mistakes = [Mistake(message=text, todo=todo) for holds, text, todo in rules if not holds]
    if mistakes:
        raise ConfigError.of(mistakes)


def _range(needed: SeedsNeeded | Missing) -> list[int] | None:
    return None if isinstance(needed, Missing) else [needed.low, needed.point, needed.high]
