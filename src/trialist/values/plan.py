"""A plan: what will run, when it is judged, and by which thresholds. Fixed before the first run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from trialist.values.canonical import digest_of
from trialist.values.command import Command
from trialist.values.determinism import Determinism
from trialist.values.expectation import Expectation
from trialist.values.judging import Mode, Variance
from trialist.values.metric import Goal, Metric, Names
from trialist.values.prior import SpreadPrior
from trialist.values.replicate import Replicate
from trialist.values.sealed import PlannedSeal
from trialist.values.searches import SCOPE_WORDS, Claim
from trialist.values.searchplan import SearchPlan, Tuned
from trialist.values.study import Config
from trialist.values.vectorization import Decision

PLAN_FORMAT = 1

_TUNED_SCOPE = {
    Tuned.RECIPE: SCOPE_WORDS[Claim.RECIPES],
    Tuned.CONFIGURATION: SCOPE_WORDS[Claim.CONFIGURATIONS],
}
_REPLICATE = {Tuned.RECIPE: Replicate.SEARCH, Tuned.CONFIGURATION: Replicate.FRESH_SEED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A planned moment of judging.

    Attributes:
        n: Seeds per variant at this look.
        thresholds: Nominal two-sided p thresholds; entry r-1 holds where r comparisons are not
            yet rejected (the threshold at level alpha/r).
    """

    n: int
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """What judging needs to know, for a study and for results that somebody already has.

    Attributes:
        metric: The goal metric.
        variants: All variants in order, the baseline among them.
        baseline: The variant that the others are compared with.
        looks: The planned looks, ascending in `n`.
        paired: True where equal seeds are pairs by design.
        mode: Confirm (Holm) or explore (Benjamini-Hochberg).
        alpha: The two-sided error rate of the family.
        registered: False where the results were there before the plan (`compare`).
        scope: What the verdict is about, in words.
        variance: Whose noise a comparison is judged by.
        prior: What earlier runs say about the noise, for `variance` "history".
        is_open: True where the study is judged after every seed, by a test that holds at any time.
        n_earlier: Comparisons of earlier studies whose family this one joins.
        replicate: What one value stands for: a seed, or a whole search.
        folds: Examples in a test fold and in a training set, where seeds are folds of
            cross-validation.
        ablated: Candidates that are the baseline without one component.
    """

    metric: Metric
    variants: tuple[str, ...]
    baseline: str
    looks: tuple[Look, ...]
    paired: bool
    mode: Mode = Mode.CONFIRM
    alpha: float = 0.05
    registered: bool = True
    scope: str = "this recipe on this validation set"
    variance: Variance = Variance.SEPARATE
    prior: SpreadPrior | None = None
    is_open: bool = False
    n_earlier: int = 0
    replicate: Replicate = Replicate.SEED
    folds: tuple[int, int] | None = None
    ablated: tuple[str, ...] = ()

    @property
    def n_family(self) -> int:
        """How many comparisons share the error rate: those of earlier studies among them."""
        return len(self.candidates) + self.n_earlier

    @property
    def candidates(self) -> tuple[str, ...]:
        """The variants that are compared with the baseline: the family."""
        return _without(self.variants, self.baseline)

    @property
    def is_sequential(self) -> bool:
        """True where there is more than one look."""
        return len(self.looks) > 1


