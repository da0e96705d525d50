"""One of Optuna's samplers behind our ask and tell, its study in memory."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import optuna
from optuna.samplers import BaseSampler
from optuna.trial import Trial, TrialState

from trialist.search.dimensions import Dimensions
from trialist.search.protocol import Proposal, Told
from trialist.values.events import RunStatus
from trialist.values.metric import Goal


class OptunaSampler:
    """Asks one of Optuna's samplers; what it is told is all that it knows.

    A trial that diverged is told with the worst value there is: the sampler learns where not to
    look, and the value of no real trial is invented (TPE, CMA-ES and NSGA-II use the order of the
    values alone; the Gaussian process takes the worst finite one in its stead). A trial that
    failed says nothing of its configuration, so it is told as failed, which samplers leave out.
    A pruned trial is told with its value at its last rung: TPE ranks it behind the finished ones.

    Args:
        sampler: Optuna's sampler, with its seed.
        dimensions: What is suggested for each trial.
        goals: The goal of the metric, and those of the further objectives.
        n_trials: How many trials the search has.
        identity: What the proposals depend on, as plain data.
    """

    def __init__(
        self,
        sampler: BaseSampler,
        dimensions: Dimensions,
        *,
        goals: Sequence[Goal],
        n_trials: int,
        identity: Mapping[str, Any],
    ) -> None:
        self._dimensions = dimensions
        self._worst = tuple(-math.inf * goal.sign for goal in goals)
        self._left = n_trials
        self._identity = dict(identity)
        self._waiting: dict[int, Trial] = {}
        with quiet():
            self._study = optuna.create_study(
                sampler=sampler,
                pruner=optuna.pruners.NopPruner(),
                study_name="search",  # else Optuna draws a name
                directions=[goal.value for goal in goals],
            )

    @property
    def identity(self) -> Mapping[str, Any]:
        """The method, its seed, the arm, and the versions of the libraries."""
        return self._identity

    @property
    def waiting(self) -> tuple[int, ...]:
        """The numbers that were proposed and not yet told."""
        return tuple(self._waiting)

    def ask(self) -> Proposal | None:
        """Give the next trial; None after the last."""
        if self._left == 0:
            return None
        self._left -= 1
        with quiet():
            trial = self._study.ask()
            params = self._dimensions.suggest(trial)
        self._waiting[trial.number] = trial
        return Proposal(number=trial.number, params=params)

    def tell(self, told: Told) -> None:
        """Take in how a waiting trial ended."""
        if told.number not in self._waiting:
            raise ValueError(f"trial {told.number} is not waiting to be told")
        if told.values and len(told.values) != len(self._worst):
            raise ValueError(
                f"trial {told.number} has {len(told.values)} values for {len(self._worst)} goals"
            )
        trial = self._waiting.pop(told.number)
        with quiet():
            if told.state is RunStatus.FINISHED:
                self._study.tell(trial, told.values)
            elif told.state is RunStatus.DIVERGED:
                self._study.tell(trial, self._worst)
            elif told.state is RunStatus.PRUNED:
                self._tell_pruned(trial, told)
            else:
                self._study.tell(trial, state=TrialState.FAIL)

    def _tell_pruned(self, trial: Trial, told: Told) -> None:
        # Optuna knows no values at steps where there are several objectives.
        if len(told.values) == 1 and told.step is not None:
            trial.report(told.values[0], told.step)
        self._study.tell(trial, state=TrialState.PRUNED)


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Optuna from writing on the terminal: its news, its experimental and clipping notes."""
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="optuna")
            warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
            warnings.filterwarnings("ignore", message="Clip non-finite values")
            yield
    finally:
        optuna.logging.set_verbosity(before)
