"""Population based training: the worst members take over the best ones' training, and change it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from trialist.search.conditions import Conditions
from trialist.search.explore import explored
from trialist.values.errors import ConfigError
from trialist.values.metric import Goal
from trialist.values.space import Arm


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationSettings:
    """How a population trains; `search.options` of a study.

    Attributes:
        interval: Steps between two rounds.
        quantile: The share that is replaced in a round, and the share that is copied.
        resample: The chance that a copied value is drawn anew.
        factors: What numbers are multiplied by else.
    """

    interval: int
    quantile: float = 0.25
    resample: float = 0.25
    factors: tuple[float, ...] = (1.2, 0.8)

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> PopulationSettings:
        """Give the settings that a study says.

        Raises:
            ConfigError: If the interval is missing, or a setting is unknown or impossible.
        """
        wrong = [f"'{name}' is not one" for name in options if name not in _LIMITS]
        wrong += [
            f"{name} is {options[name]!r}, expected {expected}"
            for name, (fits, expected) in _LIMITS.items()
            if name in options and not fits(options[name])
        ]
        if "interval" not in options:
            wrong.append("interval is missing, the steps between two rounds")
        if wrong:
            raise ConfigError(
                f"the options of population based training: {'; '.join(wrong)}",
                where="search.options",
                todo="write for example search.options: {interval: 100, quantile: 0.25}",
            )
        given = dict(options)
        if "factors" in given:
            given["factors"] = tuple(given["factors"])
        return cls(**given)

    def round_steps(self, budget: int) -> tuple[int, ...]:
        """Give the steps at which all members wait for each other, before the end.

        Example:
            >>> PopulationSettings(interval=100).round_steps(400)
            (100, 200, 300)
        """
        return tuple(range(self.interval, budget, self.interval))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_LIMITS: Mapping[str, tuple[Any, str]] = {
    "interval": (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= 1,
        "a whole number of steps",
    ),
    "quantile": (lambda value: _is_number(value) and 0 < value <= 0.5, "a share of at most 0.5"),
    "resample": (lambda value: _is_number(value) and 0 <= value <= 1, "a chance from 0 to 1"),
    "factors": (
        lambda value: (
            isinstance(value, list | tuple)
            and len(value) > 0
            and all(_is_number(one) and one > 0 for one in value)
        ),
        "positive numbers such as [1.2, 0.8]",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of the population at a round.

    Attributes:
        number: Its trial.
        params: The values that it trains with.
        score: The goal metric at the round's step; None or not finite where it diverged.
        has_checkpoint: Whether its state at that step was saved.
    """

    number: int
    params: Mapping[str, Any]
    score: float | None
    has_checkpoint: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Exploit:
    """A member that goes on from another one's checkpoint, with changed values.

    Attributes:
        target: The member that is replaced.
        donor: The member whose state it takes over.
        step: The step of the round, and of the checkpoint.
        old: The values that the target had.
        new: The values that it goes on with: the donor's, changed.
        changes: What was done to each of the donor's values that changed.
    """

    target: int
    donor: int
    step: int
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changes: Mapping[str, float | int | str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data, as a ledger keeps it."""
        return {
            "target": self.target,
            "donor": self.donor,
            "step": self.step,
            "old": dict(self.old),
            "new": dict(self.new),
            "changes": dict(self.changes),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Exploit:
        """Give it back from plain data."""
        return cls(**data)


class Population:
    """The rule of one population: what happens at a round follows from scores and seed alone.

    All members wait for each other at the steps of `PopulationSettings.round_steps`. Then each of
    the worst quantile, and each that diverged, takes the state of a member of the best quantile
    that has a checkpoint and a strictly better score, and goes on with its values, changed. So a
    member is never replaced by one that is no better, and never begins again in silence.

    Args:
        arm: What is searched.
        goal: Which way is better.
        settings: How the population trains.
        seed: Draws donors and changes: `factory.seed_of` gives it.
    """

    def __init__(self, arm: Arm, goal: Goal, settings: PopulationSettings, *, seed: int) -> None:
        self._conditions = Conditions(arm)
        self._goal = goal
        self._settings = settings
        self._seed = seed

    def round(self, members: Sequence[Member], step: int) -> tuple[Exploit, ...]:
        """Give who takes over whose training at a round; it does not matter how often it is asked.

        Args:
            members: All members, as they are after `step` steps.
            step: The round's step.
        """
        rng = np.random.default_rng([self._seed, 2, step])  # not the stream of the first members
        ranked = sorted(members, key=lambda one: (self._loss(one), one.number))
        n = min(math.ceil(len(ranked) * self._settings.quantile), len(ranked) // 2)
        donors = [one for one in ranked[:n] if one.has_checkpoint]
        targets = [
            one
            for place, one in enumerate(ranked)
            if place >= len(ranked) - n or math.isinf(self._loss(one))
        ]
        found = (
            self._exploit(target, donors, step, rng)
            for target in sorted(targets, key=lambda one: one.number)
        )
        return tuple(one for one in found if one is not None)

    def _loss(self, member: Member) -> float:
        if member.score is None or not math.isfinite(member.score):
            return math.inf
        return -self._goal.sign * member.score

    def _exploit(
        self, target: Member, donors: Sequence[Member], step: int, rng: np.random.Generator
    ) -> Exploit | None:
        better = [one for one in donors if self._loss(one) < self._loss(target)]
        if not better:
            return None
        donor = better[int(rng.integers(len(better)))]
        found = explored(
            self._conditions,
            donor.params,
            rng,
            resample=self._settings.resample,
            factors=self._settings.factors,
        )
        return Exploit(
            target=target.number,
            donor=donor.number,
            step=step,
            old=target.params,
            new=found.params,
            changes=found.changes,
        )
