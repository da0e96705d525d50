"""The training loop of many replicates: one step for all, and each one's rows to its own run."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from trialist.train.alone import Alone
from trialist.train.batchnorm import PARTS_CAVEAT, sees_parts
from trialist.train.device import device_of
from trialist.train.evaluation import Evaluation, metrics_of
from trialist.train.fitted import Fit
from trialist.train.intervals import Intervals
from trialist.train.loop import Reason
from trialist.train.precision import Precision
from trialist.train.replicates.assembly import BACKENDS, VMAP, Assembly
from trialist.train.replicates.evaluating import evaluate_stack
from trialist.train.replicates.group import Own, check_lone_of, check_task, check_together, data_of
from trialist.train.replicates.member import Member
from trialist.train.replicates.quiet import quiet
from trialist.train.sameness import check_same, facts_of
from trialist.train.stopping import Best
from trialist.train.task import Task, size_of
from trialist.train.window import Window
from trialist.values.errors import ConfigError, near
from trialist.values.metric import Goal
from trialist.values.ports import Sink


class ReplicateLoop:
    """Trains replicates of one task in one process; `run` is called once.

    Each run hears what it would hear from `trialist.train.fit`, and has checkpoints of its own:
    after an interruption each goes on from its newest one, those that are ahead wait for the rest,
    and all come to the bits of an uninterrupted group. A replicate that diverges or is asked to
    stop leaves the others as they are.

    Args:
        task: What they train; the model's structure must not depend on what differs.
        configs: The hyperparameters of each replicate.
        runs: The run of each replicate: its seeds, rows and checkpoints. None: a row that is only
            filled, as the last bits of the others may depend on how many there are.
        backend: "vmap" or "traced", as `trialist.train.probe` decides.
        device: "auto" takes a GPU where there is one.
        allow_inexact: True goes on even where settings, torch or threads are others; recorded.
        on_end: Hears of a replicate that ended before the others, its place in `configs` and what
            it came to, once the others have a checkpoint without it.
        restack: False keeps the row of a run that was asked to stop, so that the last bits of the
            others do not depend on when that was.

    Raises:
        VectorizeError: If these replicates cannot be trained together.
        ConfigError: For settings out of their ranges, or a batch of one example before BatchNorm.
        DataError: If a batch is larger than the data.
    """

    def __init__(  # noqa: PLR0913 — one keyword per thing that a caller may choose
        self,
        task: Task,
        configs: Sequence[Mapping[str, Any]],
        runs: Sequence[Sink | None],
        *,
        backend: str = VMAP,
        device: str | torch.device = "auto",
        allow_inexact: bool = False,
        on_end: Callable[[int, Fit], None] | None = None,
        restack: bool = True,
    ) -> None:
        heard = _check_call(configs, runs, backend)
        filling = Alone(0)
        place = device_of(device)
        check_task(task, place)
        group = [Own.of(task, config) for config in configs]
        check_together(group)
        data = data_of(task, group)
        self._task, self._data, self._allow_inexact = task, data, allow_inexact
        self._precision = Precision.of(task.precision, place)
        self._metrics = metrics_of(task.metrics)
        self._all = [
            _member(task, own, run or filling, place) for own, run in zip(group, runs, strict=True)
        ]
        self._filling = {id(one) for one, run in zip(self._all, runs, strict=True) if run is None}
        check_lone_of(group[0], self._all[0].model, task.loss, data)
        self._members = list(self._all)
        """Those in the rows; one that ended keeps its row until the others have a checkpoint."""
        self._parts = Assembly.of(
            [member.model for member in self._all], group, [one.run.seed for one in self._all],
            data=data, loss=task.loss, precision=self._precision, backend=backend,
        )  # fmt: skip
        self._on_end, self._untold, self._restack = on_end, list[Member](), restack
        self._intervals = Intervals.of(
            group[0].steps, log_every=task.log_every, val_every=task.val_every,
            checkpoint_every=task.checkpoint_every,
            is_recorded=not all(isinstance(run, Alone) for run in heard),
        )  # fmt: skip
        self._backend = backend
        self._steps = group[0].steps
        self._waiting: dict[int, dict[str, Any]] = {}
        self._collected: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._lrs: Sequence[float] = [0.0] * len(group)
        self._began, self._waited = 0.0, 0.0
        self.done = 0
        """Steps that are done."""

    def run(self) -> tuple[Fit, ...]:
        """Train; give what each replicate came to, in the order of the runs that are there."""
        with quiet():
            return self._run()

    def _run(self) -> tuple[Fit, ...]:
        for member in self._members:
            if self._is_open(member) and sees_parts(member.model, member.own.micro_batch):
                member.run.finding(PARTS_CAVEAT)
        self._resume()
        if self.done == 0:
            self._begin()
        self._began = time.perf_counter()
        while self.done < self._steps and self._any_left():
            self._step()
        self._join()
        left = [number for number, one in enumerate(self._members) if self._is_open(one)]
        if self._data.n_val and any(self._members[number].evaluation is None for number in left):
            found = self._evaluated()  # they had come to their ends before
            for number in left:
                self._members[number].evaluation = found[number]
        for number in left:
            self._end(number, Reason.FINISHED)
        return tuple(member.fit for member in self._all if member.fit is not None)

    def _step(self) -> None:
        self._join()
        self._stop_asked()
        if not self._any_left():
            return
        rates = self._parts.rates.at(self.done)
        before = time.perf_counter()
        batch = self._parts.batches.at(self.done)
        self._waited += time.perf_counter() - before
        losses = self._parts.stepper(batch, self.done, rates)
        self._collected.append((losses, self._parts.stepper.norms))
        self._lrs = rates.lrs
        self.done += 1
        if self.done == self._due():
            self._at_interval()

    def _any_left(self) -> bool:
        return any(map(self._is_open, self._members))

    def _is_open(self, member: Member) -> bool:
        """Tell whether a run waits for what a member comes to."""
        return member.fit is None and id(member) not in self._filling

    def _due(self) -> int:
        return self._intervals.next_after(self.done - 1, self._steps)

    # -- what is done at intervals ----------------------------------------------

    def _begin(self) -> None:
        """Validate and tell before the first step."""
        found = self._evaluated() if self._data.n_val else None
        for number, member in enumerate(self._members):
            if member.is_resumed or id(member) in self._filling:
                continue
            member.row |= size_of(member.model)
            if found is not None:
                member.validated(found[number], 0)
            member.tell(0)

    def _at_interval(self) -> None:
        done, intervals = self.done, self._intervals
        is_end = done == self._steps
        is_validated = bool(self._data.n_val) and (done % intervals.validate == 0 or is_end)
        self._collect()
        found = self._evaluated() if is_validated else None
        for number, member in self._training():
            evaluation = None if found is None else found[number]
            member.at_interval(done, intervals, self._lrs[number], evaluation)
            if member.is_diverged:
                self._end(number, Reason.DIVERGED)
        if not intervals.checkpoint or done % intervals.checkpoint == 0 or is_end:
            self._checkpoint()

    def _checkpoint(self) -> None:
        """Save those that train, without those that ended: so they are stacked from here on."""
        self._leave_out_ended()
        if self._intervals.checkpoint:
            for number, _ in self._training():
                self._save(number)
        untold, self._untold = self._untold, []
        for member in untold:
            if self._on_end is not None and member.fit is not None:
                self._on_end(self._all.index(member), member.fit)

    def _collect(self) -> None:
        """Hand the losses since the last time to their members: one wait for the device."""
        collected, self._collected = self._collected, []
        if not collected:
            return
        losses = torch.stack([one for one, _ in collected]).double().T.tolist()
        norms = torch.stack([one for _, one in collected]).double().T.tolist()
        for number, member in self._training():
            passed = max(0, member.joins - (self.done - len(collected)))
            member.add(losses[number][passed:], norms[number][passed:])

    def _evaluated(self) -> list[Evaluation]:
        batches = self._data.validation(
            batch_size=max(self._members[0].own.batch_size, 256), device=self._precision.device
        )
        return evaluate_stack(
            self._parts.judged(), self._parts.forward, batches, metrics=self._metrics
        )

    def _training(self) -> list[tuple[int, Member]]:
        """Give those that train at this step, with their rows."""
        return [
            (number, member)
            for number, member in enumerate(self._members)
            if self._is_open(member) and id(member) not in self._waiting
        ]

    # -- how a replicate ends ----------------------------------------------------

    def _stop_asked(self) -> None:
        asked = [number for number, member in self._training() if member.run.should_stop()]
        if not asked:
            return
        self._collect()
        for number in asked:
            if self._intervals.checkpoint:
                self._save(number)
            self._end(number, Reason.STOPPED)
            if not self._restack:
                self._filling.add(id(self._members[number]))

    def _end(self, number: int, reason: Reason) -> None:
        member, stack = self._members[number], self._parts.stack
        stack.write_back(number, member.model, stack.weights())
        average = None
        if self._parts.average is not None:
            average = copy.deepcopy(member.model).requires_grad_(requires_grad=False)
            stack.write_back(number, average, self._parts.judged())
        seconds = time.perf_counter() - self._began
        member.end(reason, self.done, average=average, times=(seconds, self._waited))
        if reason is not Reason.FINISHED:
            self._untold.append(member)

    def _leave_out_ended(self) -> None:
        self._keep([
            number for number, one in enumerate(self._members)
            if one.fit is None or id(one) in self._filling
        ])  # fmt: skip

    def _keep(self, rows: Sequence[int]) -> None:
        if not rows or len(rows) == len(self._members):
            return
        self._members = [self._members[number] for number in rows]
        self._lrs = [self._lrs[number] for number in rows]
        self._parts.keep(rows)

    # -- what a run needs to go on -----------------------------------------------

    def _save(self, number: int) -> None:
        member = self._members[number]
        state = {
            "step": self.done,
            "facts": self._facts(member),
            "rows": [self._all.index(one) for one in self._members],
            "parts": self._parts.row(number),
            "member": member.state_dict(),
            "normalizer": None
            if self._data.normalizer is None
            else self._data.normalizer.state_dict(),
        }
        member.run.checkpoint(state, step=self.done)

    def _resume(self) -> None:
        """Go on where the interrupted runs were; those that are ahead wait."""
        saved = dict[int, Sequence[int]]()
        for number, member in enumerate(self._members):
            state = member.run.restore()
            if state is None:
                continue
            saved[state["step"]] = state["rows"]
            self._check_same(member, state)
            member.load_state_dict(state["member"])
            member.joins, member.is_resumed = state["step"], True
            self._parts.load_row(number, state["parts"])
            self._waiting[id(member)] = state["parts"]
        self.done = min(one.joins for one in self._members if self._is_open(one))
        # Rows that were left out before are no more than filled here.
        gone = {*range(len(self._all))} - {*saved.get(self.done, range(len(self._all)))}
        self._keep([
            number for number, one in enumerate(self._members)
            if self._is_open(one) or number not in gone
        ])  # fmt: skip
        self._join()

    def _join(self) -> None:
        """Put those into their rows whose step has come."""
        for number, member in enumerate(self._members if self._waiting else ()):
            if member.joins == self.done and id(member) in self._waiting:
                self._parts.load_row(number, self._waiting.pop(id(member)))

    def _check_same(self, member: Member, state: Mapping[str, Any]) -> None:
        caveat = check_same(state["facts"], self._facts(member), allow_inexact=self._allow_inexact)
        if caveat is not None:
            member.run.finding(caveat)
        if len(state["rows"]) > len(self._all):
            member.run.finding(
                f"resumed among {len(self._all)} replicates, saved among {len(state['rows'])}: "
                "the last bits may depend on it"
            )

    def _facts(self, member: Member) -> dict[str, Any]:
        own = member.own
        return facts_of(
            self._data, self._precision, backend=self._backend, steps=own.steps,
            batch_size=own.batch_size, micro_batch=own.micro_batch, schedule=repr(own.schedule),
            clip_norm=own.clip_norm, ema=own.ema, optimizer=own.kind.__name__,
            **{f"optimizer.{name}": value for name, value in own.settings.items()},
        )  # fmt: skip


def _member(task: Task, own: Own, run: Sink, device: torch.device) -> Member:
    return Member(
        own=own,
        run=run,
        model=task.built(own.hp, run.seed.model).to(device),
        best=Best(name="val/loss", goal=Goal.MINIMIZE),
        window=Window(own.clip_norm),
    )


def _check_call(
    configs: Sequence[Any], runs: Sequence[Sink | None], backend: str
) -> Sequence[Sink]:
    """Give the runs that are there.

    Raises:
        ConfigError: If there are none, or what is given does not fit together.
    """
    heard = [run for run in runs if run is not None]
    if not heard or len(configs) != len(runs):
        raise ConfigError(
            f"there are {len(configs)} configurations and {len(heard)} runs",
            todo="give one of each per replicate",
        )
    if backend not in BACKENDS:
        raise ConfigError(f"there is no backend {backend!r}", todo=near(backend, BACKENDS))
    return heard
