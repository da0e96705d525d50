"""What a report is made of: plain values, joined by the lab before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trialist.values.baselinehistory import BaselineHistory
from trialist.values.evidence import Interval, RunRecord
from trialist.values.machineuse import MachineUse
from trialist.values.missing import Missing
from trialist.values.plan import Plan, Protocol
from trialist.values.predictions import Tally
from trialist.values.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """What one run logged of one metric, in the metric's own sign.

    Attributes:
        metric: The metric's name.
        variant: The variant's name.
        seed: The run's seed.
        steps: Ascending steps.
        values: One per step; NaN and infinities are allowed and drawn as gaps.
        mean_steps: Of a long curve, which `steps` and `values` give by its peaks and dips only:
            the mean step of each stretch.
        mean_values: The mean value of each stretch.
    """

    metric: str
    variant: str
    seed: int
    steps: Sequence[int]
    values: Sequence[float]
    mean_steps: Sequence[float] = ()
    mean_values: Sequence[float] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """What was seen of one comparison at one look; the estimate is oriented, plus is better.

    Attributes:
        index: The look's place among the planned looks, from 1.
        n: Seeds per variant planned for this look.
        variant: The candidate.
        estimate: The mean difference to the baseline.
        interval: Its interval at this look.
        p: Its two-sided p; over the whole family where its noise is pooled.
        threshold: What p had to meet at this look.
        code: A verdict code, or "open".
        e_value: Evidence that holds at any time, where that is what counts.
    """

    index: int
    n: int
    variant: str
    estimate: float | Missing
    interval: Interval | Missing
    p: float | Missing
    threshold: float
    code: str
    e_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What the runs cost.

    Attributes:
        n_runs: Runs that were executed.
        train_seconds: Their training time in all.
        wall_seconds: Time that passed.
        workers: Processes that trained at the same time.
    """

    n_runs: int
    train_seconds: float
    wall_seconds: float
    workers: int

    @property
    def busy(self) -> float | None:
        """The share of the workers' time that went into training; None where no time passed."""
        available = self.wall_seconds * self.workers
        return min(1.0, self.train_seconds / available) if available > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainInfo:
    """The ledger's chain: how many entries, and the digest of the last."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportData:
    """Everything that a report says.

    Attributes:
        results: The summaries and verdicts.
        question: What was asked, in words; may be empty.
        plan: The registered plan; None for a table of results.
        protocol: The plan that a table of results implies; None where `plan` says it.
        curves: What the runs logged; empty for a table of results.
        runs: All runs, also failed ones.
        looks: What was seen at each look.
        shortcuts: What the usual shortcuts would have said, as sentences.
        cost: What the runs cost; None where it is not known.
        provenance: Versions, machine, threads, by name.
        chain: The ledger's chain; None where there is no ledger.
        commands: Pairs of a label and a command: verify, reproduce, go on.
        tally: How many of the store's predictions came true; all zero where none was made here.
        machine: What the runs used of it; None where nothing was measured.
        history: What became the baseline round by round; None for a study that has no part in it.
    """

    results: Results
    question: str = ""
    plan: Plan | None = None
    protocol: Protocol | None = None
    curves: tuple[Curve, ...] = ()
    runs: tuple[RunRecord, ...] = ()
    looks: tuple[LookLine, ...] = ()
    shortcuts: tuple[str, ...] = ()
    cost: Cost | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    chain: ChainInfo | None = None
    commands: tuple[tuple[str, str], ...] = ()
    tally: Tally = field(default_factory=Tally)
    machine: MachineUse | None = None
    history: BaselineHistory | None = None

    @property
    def judged_by(self) -> Protocol | None:
        """The protocol: the plan's, or the one that a table implies."""
        return self.plan.protocol if self.plan is not None else self.protocol

    @property
    def baseline(self) -> str | None:
        """The baseline's name; None where there is no variant at all."""
        if self.judged_by is not None:
            return self.judged_by.baseline
        if self.results.comparisons:
            return self.results.comparisons[0].baseline
        return self.results.variants[0].name if self.results.variants else None
