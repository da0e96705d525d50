"""What a study says of its search and of its budget, as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchSettings:
    """How the space of a study is searched; what is left out follows from the budget.

    Attributes:
        method: auto, grid, random, quasi_random, tpe, gp, cma_es, nsga_ii or pbt.
        trials: Trials per variant, over all its searches.
        replicates: Searches per variant, each with a design of its own that the variants share.
        claim: recipe (this way of tuning is better), configuration (what was found is better), or
            auto: recipe where variants are compared that are both tuned.
        pruner: none, median, asha or hyperband; a mapping says more. auto: asha where there are
            many trials, else none.
        seeds: Seeds per trial; its value is their mean.
        seed: The number that designs and samplers are drawn from.
        price: The least gain for which the change is adopted, in the metric's unit.
        extends: The study whose trials are taken over.
        objectives: Further metrics with their goals, for a search with several.
        options: What else the method is told.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    method: str = AUTO
    trials: int | None = None
    replicates: int | None = None
    claim: str = AUTO
    pruner: str | Mapping[str, Any] = AUTO
    seeds: int = 1
    seed: int = 0
    price: float = 0.0
    extends: str | None = None
    objectives: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent.

    Attributes:
        max_train_steps: Steps of every run: the configuration's `max_train_steps`, never searched.
        runs: The most runs, searches and fresh seeds together.
        wall_clock: The most seconds; a study file may say 2h.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    max_train_steps: int | None = None
    runs: int | None = None
    wall_clock: float | None = None
