"""What a plan says of its searches: method, design, claim; and the trials that they propose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from trialist.values.canonical import digest_of
from trialist.values.space import Arm


class Method(StrEnum):
    """How the next configuration is proposed."""

    GRID = "grid"
    RANDOM = "random"
    QUASI_RANDOM = "quasi_random"
    TPE = "tpe"
    GP = "gp"
    CMA_ES = "cma_es"
    NSGA_II = "nsga_ii"
    PBT = "pbt"

    @property
    def is_adaptive(self) -> bool:
        """True where a proposal depends on the values of earlier trials."""
        return self not in (Method.GRID, Method.RANDOM, Method.QUASI_RANDOM)


class Tuned(StrEnum):
    """What the winners of the searches are to show."""

    RECIPE = "recipe"  # this way of tuning gives better results: replicated searches
    CONFIGURATION = "configuration"  # this configuration is better: fresh paired seeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruner:
    """When a trial is ended before its budget (execution.md 5).

    Attributes:
        name: median, asha, hyperband, or wandb (the rule of a sweep file's `early_terminate`).
        resource: The whole budget of a trial, in steps.
        first: The first rung, as a fraction of the budget.
        eta: The share kept at a rung is 1/eta, and rungs lie a factor of eta apart.
        startup: Complete values at a rung before anybody is cut.
        audit: The share of would-be cuts that are run to their end, to see what cutting costs.
        rungs: Rungs in steps, where they are given; empty: from `first` and `eta`.
        strict: Of a sweep's rule: whether the value at the rung counts, or the best so far.
    """

    name: str
    resource: int | None = None
    first: float = 0.1
    eta: int = 3
    startup: int = 6
    audit: float = 0.1
    rungs: tuple[int, ...] = ()
    strict: bool = True

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Pruner:
        """Give the pruner back from plain data."""
        return cls(**{**data, "rungs": tuple(data.get("rungs", ()))})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTrial:
    """One configuration that a search tries.

    Attributes:
        variant: Whose search it is.
        search: The replicate of the search, from 0.
        number: Its place in that search, from 0.
        units: Its point in the unit cube, a coordinate per parameter of the arm, in their order;
            empty where its sampler has no such points.
        params: The parameters' values by name; those that do not exist here are left out.
        config: The whole configuration.
        seeds: The seeds that it is run with; its value is their mean.
        source: The study that its runs are taken from; None where it is run here.
    """

    variant: str
    search: int
    number: int
    units: tuple[float, ...]
    params: Mapping[str, Any]
    config: Mapping[str, Any]
    seeds: tuple[int, ...]
    source: str | None = None

    @property
    def name(self) -> str:
        """The folder of its runs: the variant and the digest of the configuration."""
        return trial_name(self.variant, self.config)

    @property
    def key(self) -> tuple[str, int, int]:
        """Variant, search and number."""
        return self.variant, self.search, self.number

    def to_dict(self) -> dict[str, Any]:
        """Give the trial as plain data."""
        # Not asdict: it copies every configuration, and a plan may have 10,000 of them.
        plain: dict[str, Any] = {
            "variant": self.variant,
            "search": self.search,
            "number": self.number,
            "units": list(self.units),
            "params": self.params,
            "config": self.config,
            "seeds": list(self.seeds),
        }
        return plain if self.source is None else {**plain, "source": self.source}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PlannedTrial:
        """Give the trial back from plain data."""
        return cls(**{**data, "units": tuple(data["units"]), "seeds": tuple(data["seeds"])})


def trial_name(variant: str, config: Mapping[str, Any]) -> str:
    """Give the name of a trial: the variant and eight digits of its configuration's digest."""
    return f"{variant}-{digest_of(config).removeprefix('sha256:')[:8]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPlan:
    """The searches of a plan.

    Attributes:
        method: How configurations are proposed.
        arms: What each variant is tuned over, in the order of the variants.
        trials: Trials per variant, over all its searches.
        replicates: Searches per variant, each with a design of its own that the variants share.
        seed: The number that the designs and the samplers are drawn from.
        tuned: What the winners are to show.
        seeds_per_trial: Seeds per trial; the same for all trials of a search.
        design: All trials, where the method is not adaptive; else empty.
        pruner: When trials are ended early; None: never.
        why: Why this method, as a sentence.
        roles: The role of every parameter that is not at its default, by its name.
        caveats: What is fixed and was not tuned, as sentences; carried into the verdict.
        price: What the change costs, in the metric's unit: the least gain for which it is adopted.
        objectives: Further metrics with their goals, for a search with several; empty for one.
        extends: The study whose trials are taken over; None for a search that begins anew.
        options: What else the method is told: PBT's interval, population and factors.
    """

    method: Method
    arms: tuple[Arm, ...]
    trials: int
    replicates: int
    seed: int
    tuned: Tuned
    seeds_per_trial: int = 1
    design: tuple[PlannedTrial, ...] = ()
    pruner: Pruner | None = None
    why: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    price: float = 0.0
    objectives: Mapping[str, str] = field(default_factory=dict)
    extends: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def trials_per_search(self) -> int:
        """Trials of one search."""
        return self.trials // self.replicates

    @property
    def searched(self) -> tuple[Arm, ...]:
        """The arms that have something to search."""
        return tuple(arm for arm in self.arms if arm.parameters)

    @property
    def n_search_seeds(self) -> int:
        """How many seeds the searches use; those of the winners begin after them."""
        return self.replicates * self.seeds_per_trial

    def seeds_of(self, search: int) -> tuple[int, ...]:
        """Give the seeds of one search: its own, shared by all its trials in every variant."""
        first = search * self.seeds_per_trial
        return tuple(range(first, first + self.seeds_per_trial))

    @property
    def n_runs(self) -> int:
        """How many runs the searches need at most; those that are taken over are none."""
        n_taken = sum(trial.source is not None for trial in self.design)
        n_new = max(self.trials * len(self.searched) - n_taken, 0)
        return n_new * self.seeds_per_trial

    def arm(self, variant: str) -> Arm:
        """Give what `variant` is tuned over."""
        return next(arm for arm in self.arms if arm.variant == variant)

    def to_dict(self) -> dict[str, Any]:
        """Give the searches as plain data, as in plan.json."""
        plain = {
            "method": self.method.value,
            "arms": [arm.to_dict() for arm in self.arms],
            "trials": self.trials,
            "replicates": self.replicates,
            "seed": self.seed,
            "tuned": self.tuned.value,
            "seeds_per_trial": self.seeds_per_trial,
            "design": [trial.to_dict() for trial in self.design],
            "pruner": None if self.pruner is None else _pruner(self.pruner),
            "why": self.why,
            "roles": dict(self.roles),
            "caveats": list(self.caveats),
            "price": self.price,
            "objectives": dict(self.objectives),
            "extends": self.extends,
            "options": dict(self.options),
        }
        return {key: value for key, value in plain.items() if value not in (None, [], {}, "")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SearchPlan:
        """Give the searches back from plain data."""
        given = dict(data)
        given["method"] = Method(given["method"])
        given["tuned"] = Tuned(given["tuned"])
        given["arms"] = tuple(map(Arm.from_dict, given["arms"]))
        given["design"] = tuple(map(PlannedTrial.from_dict, given.get("design", ())))
        given["caveats"] = tuple(given.get("caveats", ()))
        if "pruner" in given:
            given["pruner"] = Pruner.from_dict(given["pruner"])
        return cls(**given)


def _pruner(pruner: Pruner) -> dict[str, Any]:
    return {**asdict(pruner), "rungs": list(pruner.rungs)}
