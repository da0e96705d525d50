"""One attempt to be made, as plain data that travels to a worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from trialist.values.determinism import Determinism
from trialist.values.metric import Goal, Names
from trialist.values.seeds import SeedSet
from trialist.values.study import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The place of an attempt among those that train with it in one process.

    The last bits of a run may depend on the shape of the whole stack, so a run that goes on, or is
    made again, gets the place that it had; rows that nobody else takes are filled up.

    Attributes:
        backend: "vmap" or "traced".
        size: The rows of the stack.
        place: Its own row.
        lead: The attempt that has the first row, which names the stack.
    """

    backend: str
    size: int
    place: int
    lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A part of a training with one configuration.

    Attributes:
        until: The step at which it ends, with a checkpoint; None for the last part.
        config: What it is trained with.
    """

    until: int | None
    config: Config


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
        provenance: What the coordinator knows of where its numbers come from: its command, and
            the digest of the session's facts; None where nothing was collected.
        resume: The folders of earlier attempts to go on from, newest first.
        goal: Which way the goal metric is better; None where nobody knows.
        again: The folder of the attempt that this one only repeats: it uses the artifacts that that
            one used, and puts none into the store; None for a run of a study.
        first_evaluation_only: True where the attempt ends at its first evaluation after step 0.
        determinism: How torch is set up for it: auto, strict, warn or fast.
        names: Whether near names of metrics are mapped or refused.
        tested: The checkpoint of a trained run that this attempt only evaluates, from the folder
            `again`; empty where that run saved none, None for an attempt that trains.
        together: Its place among the attempts that train with it; None for one by itself.
        segments: The parts that it trains one after the other, each with a configuration of its
            own; empty for a training with one.
        takes: The folder of the attempt, of another run perhaps, whose last checkpoint it goes on
            from; None where it begins at step 0.
    """

    variant: str
    seed: int
    number: int
    config: Config
    seeds: SeedSet
    directory: Path
    metric: str
    plan_hash: str
    provenance: Mapping[str, Any] | None = None
    resume: tuple[Path, ...] = ()
    goal: Goal | None = None
    again: Path | None = None
    first_evaluation_only: bool = False
    determinism: Determinism = Determinism.AUTO
    names: Names = Names.MAPPED
    together: Together | None = None
    tested: str | None = None
    segments: tuple[Segment, ...] = ()
    takes: Path | None = None

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
            "provenance": self.provenance,
            "resume": [str(folder) for folder in self.resume],
            "goal": None if self.goal is None else self.goal.value,
            "again": None if self.again is None else str(self.again),
            "first_evaluation_only": self.first_evaluation_only,
            "determinism": self.determinism.value,
            "names": self.names.value,
            "together": None if self.together is None else asdict(self.together),
            "tested": self.tested,
            "segments": [asdict(one) for one in self.segments],
            "takes": None if self.takes is None else str(self.takes),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Task:
        """Give the task back from plain data."""
        return cls(
            **{
                **data,
                "seeds": SeedSet(**data["seeds"]),
                "directory": Path(data["directory"]),
                "resume": tuple(Path(folder) for folder in data.get("resume", ())),
                "again": Path(data["again"]) if data.get("again") else None,
                "goal": Goal(data["goal"]) if data.get("goal") else None,
                "determinism": Determinism(data.get("determinism", Determinism.AUTO)),
                "names": Names(data.get("names", Names.MAPPED)),
                "together": Together(**data["together"]) if data.get("together") else None,
                "segments": tuple(Segment(**one) for one in data.get("segments", ())),
                "takes": Path(data["takes"]) if data.get("takes") else None,
            }
        )