@lru_cache(maxsize=64)
def _without(variants: tuple[str, ...], baseline: str) -> tuple[str, ...]:
    # asked for several times per comparison
    return tuple(name for name in variants if name != baseline)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVariant:
    """A variant with its whole configuration."""

    name: str
    config: Config


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFile:
    """A file of the user's code, by its path from the study's folder, and its digest."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The study that this one follows up.

    Attributes:
        study: Its name in the store.
        plan_hash: The hash of its registered plan.
        head: The digest of the last line of its ledger.
        n_comparisons: Comparisons of its family, those of its own parents among them.
    """

    study: str
    plan_hash: str
    head: str
    n_comparisons: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is fixed before the first run; its hash is registered in the ledger.

    `ablation` names the key of the configuration that each ablated variant leaves out, `expect`
    what is predicted of variants, `memory` the bytes that one run may hold, `gpus` how many of the
    visible GPUs are used where not all are, `command` the program where no function is run,
    `data` the paths whose digests every session records, `vectorize` how the replicates of a task
    are trained, where that was tried, `test` the sealed test set, `search` what the variants are
    tuned over; their seeds are then those of the winners' fresh runs, and of a recipe each belongs
    to one search.
    """

    study: str
    question: str
    trial: str
    code: tuple[CodeFile, ...]
    metric: Metric
    variants: tuple[PlannedVariant, ...]
    baseline: str
    seeds: tuple[int, ...]
    looks: tuple[Look, ...]
    paired: tuple[str, ...]
    vary: tuple[str, ...]
    mode: Mode
    threads: int
    retries: int | None
    timeout: float | None
    alpha: float = 0.05
    variance: Variance = Variance.SEPARATE
    prior: SpreadPrior | None = None
    is_open: bool = False
    parent: Parent | None = None
    ablation: Mapping[str, str] = field(default_factory=dict)
    expect: tuple[Expectation, ...] = ()
    memory: int | None = None
    gpus: int | None = None
    command: Command | None = None
    data: tuple[str, ...] = ()
    determinism: Determinism = Determinism.AUTO
    names: Names = Names.MAPPED
    vectorize: Decision | None = None
    test: PlannedSeal | None = None
    search: SearchPlan | None = None
    format: int = PLAN_FORMAT

    @property
    def hash(self) -> str:
        """`sha256:` and the digest of the plan's canonical JSON.

        The most seeds of an open-ended study are no part of it: they may be raised at any time.
        """
        data = self.to_dict()
        if self.is_open:
            data |= {"seeds": list(self.seeds[:1]), "looks": data["looks"][:1]}
        return digest_of(data)

    @property
    def max_runs(self) -> int:
        """The most runs that this plan can need, those of its searches among them."""
        n_searched = 0 if self.search is None else self.search.n_runs
        return len(self.variants) * len(self.seeds) + n_searched

    @property
    def scope(self) -> str:
        """What a verdict of this plan is about, in words."""
        what = "this recipe" if {"init", "train"} <= set(self.vary) else "this recipe, partly fixed"
        if self.search is not None:
            what = f"{_TUNED_SCOPE[self.search.tuned]},"
        where = "this validation set" if "split" not in self.vary else "splits of this data set"
        return f"{what} on {where}"

    @property
    def protocol(self) -> Protocol:
        """The part of the plan that judging needs."""
        return Protocol(
            metric=self.metric,
            variants=tuple(variant.name for variant in self.variants),
            baseline=self.baseline,
            looks=self.looks,
            paired=bool(self.paired),
            mode=self.mode,
            alpha=self.alpha,
            scope=self.scope,
            variance=self.variance,
            prior=self.prior,
            is_open=self.is_open,
            n_earlier=0 if self.parent is None else self.parent.n_comparisons,
            ablated=tuple(one.name for one in self.variants if one.name in self.ablation),
            replicate=self.replicate,
        )

    @property
    def is_of_searches(self) -> bool:
        """True where each seed of a variant stands for a search, with a winner of its own."""
        return self.replicate is Replicate.SEARCH

    @property
    def replicate(self) -> Replicate:
        """What one value of a variant stands for."""
        return Replicate.SEED if self.search is None else _REPLICATE[self.search.tuned]

    def config_of(self, variant: str) -> Config:
        """Give the whole configuration of `variant`."""
        return next(planned.config for planned in self.variants if planned.name == variant)

    def to_dict(self) -> dict[str, Any]:
        """Give the plan as plain data, as in plan.json."""
        return {
            "format": self.format,
            "study": self.study,
            "question": self.question,
            "trial": self.trial,
            "code": {file.path: file.digest for file in self.code},
            "metric": {
                "name": self.metric.name,
                "goal": self.metric.goal.value,
                "relevant": self.metric.relevant,
            },
            "variants": {planned.name: planned.config for planned in self.variants},
            "order": [planned.name for planned in self.variants],
            "baseline": self.baseline,
            "seeds": list(self.seeds),
            "looks": [{"n": look.n, "thresholds": list(look.thresholds)} for look in self.looks],
            "paired": list(self.paired),
            "vary": list(self.vary),
            "mode": self.mode.value,
            "alpha": self.alpha,
            "threads": self.threads,
            "retries": self.retries,
            "timeout": self.timeout,
            **self._rare(),
        }

    def _rare(self) -> dict[str, Any]:
        # Only what is used is written, so that a plan without it keeps its hash.
        is_separate = self.variance is Variance.SEPARATE
        rare = {
            "variance": None if is_separate else self.variance.value,
            "prior": None if self.prior is None else asdict(self.prior),
            "open": self.is_open or None,
            "parent": None if self.parent is None else asdict(self.parent),
            "ablation": dict(self.ablation) or None,
            "expect": [asdict(one) for one in self.expect] or None,
            "command": None if self.command is None else self.command.to_dict(),
            "memory": self.memory,
            "gpus": self.gpus,
            "data": list(self.data) or None,
            "determinism": None if self.determinism is Determinism.AUTO else self.determinism.value,
            "names": None if self.names is Names.MAPPED else self.names.value,
            "vectorize": None if self.vectorize is None else self.vectorize.to_dict(),
            "test": None if self.test is None else self.test.to_dict(),
            "search": None if self.search is None else self.search.to_dict(),
        }
        return {key: value for key, value in rare.items() if value is not None}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Plan:
        """Give the plan back from plain data."""
        metric = data["metric"]
        return cls(
            format=data["format"],
            study=data["study"],
            question=data["question"],
            trial=data["trial"],
            code=tuple(CodeFile(path=p, digest=d) for p, d in sorted(data["code"].items())),
            metric=Metric(
                name=metric["name"], goal=Goal(metric["goal"]), relevant=metric["relevant"]
            ),
            variants=tuple(
                PlannedVariant(name=name, config=data["variants"][name]) for name in data["order"]
            ),
            baseline=data["baseline"],
            seeds=tuple(data["seeds"]),
            looks=tuple(
                Look(n=look["n"], thresholds=tuple(look["thresholds"])) for look in data["looks"]
            ),
            paired=tuple(data["paired"]),
            vary=tuple(data["vary"]),
            mode=Mode(data["mode"]),
            alpha=data["alpha"],
            threads=data["threads"],
            retries=data["retries"],
            timeout=data["timeout"],
            variance=Variance(data.get("variance", Variance.SEPARATE)),
            prior=SpreadPrior(**data["prior"]) if "prior" in data else None,
            is_open=data.get("open", False),
            parent=Parent(**data["parent"]) if "parent" in data else None,
            ablation=data.get("ablation", {}),
            expect=tuple(Expectation(**one) for one in data.get("expect", ())),
            command=Command.from_dict(data["command"]) if "command" in data else None,
            memory=data.get("memory"),
            gpus=data.get("gpus"),
            data=tuple(data.get("data", ())),
            determinism=Determinism(data.get("determinism", Determinism.AUTO)),
            names=Names(data.get("names", Names.MAPPED)),
            vectorize=Decision.from_dict(data["vectorize"]) if "vectorize" in data else None,
            test=PlannedSeal.from_dict(data["test"]) if "test" in data else None,
            search=SearchPlan.from_dict(data["search"]) if "search" in data else None,
        )
