"""`trialist plan`: what a study will do, what it costs and what it can show; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trialist.execute.devices import workers_for
from trialist.lab.extending import extended_of
from trialist.lab.followup import follow_up_of, origin_of
from trialist.lab.lending import with_lent_spread
from trialist.lab.prepare import prepare
from trialist.lab.registration import history_of
from trialist.lab.round import RoundReport, round_of
from trialist.lab.study import as_study, at_their_places
from trialist.lab.vectorizing import decision_to_come, with_known_decision
from trialist.ledger.attempts import read_records
from trialist.ledger.store import Store, read_plan
from trialist.values.errors import LedgerError
from trialist.values.lint import Lint
from trialist.values.numbers import counted, duration, series
from trialist.values.plan import Plan
from trialist.values.study import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCost:
    """What a plan costs at most.

    Attributes:
        max_runs: The most runs it can need.
        max_repeats: Runs that are made once more, to see whether they repeat.
        stops_at: Looks before the last, at which it may stop.
        seconds_per_run: Measured with this very code; None where it never ran.
        workers: Processes that would train at the same time here.
    """

    max_runs: int
    max_repeats: int = 1
    stops_at: tuple[int, ...]
    seconds_per_run: float | None
    workers: int

    @property
    def max_seconds(self) -> float | None:
        """The longest it can take here; None where no run of this code was measured."""
        if self.seconds_per_run is None:
            return None
        return (self.max_runs + self.max_repeats) * self.seconds_per_run / self.workers

    def __str__(self) -> str:
        return self.words("")

    def words(self, made_of: str) -> str:
        """Give the cost in words.

        Args:
            made_of: What the runs are made of, where that is worth saying.
        """
        made_of = f": {made_of};" if made_of else " and"
        runs = f"at most {counted(self.max_runs, 'run')}{made_of} one repeat to check"
        if self.stops_at:
            runs += f", may stop at looks {series(self.stops_at)}"
        longest = self.max_seconds
        time = (
            "time unknown until the first run"
            if longest is None
            else f"at most {duration(longest)} with {counted(self.workers, 'worker')}"
        )
        return f"{runs}; {time}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """A plan with what can be said about it before anything runs.

    Attributes:
        plan: What would be registered.
        cost: What it costs at most.
        power: What it can show, as a sentence.
        caveats: What limits its verdicts, as sentences.
        refusal: Why the plan can hardly come out both ways, judged by the spread of earlier runs
            of the same code; None where it can, or nothing is known.
        round: What is said of its searches; None where nothing is searched.
        advice: What it cannot say because nothing is searched, as sentences.
    """

    plan: Plan
    cost: PlanCost
    power: str
    caveats: tuple[str, ...]
    refusal: str | None = None
    round: RoundReport | None = None
    advice: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """The plan's hash, as it would be registered."""
        return self.plan.hash

    @property
    def lint(self) -> tuple[Lint, ...]:
        """What is questionable in it beyond the checks of the study file."""
        return () if self.round is None else self.round.lint

    @property
    def is_refused(self) -> bool:
        """True where it should not run as it is: it cannot answer, or exceeds its budget."""
        return self.refusal is not None or bool(self.round and self.round.allocation.excess)

    def to_dict(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return {
            "hash": self.hash,
            "plan": self.plan.to_dict(),
            "cost": {
                "max_runs": self.cost.max_runs,
                "max_repeats": self.cost.max_repeats,
                "stops_at": list(self.cost.stops_at),
                "seconds_per_run": self.cost.seconds_per_run,
                "max_seconds": self.cost.max_seconds,
                "workers": self.cost.workers,
            },
            "power": self.power,
            "caveats": list(self.caveats),
            "refusal": self.refusal,
            **({} if self.round is None else {"round": self.round.to_dict()}),
            **({"advice": list(self.advice)} if self.advice else {}),
        }

    def __str__(self) -> str:
        from trialist.render.plantext import plan_text

        if self.round is not None:
            return self._round_text(self.round)
        refused = [] if self.refusal is None else [self.refusal.replace("**", "")]
        caveats = (*refused, *self.caveats)
        return plan_text(
            self.plan,
            cost=str(self.cost),
            power=self.power,
            caveats=caveats,
            advice=self.advice,
        )

    def _round_text(self, found: RoundReport) -> str:
        from trialist.render.roundtext import RoundSaid, round_text

        refused = [] if self.refusal is None else [self.refusal.replace("**", "")]
        allocation = found.allocation
        said = RoundSaid(
            cost=self.cost.words(allocation.cost.words),
            shows=self.power,
            lint=found.lint,
            caveats=(*refused, *self.caveats),
            excess=allocation.excess,
            offers=allocation.offers,
            advice=(*allocation.advice, *found.advice),
        )
        return round_text(self.plan, found.search, said)


def plan(
    study: Study | str | Path,
    *,
    store: str | Path = "experiments",
    overrides: Sequence[str] = (),
) -> PlanReport:
    """Make the plan of a study; nothing is run and nothing is written.

    Args:
        study: A study, or the path of a study file.
        store: Where measured run times of the same code are looked up, and what it follows up.
        overrides: Dotted changes of the file, for example `config.lr=0.2`.

    Raises:
        ConfigError: If the study says something impossible.
    """
    from trialist.decide.followup import caveats_of_origin
    from trialist.design.caveats import caveats_of_plan
    from trialist.design.planpower import power_of_plan
    from trialist.design.untuned import untuned_advice
    from trialist.lab.bothways import refusal_of

    given = as_study(study, overrides)
    place = Store.indexed(Path(store))
    follow = follow_up_of(given, place)
    with at_their_places(study, overrides):
        readied = prepare(given, follow=follow, extended=extended_of(given, place))
    prepared = with_known_decision(with_lent_spread(readied, place), place)
    made = prepared.plan
    origin = origin_of(place.study(made.study), made, follow) if follow else None
    cost = PlanCost(
        max_runs=made.max_runs,
        stops_at=tuple(look.n for look in made.looks[:-1]),
        seconds_per_run=_measured_seconds(place, made),
        workers=workers_for(made, given.resources.workers),
    )
    with at_their_places(study, overrides):
        found = _round(given, made, cost, place)
    return PlanReport(
        plan=made,
        cost=cost,
        power=power_of_plan(made).sentence if found is None else found.resolution.sentence,
        caveats=(
            *given.notes,
            *(caveats_of_origin(origin) if origin else ()),
            *caveats_of_plan(made),
            *decision_to_come(prepared),
        ),
        refusal=refusal_of(place, made),
        round=found,
        advice=untuned_advice(made),
    )


def _round(study: Study, made: Plan, cost: PlanCost, store: Store) -> RoundReport | None:
    if made.search is None:
        return None
    from trialist.design.searchcost import Pace

    pace = Pace(seconds_per_run=cost.seconds_per_run, workers=cost.workers)
    return round_of(study, made, made.search, pace, store)


def _measured_seconds(store: Store, plan: Plan) -> float | None:
    seconds: list[float] = []
    for folder in store.studies():
        try:
            known = read_plan(folder)
        except LedgerError:
            continue
        if (known.code, known.trial, known.threads) == (plan.code, plan.trial, plan.threads):
            records = read_records(folder, known, history_of(folder))
            seconds += [one.seconds for one in records if one.seconds and one.status.has_result]
    return sum(seconds) / len(seconds) if seconds else None
