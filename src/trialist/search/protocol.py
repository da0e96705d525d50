"""The one way in which a search is asked for configurations, whatever proposes them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from trialist.values.events import RunStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A configuration that a search wants to try.

    Attributes:
        number: Its place in the search, from 0.
        params: The parameters' values by name; those that do not exist here are left out.
        units: Its point in the unit cube; empty where its sampler has no such points.
    """

    number: int
    params: Mapping[str, Any]
    units: tuple[float, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the proposal as plain data, as a ledger keeps it."""
        plain: dict[str, Any] = {"number": self.number, "params": dict(self.params)}
        return {**plain, "units": list(self.units)} if self.units else plain

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Proposal:
        """Give the proposal back from plain data."""
        units = tuple(data.get("units", ()))
        return cls(number=data["number"], params=data["params"], units=units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a proposed trial ended: what a search learns of it.

    A finished trial whose value is not finite diverged, whatever it is called.

    Attributes:
        number: The proposal's number.
        state: finished, diverged, pruned or failed; a lost trial failed.
        values: The goal metric, and those of the further objectives after it, in their own sign:
            means over the trial's seeds. Of a pruned trial the value at its last rung; empty where
            there is none.
        step: The rung at which it was pruned; None where it was not.
    """

    number: int
    state: RunStatus
    values: tuple[float, ...] = field(default=())
    step: int | None = None

    def __post_init__(self) -> None:
        if self.state not in _ENDS:
            raise ValueError(f"a trial does not end as {self.state}")
        object.__setattr__(self, "state", RunStatus(self.state))
        finite = all(map(math.isfinite, self.values))
        if self.state is RunStatus.FINISHED and not self.values:
            raise ValueError(f"trial {self.number} finished without a value")
        if self.state is RunStatus.FINISHED and not finite:
            object.__setattr__(self, "state", RunStatus.DIVERGED)
        if self.state in (RunStatus.DIVERGED, RunStatus.FAILED) or not finite:
            object.__setattr__(self, "values", ())

    def to_dict(self) -> dict[str, Any]:
        """Give what was told as plain data, as a ledger keeps it."""
        plain: dict[str, Any] = {"number": self.number, "state": self.state.value}
        if self.values:
            plain["values"] = list(self.values)
        return plain if self.step is None else {**plain, "step": self.step}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Told:
        """Give it back from plain data."""
        return cls(
            number=data["number"],
            state=RunStatus(data["state"]),
            values=tuple(data.get("values", ())),
            step=data.get("step"),
        )


_ENDS = (RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.PRUNED, RunStatus.FAILED)

Event = Proposal | Told
"""What happened to a search, in the order in which it happened: all of its state."""


class Sampler(Protocol):
    """Proposes the trials of one search: one variant, one replicate. Not thread-safe."""

    @property
    def identity(self) -> Mapping[str, Any]:
        """What its proposals depend on beside what it is told: plain data, with versions."""
        ...

    @property
    def waiting(self) -> tuple[int, ...]:
        """The numbers that were proposed and not yet told, in their order."""
        ...

    def ask(self) -> Proposal | None:
        """Give the next trial; None when the search has proposed all of its trials."""
        ...

    def tell(self, told: Told) -> None:
        """Take in how a waiting trial ended.

        Raises:
            ValueError: If that trial is not waiting, or has another number of values.
        """
        ...
