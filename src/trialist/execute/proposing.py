"""The samplers of all searches of a study, brought back to where the log says they were."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from trialist.design.trialconfig import trial_config
from trialist.ledger.anchor import state_directory
from trialist.ledger.atomic import atomic_file
from trialist.ledger.folder import StudyFolder
from trialist.ledger.protocol_log import LogKind
from trialist.ledger.searchlog import SearchKey, SearchLog, Told
from trialist.search.factory import sampler_for
from trialist.search.protocol import Event, Proposal, Sampler
from trialist.search.protocol import Told as End
from trialist.search.snapshot import restored, snapshot
from trialist.values.events import RunStatus
from trialist.values.plan import Plan
from trialist.values.searchplan import PlannedTrial, SearchPlan

_SNAPSHOT_AFTER_S = 2.0
"""So much work of a sampler is done once more at most, when its study goes on."""


@dataclass(slots=True, eq=False)
class _Search:
    """One search's sampler, with what happened to it.

    Attributes:
        sampler: The sampler.
        events: All that happened, in order.
        spent: Seconds of work since the last snapshot.
    """

    sampler: Sampler
    events: list[Event] = field(default_factory=list)
    spent: float = 0.0


class Samplers:
    """A sampler per search.

    Args:
        plan: The registered plan; its searches have no design.
        folder: The study's folder, where snapshots lie that shorten what is replayed.
        log: What happened to the searches so far.
    """

    def __init__(self, plan: Plan, folder: StudyFolder, log: SearchLog) -> None:
        if plan.search is None:
            raise ValueError(f"the plan of {plan.study} has no search")
        self._plan = plan
        self._search: SearchPlan = plan.search
        self._folder = folder
        self._log = log
        self._configs = {variant.name: variant.config for variant in plan.variants}
        self._searches: dict[SearchKey, _Search] = {}

    def ask(self, search: SearchKey) -> PlannedTrial | None:
        """Give the next trial of a search; None where it has no more."""
        at_work = self._search_of(search)
        began = time.perf_counter()
        proposal = at_work.sampler.ask()
        if proposal is None:
            return None
        at_work.events.append(proposal)
        self._spent(search, at_work, time.perf_counter() - began)
        return self._planned(search, proposal)

    def tell(self, told: Told) -> None:
        """Take in what a trial came to."""
        at_work = self._search_of(told.key[:2])
        end = end_of(told, tuple(self._search.objectives))
        began = time.perf_counter()
        at_work.sampler.tell(end)
        at_work.events.append(end)
        at_work.spent += time.perf_counter() - began

    def _search_of(self, search: SearchKey) -> _Search:
        if search not in self._searches:
            variant, number = search
            fresh = sampler_for(self._search, self._search.arm(variant), number, self._plan.metric)
            events = list(self._events(search))
            where = str(self._folder.ledger)
            kept = _read(self._snapshot_file(search))
            sampler = restored(fresh, kept, events, where=where)
            self._searches[search] = _Search(sampler, events)
        return self._searches[search]

    def _events(self, search: SearchKey) -> Iterator[Event]:
        for kind, key in self._log.events:
            if key[:2] != search:
                continue
            if kind == LogKind.PROPOSED:
                trial = self._log.trials[key]
                yield Proposal(number=trial.number, params=trial.params, units=trial.units)
            else:
                yield end_of(self._log.told[key], tuple(self._search.objectives))

    def _spent(self, search: SearchKey, at_work: _Search, seconds: float) -> None:
        at_work.spent += seconds
        if at_work.spent < _SNAPSHOT_AFTER_S:
            return
        at_work.spent = 0.0
        path = self._snapshot_file(search)
        with suppress(OSError):  # it only saves time
            path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(path) as file:
                file.write(snapshot(at_work.sampler, at_work.events))

    def _snapshot_file(self, search: SearchKey) -> Path:
        # It is read by `pickle`: it lies where only this user writes, never in a store.
        place = os.fsencode(self._folder.root.resolve())
        name = hashlib.sha256(place + f"/{search[0]}/{search[1]}".encode()).hexdigest()[:24]
        return state_directory() / "searches" / f"{name}.snapshot"

    def _planned(self, search: SearchKey, proposal: Proposal) -> PlannedTrial:
        variant, number = search
        return PlannedTrial(
            variant=variant,
            search=number,
            number=proposal.number,
            units=proposal.units,
            params=proposal.params,
            config=trial_config(self._configs[variant], proposal.params),
            seeds=self._search.seeds_of(number),
        )


def _read(path: Path) -> bytes | None:
    with suppress(OSError):
        return path.read_bytes()
    return None


def end_of(told: Told, objectives: tuple[str, ...] = ()) -> End:
    """Give what a sampler is told of a trial."""
    value, number = told.value, told.key[2]
    if told.status is RunStatus.PRUNED and not objectives:
        return End(number=number, state=told.status, values=told.values, step=told.step)
    if value is None:
        return End(number=number, state=told.status)
    further = tuple(told.objectives[name] for name in objectives if name in told.objectives)
    return End(number=number, state=told.status, values=(value, *further))
