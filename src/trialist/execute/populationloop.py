"""Population based training, synchronous by steps: parts of trainings, rounds, takeovers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trialist.design.trialconfig import trial_config
from trialist.execute.board import RunKey
from trialist.execute.loop import LoopEnd
from trialist.execute.making import LoopSetup, Made
from trialist.execute.searchloop import Proposer
from trialist.execute.task import Segment
from trialist.execute.trialloop import TrialLoop, Watched, nobody
from trialist.ledger.attempts import Attempt
from trialist.ledger.checkpoints import lines_in
from trialist.ledger.configfile import write_config
from trialist.ledger.rows import rows_of
from trialist.ledger.searchlog import (
    Evolved,
    Part,
    SearchKey,
    SearchLog,
    Told,
    log_evolved,
    log_part,
    log_proposed,
    log_told,
)
from trialist.search.factory import seed_of
from trialist.search.pbt import Exploit, Member, Population, PopulationSettings
from trialist.values.errors import CheckpointError
from trialist.values.events import RunStatus
from trialist.values.plan import Plan
from trialist.values.searchplan import PlannedTrial, SearchPlan


@dataclass(slots=True, eq=False)
class _Trained:
    """A member of a population, and how far it has come."""

    trial: PlannedTrial
    params: dict[str, object]
    takes: Part | None = None
    parts: dict[int, Part] = field(default_factory=dict)
    is_over: bool = False


@dataclass(slots=True, eq=False)
class _Search:
    """One population."""

    key: SearchKey
    rule: Population
    steps: tuple[int, ...]
    round: int = 0
    members: dict[int, _Trained] = field(default_factory=dict)

    @property
    def until(self) -> int | None:
        """The step of the round that all members train up to; None after the last round."""
        return self.steps[self.round] if self.round < len(self.steps) else None

    @property
    def training(self) -> tuple[_Trained, ...]:
        return tuple(one for one in self.members.values() if not one.is_over)

    @property
    def is_at_round(self) -> bool:
        until = self.until
        return until is not None and all(until in one.parts for one in self.training)


class PopulationLoop(TrialLoop):
    """Trains the populations of all searches, from wherever the store stands.

    Every member is a run whose attempts are its parts, one per round. A part that was cut short is
    made again from the checkpoint of the round before.

    Args:
        setup: What it works with.
        found: What the log says of the searches so far.
        proposer: Who gives the first members.
        watched: Called with the board several times a second.

    Attributes:
        board: The state of all trials.
        failure: The first run that failed, where failures ended the loop.

    References:
        Jaderberg et al. (2017), Population based training of neural networks.
    """

    def __init__(
        self,
        setup: LoopSetup,
        found: SearchLog,
        *,
        proposer: Proposer,
        watched: Watched = nobody,
    ) -> None:
        super().__init__(setup, found, watched=watched)
        self._proposer = proposer
        self._found = found
        self._search = _search_of(setup.plan)
        self._configs = {one.name: one.config for one in setup.plan.variants}
        self._searches = tuple(self._begun(key) for key in self.board.searches)

    def run(self) -> LoopEnd:
        """Train until every population has its best member, an interrupt, or nothing but failures.

        Raises:
            CheckpointError: If a member saved nothing at the step of a round.
        """
        try:
            return self._loop()
        except CheckpointError:
            self._stop()
            raise

    # -- where it stands ----------------------------------------------------

    def _begun(self, key: SearchKey) -> _Search:
        """Give a population as the log has it; its first members are proposed where it has none."""
        settings = PopulationSettings.from_options(self._search.options)
        arm = self._search.arm(key[0])
        budget = int(self._configs[key[0]].get("max_train_steps", 0))
        search = _Search(
            key,
            Population(
                arm, self._setup.plan.metric.goal, settings, seed=seed_of(self._search, key[1])
            ),
            settings.round_steps(budget),
        )
        while self.board.asks_of(key):
            trial = self._proposer.ask(key)
            if trial is None:
                self.board.exhaust(key)
                break
            log_proposed(self._setup.log, self._hash, trial)
            self.board.add(trial)
        for trial in self.board.trials.values():
            if trial.key[:2] == key:
                search.members[trial.number] = _Trained(trial, dict(trial.params))
        self._replay(search)
        return search

    def _replay(self, search: _Search) -> None:
        for part in self._found.parts:
            if part.key[:2] == search.key:
                search.members[part.key[2]].parts[part.step] = part
        for evolved in self._found.evolved:
            if evolved.key == search.key:
                self._evolve(search, tuple(map(Exploit.from_dict, evolved.exploits)))
        for key in self.board.told:
            if key[:2] == search.key:
                search.members[key[2]].is_over = True

    # -- rounds -------------------------------------------------------------

    def _advance(self) -> None:
        for search in self._searches:
            self._play_rounds(search)

    def _play_rounds(self, search: _Search) -> None:
        while search.is_at_round and search.training:
            until = search.until or 0
            members = [
                Member(
                    number=number,
                    params=one.params,
                    score=one.parts[until].value,
                    has_checkpoint=one.parts[until].saved,
                )
                for number, one in search.members.items()
                if not one.is_over
            ]
            exploits = search.rule.round(members, until)
            evolved = Evolved(
                key=search.key, step=until, exploits=tuple(one.to_dict() for one in exploits)
            )
            log_evolved(self._setup.log, self._hash, evolved)
            self._evolve(search, exploits)

    def _evolve(self, search: _Search, exploits: Collection[Exploit]) -> None:
        """Let a round happen: who is replaced goes on from another one's checkpoint."""
        until = search.until or 0
        for one in search.training:
            one.takes = one.parts.get(until)
        for exploit in exploits:
            target = search.members[exploit.target]
            target.takes = search.members[exploit.donor].parts[until]
            target.params = dict(exploit.new)
        search.round += 1
        for one in search.training:
            if one.takes is None or not one.takes.saved:  # it diverged, and nobody could help
                self._tell(one, Told(key=one.trial.key, status=RunStatus.DIVERGED))

    # -- parts --------------------------------------------------------------

    def _fill(self) -> None:
        for search, member in self._waiting():
            if len(self._maker.tasks) >= self._setup.executor.workers:
                return
            self._start(search, member)

    def _waiting(self) -> Iterator[tuple[_Search, _Trained]]:
        for search in self._searches:
            for member in search.training:
                is_there = search.until is not None and search.until in member.parts
                if not is_there and _run_of(member) not in self._maker.tasks:
                    yield search, member

    def _start(self, search: _Search, member: _Trained) -> None:
        key = _run_of(member)
        config = trial_config(self._configs[search.key[0]], member.params)
        write_config(self._setup.folder.variant(key[0]), member.trial.config)
        takes = None if member.takes is None else self._attempt(member.takes)
        part = Segment(until=search.until, config=config)
        task = self._maker.begun(key, config, segments=(part,), takes=takes)
        self._setup.executor.submit(task)
        self._setup.observer.began(task)

    def _attempt(self, part: Part) -> Path:
        name, seed = _name_of(self.board.trials[part.key])
        return self._setup.folder.attempt(name, seed, part.attempt)

    def _take_events(self, timeout: float) -> None:
        for event in self._setup.executor.poll(timeout):
            made = self._maker.took(event)
            if made is None or made.attempt is None:
                continue
            for search in self._searches:
                for member in search.training:
                    if _run_of(member) == made.key:
                        self._ended(search, member, made, made.attempt)

    def _ended(self, search: _Search, member: _Trained, made: Made, attempt: Attempt) -> None:
        until, key = search.until, member.trial.key
        is_lost = attempt.status is RunStatus.DIVERGED or made.record is not None
        if attempt.status is RunStatus.STOPPED:
            if until is not None and (attempt.last_step or 0) >= until:
                self._reached(member, attempt, until)
        elif attempt.status is RunStatus.FINISHED and attempt.value is not None:
            self._settle(made)
            self._tell(member, Told(key=key, status=RunStatus.FINISHED, values=(attempt.value,)))
        elif is_lost and until is not None:
            self._settle(made)
            self._note(
                member,
                Part(key=key, step=until, attempt=attempt.number, value=None, saved=False),
            )
        elif is_lost:
            self._settle(made)
            self._tell(member, Told(key=key, status=attempt.status))

    def _reached(self, member: _Trained, attempt: Attempt, until: int) -> None:
        name, seed = _run_of(member)
        place = self._setup.folder.attempt(name, seed, attempt.number)
        saved = any(line.step == until for line in lines_in(place))
        if not saved:
            raise CheckpointError(
                f"{name}/seed-{seed} saved no checkpoint at step {until}, and a population goes on "
                "from there",
                where=str(place),
                todo=f"let the trial evaluate and call run.checkpoint(state, step=step) at every "
                f"{self._search.options.get('interval')} steps, before it asks run.should_stop()",
            )
        value = _value_at(place / "journal.jsonl", self._setup.plan.metric.name, until)
        finite = value is not None and math.isfinite(value)
        self._note(
            member,
            Part(
                key=member.trial.key,
                step=until,
                attempt=attempt.number,
                value=value if finite else None,
                saved=finite,
            ),
        )

    def _note(self, member: _Trained, part: Part) -> None:
        log_part(self._setup.log, self._hash, part)
        member.parts[part.step] = part
        self.board.n_results += part.value is not None

    def _settle(self, made: Made) -> None:
        if made.record is not None:
            self._news.append(made.record)
            self.board.settle(made.record)
            self._setup.observer.settled(made.record)

    def _tell(self, member: _Trained, told: Told) -> None:
        member.is_over = True
        if told.key in self.board.told:
            return
        log_told(self._setup.log, self._hash, told)
        self.board.tell(told)


def _run_of(member: _Trained) -> RunKey:
    return _name_of(member.trial)


def _name_of(trial: PlannedTrial) -> RunKey:
    return trial.name, trial.seeds[0]


def _value_at(journal: Path, metric: str, step: int) -> float | None:
    found = [
        row.values[metric] for row in rows_of(journal) if metric in row.values and row.step <= step
    ]
    return found[-1] if found else None


def _search_of(plan: Plan) -> SearchPlan:
    if plan.search is None:
        raise ValueError(f"the plan of {plan.study} has no search")
    return plan.search
