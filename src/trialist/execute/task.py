"""One attempt to be made, as plain data that travels to a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trialist.values.seeds import SeedSet
from trialist.values.study import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One attempt at a run.

    Attributes:
        variant: The variant's name.
        seed: The replicate's number.
        number: The attempt, from 1.
        config: The variant's whole configuration.
        seeds: The run's random sources.
        directory: The attempt's own folder, made by whoever runs it.
        metric: The goal metric's name.
        plan_hash: The plan it belongs to.
    """

    variant: str
    seed: int
    number: int
    config: Config
    seeds: SeedSet
    directory: Path
    metric: str
    plan_hash: str

    @property
    def name(self) -> str:
        """The run as a person writes it, for example `dropout/seed-3`."""
        return f"{self.variant}/seed-{self.seed}"

    def to_dict(self) -> dict[str, Any]:
        """Give the task as plain data."""
        return {
            "variant": self.variant,
            "seed": self.seed,
            "number": self.number,
            "config": self.config,
            "seeds": asdict(self.seeds),
            "directory": str(self.directory),
            "metric": self.metric,
            "plan_hash": self.plan_hash,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Task:
        """Give the task back from plain data."""
        return cls(
            **{
                **data,
                "seeds": SeedSet(**data["seeds"]),
                "directory": Path(data["directory"]),
            }
        )
